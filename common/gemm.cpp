#include "common/gemm.h"

#include <dnnl.h>
#include <fmt/format.h>

#include "common/error.h"

// Two functions of the OpenMP run-time library that oneDNN is linked with, declared here because
// <omp.h> comes with each compiler's own run-time library, and a process must not have two.
extern "C" {
int omp_get_max_threads();
void omp_set_num_threads(int threads);
}

namespace wordkin {
namespace {

// oneDNN would spread each product over OpenMP threads of its own; ours are TBB's. The setting
// belongs to the calling thread, which may not be ours, so it is given back.
class OneOpenMpThread {
 public:
  OneOpenMpThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  OneOpenMpThread(const OneOpenMpThread&) = delete;
  OneOpenMpThread& operator=(const OneOpenMpThread&) = delete;
  ~OneOpenMpThread() { omp_set_num_threads(before_); }

 private:
  int before_;
};

}  // namespace

void multiply_transposed(MatrixView a, MatrixView b, std::size_t depth, float* out) {
  if (a.rows == 0 || b.rows == 0) return;  // oneDNN refuses it
  const OneOpenMpThread one_thread;
  const auto dim = [](std::size_t n) { return static_cast<dnnl_dim_t>(n); };
  const auto status = dnnl_sgemm('N', 'T', dim(a.rows), dim(b.rows), dim(depth), 1.0f, a.data,
                                 dim(a.stride), b.data, dim(b.stride), 0.0f, out, dim(b.rows));
  if (status != dnnl_success) {
    throw Error(fmt::format("oneDNN cannot multiply [{} x {}] by [{} x {}] (status {})", a.rows,
                            depth, depth, b.rows, static_cast<int>(status)));
  }
}

}  // namespace wordkin
