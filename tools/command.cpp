#include "tools/command.h"

namespace wordkin {

CommandMonitor::CommandMonitor(const CommonOptions& options, const std::stop_token& stop) {
  monitor_.stop = stop;
  if (options.quiet) return;
  display_.emplace();
  monitor_.on_progress = [this](const Progress& progress) { display_->show(progress); };
}

}  // namespace wordkin
