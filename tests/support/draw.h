#pragma once

// Options and texts drawn at random, the same for the same number of a run.

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "common/matrix.h"
#include "common/random.h"

namespace wordkin::test {

class Draw {
 public:
  explicit Draw(int run) : random_(stream(1, "random options", static_cast<std::uint64_t>(run))) {}

  template <class T>
  T one_of(std::initializer_list<T> values) {
    return values.begin()[random_.below(static_cast<std::uint32_t>(values.size()))];
  }
  bool coin() { return random_.below(2) == 0; }
  // Log-uniform.
  double between(double low, double high) {
    return low * std::pow(high / low, static_cast<double>(random_.uniform()));
  }
  int whole_between(int low, int high) { return static_cast<int>(between(low, high + 0.99)); }

 private:
  RandomStream random_;
};

inline bool all_finite(std::span<const float> numbers) {
  for (const float x : numbers) {
    if (!std::isfinite(x)) return false;
  }
  return true;
}

inline bool all_finite(MatrixView matrix) {
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    if (!all_finite(matrix.row(i))) return false;
  }
  return true;
}

}  // namespace wordkin::test
