#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/task_arena.h>

#include "common/scheduler.h"

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
  internal::run_tasks((n + grain - 1) / grain, [&](std::size_t range) {
    body(range * grain, std::min(n, (range + 1) * grain));
  });
}

// Takes items from read() until it returns an empty std::optional, turns them into work(item) in
// parallel, and hands the results to write(result) in the order of their items. Only one thread at
// a time is in `read`, and one in `write`. At most `in_flight` items have been read and not
// written.
template <class Read, class Work, class Write>
void parallel_pipeline(std::size_t in_flight, Read&& read, Work&& work, Write&& write) {
  using Item = typename std::invoke_result_t<Read>::value_type;
  using Result = std::invoke_result_t<Work, Item>;
  struct Slot {
    std::optional<Item> item;
    std::optional<Result> result;
  };
  std::vector<Slot> slots(in_flight);
  const auto slot = [&](std::size_t ticket) -> Slot& { return slots[ticket % in_flight]; };
  internal::run_pipeline(
      in_flight,
      {.read = [&](std::size_t ticket) { return (slot(ticket).item = read()).has_value(); },
       .work =
           [&](std::size_t ticket) {
             slot(ticket).result = work(*std::exchange(slot(ticket).item, {}));
           },
       .write = [&](std::size_t ticket) { write(*std::exchange(slot(ticket).result, {})); }});
}

}  // namespace wordkin
