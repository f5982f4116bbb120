#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "common/checkpoint.h"
#include "common/error.h"
#include "tools/command_line.h"
#include "tools/output.h"
#include "tools/signals.h"

namespace wordkin {

// --save-state, --checkpoint-every and --resume of the commands that train.
struct CheckpointOptions {
  std::filesystem::path save_state;
  std::optional<Duration> every;
  std::filesystem::path resume;

  void add_to(CommandLine& line);
  // Where states go, if they are saved: without --save-state beside the output.
  std::filesystem::path path(const std::filesystem::path& output) const;
  // Finds out before the work whether states can be read and written. Throws UsageError, IoError.
  void check(const std::filesystem::path& output, const std::vector<std::filesystem::path>& inputs,
             const CommonOptions& common) const;
};

// The file where a command that trains saves its states.
class StateFile {
 public:
  StateFile(const CheckpointOptions& options, const std::filesystem::path& output)
      : path_(options.path(output)),
        is_temporary_(options.save_state.empty()),
        every_(options.every.value_or(Duration{kUsualSeconds}).seconds) {}

  // save(path, state) saves one.
  template <class State, class Save>
  Checkpoint<State> checkpoint(Save save) {
    if (path_.empty()) return {};
    return {[this, save = std::move(save)](const State& state) {
              save(path_, state);
              saved_ = true;
            },
            Seconds(every_)};
  }

  // Runs what trains. A stop waits until it has saved its state, and when it ends before it is
  // done, the message says where the last state is.
  template <class F>
  auto run(F&& train) {
    std::optional<Saving> saving;
    if (!path_.empty()) saving.emplace();
    try {
      return train();
    } catch (const Interrupted&) {
      if (saved_) print_error("wordkin: go on with --resume {}\n", path_.string());
      throw;
    } catch (const NumericError& error) {
      if (!saved_) throw;
      throw NumericError(
          fmt::format("{}; the last good state is in {}", error.what(), path_.string()));
    }
  }

  // When the result is saved, a state that nobody asked for by name is of no more use.
  void finish() const {
    if (is_temporary_ && !path_.empty()) std::filesystem::remove(path_);
  }
  // The same, and save(path) saves the last state for those who asked for it.
  template <class Save>
  void finish(Save save) const {
    finish();
    if (!is_temporary_) save(path_);
  }

 private:
  using Seconds = std::chrono::duration<double>;
  static constexpr double kUsualSeconds = 600;

  std::filesystem::path path_;
  bool is_temporary_;
  double every_;
  bool saved_ = false;
};

}  // namespace wordkin
