#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

namespace wordkin {

// The number of threads to use when `requested` is 0: as many as this process may run on.
inline int thread_count(int requested) {
  return requested > 0 ? requested : oneapi::tbb::info::default_concurrency();
}

// Runs `f` where every oneTBB algorithm that it calls uses at most `threads` threads (0: all),
// even when there are fewer processors. Exceptions of the tasks come out of here.
template <class F>
decltype(auto) with_threads(int threads, F&& f) {
  const int count = thread_count(threads);
  oneapi::tbb::global_control limit(oneapi::tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(std::max(count, thread_count(0))));
  oneapi::tbb::task_arena arena(count);
  return arena.execute(std::forward<F>(f));
}

// Calls body(begin, end) for consecutive ranges of at most `grain` that cover 0 .. n-1. Where the
// ranges begin does not depend on the number of threads.
template <class F>
void parallel_for_ranges(std::size_t n, std::size_t grain, F&& body) {
  oneapi::tbb::parallel_for(std::size_t{0}, (n + grain - 1) / grain, [&](std::size_t range) {
    body(range * grain, std::min(n, (range + 1) * grain));
  });
}

}  // namespace wordkin
