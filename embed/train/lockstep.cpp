#include "embed/train/lockstep.h"

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "common/error.h"
#include "common/parallel.h"

namespace wordkin {
namespace {

// Rounds of two phases with a fixed number of items each. Threads that come, in any number and at
// any time, take items until the last phase is over; whoever finishes a phase's last item opens the
// next. A round is some microseconds long, too short for a scheduler's tasks.
class Phases {
 public:
  enum Phase : std::uint32_t { kCompute, kApply };

  // on_item(phase, item) runs in any thread; on_round() after each kApply, alone, and returns
  // whether there is another round.
  Phases(std::uint32_t items, std::function<void(Phase, std::uint32_t)> on_item,
         std::function<bool()> on_round)
      : items_(items), on_item_(std::move(on_item)), on_round_(std::move(on_round)) {}

  void work() {
    for (unsigned idle = 0;;) {
      auto ticket = next_.load(std::memory_order_acquire);
      if (ticket == kOver) break;
      const auto item = static_cast<std::uint32_t>(ticket);
      if (item == items_ || !next_.compare_exchange_weak(ticket, ticket + 1)) {
        if (++idle > kSpins) std::this_thread::yield();
        continue;
      }
      idle = 0;
      run(static_cast<std::uint32_t>(ticket >> 32), item);
    }
    if (error_) std::rethrow_exception(error_);
  }

 private:
  static constexpr std::uint64_t kOver = ~std::uint64_t{0};
  static constexpr unsigned kSpins = 2000;

  void run(std::uint32_t phase, std::uint32_t item) {
    const auto guarded = [this](const auto& f) {
      try {
        f();
      } catch (...) {
        const std::scoped_lock lock(failing_);
        if (!error_) error_ = std::current_exception();
      }
    };
    guarded([&] { on_item_(static_cast<Phase>(phase % 2), item); });
    if (done_.fetch_add(1, std::memory_order_acq_rel) + 1 < items_) return;
    bool more = true;
    if (phase % 2 == kApply) guarded([&] { more = on_round_(); });
    done_.store(0, std::memory_order_relaxed);
    more = more && !error_;
    next_.store(more ? (std::uint64_t{phase} + 1) << 32 : kOver, std::memory_order_release);
  }

  const std::uint32_t items_;
  const std::function<void(Phase, std::uint32_t)> on_item_;
  const std::function<bool()> on_round_;
  std::atomic<std::uint64_t> next_ = 0;  // the phase's number, and its next item
  std::atomic<std::uint32_t> done_ = 0;  // items of the phase
  std::mutex failing_;
  std::exception_ptr error_;
};

}  // namespace

void run_lockstep(std::size_t units, int threads, const std::function<Lane()>& make_lane,
                  const std::function<void(std::size_t unit, const Tally&)>& on_unit,
                  const std::stop_token& stop) {
  struct State {
    Lane lane;
    std::size_t unit;
    bool began = false;
    bool computed = false;
  };
  std::vector<State> lanes;
  for (std::size_t l = 0; l < kLockstepLanes; ++l) lanes.push_back({make_lane(), l});

  const auto on_item = [&](Phases::Phase phase, std::uint32_t item) {
    if (phase == Phases::kApply) {
      for (const auto& state : lanes) {
        if (state.computed) state.lane.apply(item, kLockstepLanes);
      }
      return;
    }
    auto& state = lanes[item];
    if (state.unit >= units) return;
    if (!state.began) state.lane.begin(state.unit);
    state.began = true;
    state.computed = state.lane.compute();
  };
  const auto on_round = [&] {
    if (stop.stop_requested()) throw Interrupted();
    bool more = false;
    for (auto& state : lanes) {
      if (state.began && !state.computed) {
        on_unit(state.unit, state.lane.tally());
        state.unit += kLockstepLanes;
        state.began = false;
      }
      more = more || state.unit < units;
    }
    return more;
  };
  if (units == 0) return;
  Phases phases(kLockstepLanes, on_item, on_round);
  with_threads(threads, [&] {
    parallel_for_ranges(static_cast<std::size_t>(thread_count(threads)), 1,
                        [&](std::size_t, std::size_t) { phases.work(); });
  });
}

}  // namespace wordkin
