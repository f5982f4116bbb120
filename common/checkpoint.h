#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace wordkin {

// When a long computation saves its State, so that it can go on from there: every so often, and
// when it is asked to stop. Without a `save` it never does. Not thread-safe.
template <class State>
class Checkpoint {
 public:
  using Seconds = std::chrono::duration<double>;

  Checkpoint() = default;
  // `save` puts what it saved before aside only when the new one is whole.
  Checkpoint(std::function<void(const State&)> save, Seconds every)
      : save_(std::move(save)), every_(every), next_(Clock::now() + to_ticks(every)) {}

  explicit operator bool() const { return static_cast<bool>(save_); }
  bool is_due() const { return save_ && Clock::now() >= next_; }
  void save(const State& state) {
    save_(state);
    next_ = Clock::now() + to_ticks(every_);  // however long it took
  }

 private:
  using Clock = std::chrono::steady_clock;

  static Clock::duration to_ticks(Seconds seconds) {
    constexpr Seconds kYear = std::chrono::hours(24 * 365);
    return std::chrono::duration_cast<Clock::duration>(std::min(seconds, kYear));
  }

  std::function<void(const State&)> save_;
  Seconds every_{0};
  Clock::time_point next_;
};

}  // namespace wordkin
