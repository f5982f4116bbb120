#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/random.h"

namespace wordkin::test {

// From -0.5 up to 0.5, others for another index.
template <class T>
std::vector<T> random_numbers(std::size_t count, std::uint64_t index) {
  auto random = stream(1, "test numbers", index);
  std::vector<T> numbers(count);
  for (auto& x : numbers) x = static_cast<T>(random.uniform() - 0.5);
  return numbers;
}

}  // namespace wordkin::test
