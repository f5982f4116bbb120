#pragma once

#include <cstddef>
#include <cstdint>

#include "common/random.h"
#include "embed/map/layout.h"

namespace wordkin::test {

// Points uniform in a square of this side around 0.
inline Layout random_layout(std::size_t size, float side, std::uint64_t seed = 1) {
  auto random = stream(seed, "random layout", size);
  auto points = layout_of_size(size);
  for (std::size_t i = 0; i < size; ++i) {
    points.x[i] = side * (random.uniform() - 0.5f);
    points.y[i] = side * (random.uniform() - 0.5f);
  }
  return points;
}

}  // namespace wordkin::test
