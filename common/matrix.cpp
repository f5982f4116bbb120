#include "common/matrix.h"

#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include "common/error.h"

namespace wordkin {

float* allocate_floats(std::size_t count) {
  constexpr std::size_t kAlignment = Matrix::kRowMultiple * sizeof(float);
  const std::size_t bytes = (count * sizeof(float) + kAlignment - 1) / kAlignment * kAlignment;
  void* memory = std::aligned_alloc(kAlignment, bytes);
  if (memory == nullptr) {
    throw Error(fmt::format("out of memory: cannot allocate {} bytes for vectors", bytes));
  }
  return static_cast<float*>(memory);
}

void free_floats(float* floats) noexcept { std::free(floats); }

namespace {

// rows x padded(cols).
std::size_t checked_size(std::size_t rows, std::size_t cols) {
  constexpr auto kMax = std::numeric_limits<std::ptrdiff_t>::max() / sizeof(float);
  if (cols > kMax || (cols != 0 && rows > kMax / padded(cols))) {
    throw Error(
        fmt::format("a matrix of {} rows of {} floats exceeds the address space", rows, cols));
  }
  return rows * padded(cols);
}

}  // namespace

Matrix::Matrix(std::size_t rows, std::size_t cols)
    : rows_(rows), cols_(cols), stride_(padded(cols)), data_(checked_size(rows, cols)) {}

}  // namespace wordkin
