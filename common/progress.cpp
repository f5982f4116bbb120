#include "common/progress.h"

#include <algorithm>

namespace wordkin {

StageReporter::StageReporter(const Monitor& monitor, std::string_view stage, std::string_view unit,
                             std::uint64_t total, std::uint64_t before)
    : monitor_(monitor),
      stage_(stage),
      unit_(unit),
      total_(total),
      before_(before),
      start_(Clock::now()),
      next_(start_) {
  report(before);
}

void StageReporter::report(Progress progress) {
  if (const auto now = Clock::now(); now >= next_) send(progress, now);
}

void StageReporter::finish(Progress progress) { send(progress, Clock::now()); }

void StageReporter::send(Progress progress, Clock::time_point now) {
  if (!monitor_.on_progress) return;
  next_ = now + std::chrono::milliseconds(100);
  const auto seconds = std::max(std::chrono::duration<double>(now - start_).count(), 1e-9);
  progress.stage = stage_;
  progress.unit = unit_;
  progress.total = total_;
  progress.rate = static_cast<double>(progress.done - before_) / seconds;
  monitor_.on_progress(progress);
}

}  // namespace wordkin
