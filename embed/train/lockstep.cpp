#include "embed/train/lockstep.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/parallel.h"

namespace wordkin {
namespace {

// Rounds of two phases with a fixed number of items each. Threads that come, in any number and at
// any time, take items until the last phase is over; whoever finishes a phase's last item opens the
// next. A round is some microseconds long, too short for a scheduler's tasks. A thread takes the
// items from a place of its own on, so that it mostly has the same ones, in its cache.
class Phases {
 public:
  enum Phase : std::uint32_t { kCollect, kTrain };

  // on_item(phase, item) runs in any thread; on_collected() after each kCollect, alone, and returns
  // whether to go on.
  Phases(std::size_t items, int threads, std::function<void(Phase, std::size_t)> on_item,
         std::function<bool()> on_collected)
      : taken_(items),
        threads_(static_cast<std::size_t>(threads)),
        on_item_(std::move(on_item)),
        on_collected_(std::move(on_collected)) {}

  void work() {
    const auto items = taken_.size();
    const auto preferred = arrivals_.fetch_add(1) * items / threads_;
    for (std::uint64_t phase; (phase = phase_.load(std::memory_order_acquire)) != kOver;) {
      for (std::size_t i = 0; i < items; ++i) {
        const auto item = (preferred + i) % items;
        if (take(item, phase)) run(phase, item);
      }
      for (int spins = 0; phase_.load(std::memory_order_acquire) == phase; ++spins) {
        if (spins > kSpins) std::this_thread::yield();
      }
    }
    if (error_) std::rethrow_exception(error_);
  }

 private:
  static constexpr std::uint64_t kOver = ~std::uint64_t{0};
  static constexpr int kSpins = 200;

  // The number of the next phase in which an item will be taken, on a cache line of its own.
  struct alignas(64) Taken {
    std::atomic<std::uint64_t> phase = 0;
  };

  bool take(std::size_t item, std::uint64_t phase) {
    auto& next = taken_[item].phase;
    return next.load(std::memory_order_relaxed) == phase &&
           next.compare_exchange_strong(phase, phase + 1);
  }

  void run(std::uint64_t phase, std::size_t item) {
    const auto guarded = [this](const auto& f) {
      try {
        f();
      } catch (...) {
        const std::scoped_lock lock(failing_);
        if (!error_) error_ = std::current_exception();
      }
    };
    guarded([&] { on_item_(static_cast<Phase>(phase % 2), item); });
    if (done_.fetch_add(1, std::memory_order_acq_rel) + 1 < taken_.size()) return;
    bool more = true;
    if (phase % 2 == kCollect) guarded([&] { more = on_collected_(); });
    done_.store(0, std::memory_order_relaxed);
    more = more && !error_;
    phase_.store(more ? phase + 1 : kOver, std::memory_order_release);
  }

  std::vector<Taken> taken_;
  const std::size_t threads_;
  const std::function<void(Phase, std::size_t)> on_item_;
  const std::function<bool()> on_collected_;
  std::atomic<std::size_t> arrivals_ = 0;  // of threads
  alignas(64) std::atomic<std::uint64_t> phase_ = 0;
  alignas(64) std::atomic<std::size_t> done_ = 0;  // items of the phase
  std::mutex failing_;
  std::exception_ptr error_;
};

}  // namespace

std::size_t run_lockstep(const UnitRun& run, const std::function<Lane()>& make_lane,
                         const std::function<void(std::size_t shard)>& apply,
                         const std::function<void(std::size_t unit, const Tally&)>& on_unit) {
  struct State {
    Lane lane;
    std::size_t unit;
    bool began = false;
    bool collected = false;
  };
  if (run.first >= run.units) return run.units;
  std::vector<State> lanes;
  for (std::size_t l = 0; l < kLockstepLanes; ++l) lanes.push_back({make_lane(), run.first + l});
  const auto end_after = [&](std::size_t unit) {
    return std::min(run.units, unit + kUnitsBetweenPauses);
  };
  auto end = end_after(run.first);  // of the units until the next pause

  std::uint64_t round = 1;
  const auto on_item = [&](Phases::Phase phase, std::size_t item) {
    auto& state = lanes[item];
    if (phase == Phases::kTrain) return state.lane.train();
    apply(item);
    state.collected = false;
    if (state.unit >= end) return;
    if (!state.began) state.lane.begin(state.unit);
    state.began = true;
    state.collected = state.lane.collect(round);
  };
  const auto on_collected = [&] {
    if (run.stop.stop_requested()) throw Interrupted();
    ++round;
    bool more = false;
    for (auto& state : lanes) {
      if (state.began && !state.collected) {
        on_unit(state.unit, state.lane.tally());
        state.unit += kLockstepLanes;
        state.began = false;
      }
      more = more || state.unit < end;
    }
    if (more) return true;
    if (end == run.units || (run.pause && run.pause())) return false;
    end = end_after(end);
    return true;
  };
  const int used = std::min(thread_count(run.threads), static_cast<int>(kLockstepLanes));
  Phases phases(kLockstepLanes, used, on_item, on_collected);
  with_threads(used, [&] {
    parallel_for_ranges(static_cast<std::size_t>(used), 1,
                        [&](std::size_t, std::size_t) { phases.work(); });
  });
  return end;
}

}  // namespace wordkin
