#include "common/gemm.h"

#include <new>

#include <dnnl.h>
#include <fmt/format.h>

#include "common/error.h"
#include "common/openmp.h"

namespace wordkin {
namespace {

template <class T>
const T& element(const Factor<T>& factor, std::size_t i, std::size_t j) {
  return factor.form == Form::kPlain ? factor.data[i * factor.stride + j]
                                     : factor.data[j * factor.stride + i];
}

}  // namespace

void multiply(const ProductShape& shape, Factor<float> a, Factor<float> b,
              ProductTarget<float> target) {
  if (shape.rows == 0 || shape.cols == 0) return;  // oneDNN refuses it
  const OneOpenMpThread one_thread;
  const auto dim = [](std::size_t n) { return static_cast<dnnl_dim_t>(n); };
  const auto form = [](const Factor<float>& factor) {
    return factor.form == Form::kPlain ? 'N' : 'T';
  };
  const auto status =
      dnnl_sgemm(form(a), form(b), dim(shape.rows), dim(shape.cols), dim(shape.depth), 1.0f, a.data,
                 dim(a.stride), b.data, dim(b.stride), target.write == Write::kAdd ? 1.0f : 0.0f,
                 target.data, dim(target.stride));
  if (status == dnnl_out_of_memory) throw std::bad_alloc();
  if (status != dnnl_success) {
    throw Error(fmt::format("oneDNN cannot multiply [{} x {}] by [{} x {}] (status {})", shape.rows,
                            shape.depth, shape.depth, shape.cols, static_cast<int>(status)));
  }
}

void multiply(const ProductShape& shape, Factor<double> a, Factor<double> b,
              ProductTarget<double> target) {
  for (std::size_t i = 0; i < shape.rows; ++i) {
    for (std::size_t j = 0; j < shape.cols; ++j) {
      auto& out = target.data[i * target.stride + j];
      double sum = target.write == Write::kAdd ? out : 0;
      for (std::size_t k = 0; k < shape.depth; ++k) sum += element(a, i, k) * element(b, k, j);
      out = sum;
    }
  }
}

}  // namespace wordkin
