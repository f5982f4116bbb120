#pragma once

#include <cstddef>

namespace wordkin {

// A matrix to multiply by: the numbers of a row lie one after the other, rows `stride` numbers
// apart. Transposed, these rows are its columns.
enum class Form { kPlain, kTransposed };
template <class T>
struct Factor {
  const T* data = nullptr;
  std::size_t stride = 0;
  Form form = Form::kPlain;
};

template <class T>
Factor<T> transposed(const T* data, std::size_t stride) {
  return {data, stride, Form::kTransposed};
}

// Of a product: [rows, depth] times [depth, cols].
struct ProductShape {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::size_t depth = 0;
};

// Where a product goes: [rows, cols], rows `stride` numbers apart, replaced or added to.
enum class Write { kReplace, kAdd };
template <class T>
struct ProductTarget {
  T* data = nullptr;
  std::size_t stride = 0;
  Write write = Write::kReplace;
};

// target = a b, or target += a b. Runs in the calling thread alone; call it for blocks from
// parallel loops. The same arguments give the same bits on the same instruction set.
void multiply(const ProductShape& shape, Factor<float> a, Factor<float> b,
              ProductTarget<float> target);
// The same in double precision, by plain loops: for checking what is computed in floats.
void multiply(const ProductShape& shape, Factor<double> a, Factor<double> b,
              ProductTarget<double> target);

}  // namespace wordkin
