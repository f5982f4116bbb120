#pragma once

#include <cstddef>

#include "common/matrix.h"

namespace wordkin {

// Places of points in the plane, by their numbers.
struct Layout {
  FloatVector x;
  FloatVector y;

  std::size_t size() const { return x.size(); }
  bool operator==(const Layout&) const = default;
};

inline Layout layout_of_size(std::size_t size) { return {FloatVector(size), FloatVector(size)}; }

}  // namespace wordkin
