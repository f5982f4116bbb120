#include "common/matrix.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>
#include <sys/mman.h>

#include "common/error.h"

namespace wordkin {

void* allocate_aligned(std::size_t bytes) {
  // Rows are visited in random order: with large pages the processor finds them faster.
  constexpr std::size_t kLargePage = std::size_t{2} << 20;
  constexpr std::size_t kRow = Matrix::kRowMultiple * sizeof(float);
  const auto alignment = bytes < kLargePage ? kRow : kLargePage;
  const auto size = (bytes + alignment - 1) / alignment * alignment;
  void* memory = std::aligned_alloc(alignment, size);
  if (memory == nullptr) {
    throw Error(fmt::format("out of memory: cannot allocate {} bytes for vectors", size));
  }
  // Only a hint, and not for the last part, of which most would be taken up for nothing.
  if (alignment == kLargePage) ::madvise(memory, bytes / kLargePage * kLargePage, MADV_HUGEPAGE);
  return memory;
}

void free_aligned(void* memory) noexcept { std::free(memory); }

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

Matrix copy_of(MatrixView matrix) {
  Matrix copy(matrix.rows(), matrix.cols());
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    std::ranges::copy(matrix.row(i), copy.row(i).begin());
  }
  return copy;
}

}  // namespace wordkin
