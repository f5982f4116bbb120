#pragma once

#include <cstddef>

namespace wordkin {

// A view of `rows` rows of floats, `stride` floats apart.
struct MatrixView {
  const float* data = nullptr;
  std::size_t rows = 0;
  std::size_t stride = 0;
};

// out[i * b.rows + j] = sum over k < depth of a[i, k] * b[j, k]: a times b transposed, [a.rows,
// b.rows]. Runs in the calling thread alone; call it for blocks from parallel loops.
void multiply_transposed(MatrixView a, MatrixView b, std::size_t depth, float* out);

}  // namespace wordkin
