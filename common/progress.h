#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <stop_token>
#include <string_view>

#include "common/error.h"

namespace wordkin {

// How far a stage has come. `rate` is what is done in a second of this stage. A figure that a
// stage does not have is NaN.
struct Progress {
  std::string_view stage = {};
  std::string_view unit = {};  // of done and total: "words", "bytes", ...
  std::uint64_t done = 0;
  std::uint64_t total = 0;  // 0: not known
  double rate = 0;
  double loss = std::numeric_limits<double>::quiet_NaN();
  double learning_rate = std::numeric_limits<double>::quiet_NaN();
};

// What a long computation reports to, and what can stop it. `on_progress` is called from one thread
// at a time, though not always from the same one. After stop.request_stop() the computation throws
// Interrupted at its next step, as a rule within a fraction of a second.
struct Monitor {
  std::function<void(const Progress&)> on_progress;
  std::stop_token stop;

  void throw_if_stopped() const {
    if (stop.stop_requested()) throw Interrupted();
  }
};

// Reports the progress of one stage to a Monitor: at the start, at the end, and ten times a second
// in between. Not thread-safe: its owner calls it from one thread at a time.
class StageReporter {
 public:
  // Of the total, `before` was done already when the stage began.
  StageReporter(const Monitor& monitor, std::string_view stage, std::string_view unit,
                std::uint64_t total, std::uint64_t before = 0);

  // `progress` needs `done` and, where known, the loss and the learning rate.
  void report(Progress progress);
  void report(std::uint64_t done) { report(Progress{.done = done}); }
  // The last report, never held back.
  void finish(Progress progress);

 private:
  using Clock = std::chrono::steady_clock;

  void send(Progress progress, Clock::time_point now);

  const Monitor& monitor_;
  std::string_view stage_;
  std::string_view unit_;
  std::uint64_t total_;
  std::uint64_t before_;
  Clock::time_point start_;
  Clock::time_point next_;
};

}  // namespace wordkin
