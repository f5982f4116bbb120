#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "common/matrix.h"
#include "common/random.h"
#include "embed/text/vocabulary.h"
#include "embed/train/logistic_block.h"

namespace wordkin::test {

// Uniform between -scale and scale.
inline void fill(std::span<float> values, float scale, RandomStream& random) {
  for (float& value : values) value = scale * (2 * random.uniform() - 1);
}

inline Matrix random_matrix(std::size_t rows, std::size_t dim, float scale, RandomStream& random) {
  Matrix matrix(rows, dim);
  for (std::size_t i = 0; i < rows; ++i) fill(matrix.row(i), scale, random);
  return matrix;
}

// A row whose steps go to itself.
inline RowView view_of(Matrix& matrix, std::size_t row) { return matrix.padded_row(row).data(); }

inline std::vector<RowView> views_of(Matrix& matrix, std::span<const WordId> rows) {
  std::vector<RowView> views;
  for (const auto row : rows) views.push_back(view_of(matrix, row));
  return views;
}

inline bool all_zero(std::span<const float> values) {
  return std::ranges::all_of(values, [](float x) { return x == 0; });
}

inline bool padding_is_zero(MatrixView matrix) {
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    const auto row = matrix.row(i);
    if (!all_zero({row.data() + row.size(), matrix.stride() - row.size()})) return false;
  }
  return true;
}

}  // namespace wordkin::test
