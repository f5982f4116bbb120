#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "common/progress.h"
#include "tools/command_line.h"
#include "tools/display.h"

namespace wordkin {

using Arguments = std::vector<std::string>;

// One file for each command. Each binds its options, runs, and throws on failure.
void doctor_command(const Arguments& arguments, const std::stop_token& stop);
void train_command(const Arguments& arguments, const std::stop_token& stop);
void cooccur_command(const Arguments& arguments, const std::stop_token& stop);
void vocab_command(const Arguments& arguments, const std::stop_token& stop);
void similar_command(const Arguments& arguments, const std::stop_token& stop);
void index_command(const Arguments& arguments, const std::stop_token& stop);
void similarity_command(const Arguments& arguments, const std::stop_token& stop);
void analogy_command(const Arguments& arguments, const std::stop_token& stop);
void evaluate_command(const Arguments& arguments, const std::stop_token& stop);
void compare_command(const Arguments& arguments, const std::stop_token& stop);
void bias_command(const Arguments& arguments, const std::stop_token& stop);
void debias_command(const Arguments& arguments, const std::stop_token& stop);
void convert_command(const Arguments& arguments, const std::stop_token& stop);
void map_command(const Arguments& arguments, const std::stop_token& stop);
void info_command(const Arguments& arguments, const std::stop_token& stop);
void sentiment_train_command(const Arguments& arguments, const std::stop_token& stop);
void sentiment_evaluate_command(const Arguments& arguments, const std::stop_token& stop);
void sentiment_predict_command(const Arguments& arguments, const std::stop_token& stop);
void sentiment_explain_command(const Arguments& arguments, const std::stop_token& stop);
void manual_command(const Arguments& arguments, const std::stop_token& stop);
void completion_command(const Arguments& arguments, const std::stop_token& stop);

// Progress on standard error unless --quiet was given, and the stop request of signals.
class CommandMonitor {
 public:
  CommandMonitor(const CommonOptions& options, const std::stop_token& stop);

  const Monitor& monitor() const { return monitor_; }

 private:
  std::optional<ProgressDisplay> display_;
  Monitor monitor_;
};

}  // namespace wordkin
