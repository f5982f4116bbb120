#pragma once

#include <cstddef>
#include <string_view>

#include "common/gemm.h"
#include "common/matrix.h"

namespace wordkin {

// The right factor of many products, in the order in which their kernel reads it: for weights that
// small batches of rows are multiplied by, which a general product would bring into order each
// time. T is float or double.
template <class T>
class PackedFactor {
 public:
  // Columns that lie together, row after row.
  static constexpr std::size_t kPanel = 16;

  // b: [depth, cols].
  void pack(std::size_t depth, std::size_t cols, Factor<T> b);

  std::size_t depth() const { return depth_; }
  std::size_t cols() const { return cols_; }
  // Column `col` of the first row; those of the next rows are kPanel numbers apart. There are
  // zeros up to a whole panel.
  const T* column(std::size_t col) const {
    return panels_.data() + col / kPanel * kPanel * depth_ + col % kPanel;
  }

 private:
  std::size_t depth_ = 0;
  std::size_t cols_ = 0;
  AlignedVector<T> panels_;  // [panels, depth, kPanel], and a row more
};

// target = a b, or target += a b, where a is [rows, depth]: `rows` rows, `stride` numbers apart.
// Runs in the calling thread alone. The sum of a number is taken in the order of depth, so on one
// instruction set the same factors give the same bits, whatever the other rows are.
void multiply(std::size_t rows, const float* a, std::size_t stride, const PackedFactor<float>& b,
              ProductTarget<float> target);
void multiply(std::size_t rows, const double* a, std::size_t stride, const PackedFactor<double>& b,
              ProductTarget<double> target);

// The name of the instruction set that these run on.
std::string_view product_instruction_set();

}  // namespace wordkin
