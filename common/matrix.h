#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace wordkin {

// Memory aligned for the widest vector registers and for cache lines. Throws Error with the size
// asked for when there is none.
void* allocate_aligned(std::size_t bytes);
void free_aligned(void* memory) noexcept;

template <class T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U>
  explicit AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(std::size_t count) { return static_cast<T*>(allocate_aligned(count * sizeof(T))); }
  void deallocate(T* items, std::size_t) noexcept { free_aligned(items); }
  bool operator==(const AlignedAllocator&) const = default;
};

// A vector in memory that SIMD kernels can read a whole register at a time.
template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;
using FloatVector = AlignedVector<float>;

// A dense matrix of floats, row by row. Each row starts on a 64-byte boundary and is padded with
// zeros to a multiple of 16 floats; kernels may read and write the padding as long as it stays
// zero.
class Matrix {
 public:
  static constexpr std::size_t kRowMultiple = 16;

  Matrix() = default;
  // All zeros. Throws Error when rows x cols overflows or there is no memory for it.
  Matrix(std::size_t rows, std::size_t cols);

  std::size_t rows() const { return rows_; }
  std::size_t cols() const { return cols_; }
  // Floats from the start of one row to the start of the next.
  std::size_t stride() const { return stride_; }
  bool empty() const { return rows_ == 0; }

  std::span<float> row(std::size_t i) {
    assert(i < rows_);
    return {data_.data() + i * stride_, cols_};
  }
  std::span<const float> row(std::size_t i) const {
    assert(i < rows_);
    return {data_.data() + i * stride_, cols_};
  }
  // Row i with its padding, [stride].
  std::span<float> padded_row(std::size_t i) { return {data_.data() + i * stride_, stride_}; }
  std::span<const float> padded_row(std::size_t i) const {
    return {data_.data() + i * stride_, stride_};
  }
  // [rows, stride], padding included.
  float* data() { return data_.data(); }
  const float* data() const { return data_.data(); }

  bool operator==(const Matrix&) const = default;

 private:
  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
  std::size_t stride_ = 0;
  FloatVector data_;
};

// The rows of a matrix of floats that something else owns.
class MatrixView {
 public:
  MatrixView() = default;
  // Rows lie `stride` floats apart.
  MatrixView(const float* data, std::size_t rows, std::size_t cols, std::size_t stride)
      : data_(data), rows_(rows), cols_(cols), stride_(stride) {}
  MatrixView(const Matrix& matrix)  // NOLINT(google-explicit-constructor): a matrix can be viewed
      : MatrixView(matrix.data(), matrix.rows(), matrix.cols(), matrix.stride()) {}

  std::size_t rows() const { return rows_; }
  std::size_t cols() const { return cols_; }
  std::size_t stride() const { return stride_; }
  bool empty() const { return rows_ == 0; }
  std::span<const float> row(std::size_t i) const {
    assert(i < rows_);
    return {data_ + i * stride_, cols_};
  }
  const float* data() const { return data_; }

  // Whether sizes and values are the same.
  friend bool operator==(MatrixView a, MatrixView b) {
    if (a.rows_ != b.rows_ || a.cols_ != b.cols_) return false;
    for (std::size_t i = 0; i < a.rows_; ++i) {
      if (!std::ranges::equal(a.row(i), b.row(i))) return false;
    }
    return true;
  }

 private:
  const float* data_ = nullptr;
  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
  std::size_t stride_ = 0;
};

// With rows padded as a Matrix has them.
Matrix copy_of(MatrixView matrix);

// A matrix that does not change any more, in memory or in a mapped file. Copies share it.
class SharedMatrix : public MatrixView {
 public:
  SharedMatrix() = default;
  SharedMatrix(Matrix matrix)  // NOLINT(google-explicit-constructor): it becomes a shared one
      : SharedMatrix(std::make_shared<const Matrix>(std::move(matrix))) {}
  // `owner` keeps the memory of `view`.
  SharedMatrix(MatrixView view, std::shared_ptr<const void> owner)
      : MatrixView(view), owner_(std::move(owner)) {}

 private:
  explicit SharedMatrix(const std::shared_ptr<const Matrix>& matrix)
      : SharedMatrix(MatrixView(*matrix), matrix) {}

  std::shared_ptr<const void> owner_;
};

// `cols` rounded up to what Matrix pads a row to.
constexpr std::size_t padded(std::size_t cols) {
  return (cols + Matrix::kRowMultiple - 1) / Matrix::kRowMultiple * Matrix::kRowMultiple;
}

}  // namespace wordkin
