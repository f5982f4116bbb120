#include "embed/train/hogwild.h"

#include <atomic>
#include <mutex>

#include "common/error.h"
#include "common/parallel.h"

namespace wordkin {

void run_hogwild(std::size_t units, int threads, const std::function<Worker()>& make_worker,
                 const std::function<void(std::size_t unit, const Tally&)>& on_unit,
                 const std::stop_token& stop) {
  std::atomic<std::size_t> next = 0;
  std::mutex reporting;
  const auto work = [&] {
    try {
      const auto worker = make_worker();
      for (std::size_t unit; (unit = next.fetch_add(1)) < units;) {
        if (stop.stop_requested()) throw Interrupted();
        const auto tally = worker(unit);
        const std::scoped_lock lock(reporting);
        on_unit(unit, tally);
      }
    } catch (...) {
      next = units;  // the other threads finish their units and stop
      throw;
    }
  };
  with_threads(threads, [&] {
    parallel_for_ranges(static_cast<std::size_t>(thread_count(threads)), 1,
                        [&](std::size_t, std::size_t) { work(); });
  });
}

}  // namespace wordkin
