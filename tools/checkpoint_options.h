#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "common/checkpoint.h"
#include "common/error.h"
#include "common/progress.h"
#include "tools/command_line.h"
#include "tools/display.h"
#include "tools/output.h"
#include "tools/signals.h"

namespace wordkin {

// What a command throws at the end that did all but save its last state.
inline IoError state_not_saved() {
  return IoError("the result is saved, but not the state of training");
}

// --save-state, --checkpoint-every and --resume of the commands that train.
struct CheckpointOptions {
  std::filesystem::path save_state;
  std::optional<Duration> every;
  std::filesystem::path resume;

  void add_to(CommandLine& line);
  // Whether states are saved or read.
  bool is_used() const { return !save_state.empty() || every || !resume.empty(); }
  // Where states go, if they are saved: without --save-state beside the output.
  std::filesystem::path path(const std::filesystem::path& output) const;
  // Find out before the work whether states can be written and read. Throw UsageError, IoError,
  // FormatError.
  void check_resume() const;
  void check(const std::filesystem::path& output, const std::vector<std::filesystem::path>& inputs,
             const CommonOptions& common) const;
};

// The file where a command that trains saves its states.
class StateFile {
 public:
  StateFile(const CheckpointOptions& options, const std::filesystem::path& output)
      : path_(options.path(output)),
        last_(options.resume),
        is_temporary_(options.save_state.empty()),
        every_(options.every.value_or(Duration{kUsualSeconds}).seconds) {}

  // save(path, state) saves one. Where that fails, the state before stays, and training goes on.
  template <class State, class Save>
  Checkpoint<State> checkpoint(Save save) {
    if (path_.empty()) return {};
    return {[this, save = std::move(save)](const State& state) {
              try {
                save(path_, state);
                last_ = path_;
                failed_ = false;
              } catch (const IoError& error) {
                tell_failure(error);
              }
            },
            Seconds(every_)};
  }

  // From now on there is something to lose, even where no states are saved: a stop waits until
  // finish().
  void begin_saving() {
    if (!saving_) saving_.emplace();
  }

  // Runs what trains. A stop waits until it has saved its state, or when training is over, until
  // finish(); when training ends before it is done, the message says where the last state is.
  template <class F>
  auto run(F&& train) {
    if (!path_.empty()) begin_saving();
    try {
      return train();
    } catch (const Interrupted&) {
      tell_where_to_go_on();
      throw;
    } catch (const NumericError& error) {
      if (last_.empty()) throw;
      throw NumericError(
          fmt::format("{}; the last good state is in {}", error.what(), last_.string()));
    }
  }

  // When training was interrupted.
  void tell_where_to_go_on() const {
    if (last_.empty()) return;
    print_error("{}wordkin: go on with --resume {}\n", clear_line(), last_.string());
  }

  // For saving the result: where states are saved, a stop does not throw it away.
  Monitor for_result(const Monitor& monitor) const {
    return path_.empty() ? monitor : Monitor{.on_progress = monitor.on_progress, .stop = {}};
  }

  // When the result is saved, a state that nobody asked for by name is of no more use. Returns
  // whether one that was asked for could be saved the last time.
  [[nodiscard]] bool finish() {
    std::error_code gone;
    if (is_temporary_ && !path_.empty()) std::filesystem::remove(path_, gone);
    saving_.reset();
    return is_temporary_ || !failed_;
  }
  // The same, and save(path) saves the last state for those who asked for it.
  template <class Save>
  [[nodiscard]] bool finish(Save save) {
    failed_ = false;
    try {
      if (!is_temporary_) save(path_);
    } catch (const IoError& error) {
      tell_failure(error);
    }
    return finish();
  }

 private:
  void tell_failure(const IoError& error) {
    failed_ = true;
    print_error("{}wordkin: {}; the state was not saved\n", clear_line(), error.what());
  }

  using Seconds = std::chrono::duration<double>;
  static constexpr double kUsualSeconds = 600;

  std::filesystem::path path_;
  std::filesystem::path last_;  // that was saved or read
  bool is_temporary_;
  double every_;
  bool failed_ = false;  // to save the last state
  std::optional<Saving> saving_;
};

}  // namespace wordkin
