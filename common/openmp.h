#pragma once

// Two functions of the OpenMP run-time library that oneDNN is linked with, declared here because
// <omp.h> comes with each compiler's own run-time library, and a process must not have two.
extern "C" {
int omp_get_max_threads();
void omp_set_num_threads(int threads);
}

namespace wordkin {

// While it lives, libraries that this thread calls use no OpenMP threads of their own: ours are
// TBB's. The setting belongs to the calling thread, which may not be ours, so it is given back.
class OneOpenMpThread {
 public:
  OneOpenMpThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  OneOpenMpThread(const OneOpenMpThread&) = delete;
  OneOpenMpThread& operator=(const OneOpenMpThread&) = delete;
  ~OneOpenMpThread() { omp_set_num_threads(before_); }

 private:
  int before_;
};

}  // namespace wordkin
