#include "embed/train/hogwild.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "common/error.h"
#include "common/parallel.h"

namespace wordkin {

std::size_t run_hogwild(const UnitRun& run, const std::function<Worker()>& make_worker,
                        const std::function<void(std::size_t unit, const Tally&)>& on_unit) {
  std::atomic<std::size_t> next = run.first;
  std::atomic<bool> ending = false;  // threads finish their units and take no more
  std::mutex reporting;
  const auto work = [&] {
    try {
      const auto worker = make_worker();
      while (!ending) {
        if (run.stop.stop_requested()) throw Interrupted();
        const auto unit = next.fetch_add(1);
        if (unit >= run.units) return;
        const auto tally = worker(unit);
        const std::scoped_lock lock(reporting);
        on_unit(unit, tally);
        if (run.pause && run.pause()) ending = true;
      }
    } catch (...) {
      ending = true;
      throw;
    }
  };
  with_threads(run.threads, [&] {
    parallel_for_ranges(static_cast<std::size_t>(thread_count(run.threads)), 1,
                        [&](std::size_t, std::size_t) { work(); });
  });
  return std::min(next.load(), run.units);
}

}  // namespace wordkin
