#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/scheduler.h"

namespace wordkin {

// The number of threads to use when `requested` is 0: as many as this process may keep busy.
inline int thread_count(int requested) {
  return requested > 0 ? requested : internal::default_threads();
}

// Returns f(), in which all parallel algorithms use at most `threads` threads (0: all), even when
// there are fewer processors. Exceptions of the tasks come out of here.
template <class F>
std::invoke_result_t<F&> with_threads(int threads, F&& f) {
  if constexpr (std::is_void_v<std::invoke_result_t<F&>>) {
    internal::run_limited(thread_count(threads), [&] { f(); });
  } else {
    std::optional<std::invoke_result_t<F&>> result;
    internal::run_limited(thread_count(threads), [&] { result.emplace(f()); });
    return *std::move(result);
  }
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
  using Item = typename std::invoke_result_t<Read&>::value_type;
  using Result = std::invoke_result_t<Work&, Item>;
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
