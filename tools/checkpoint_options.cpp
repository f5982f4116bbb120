#include "tools/checkpoint_options.h"

#include <optional>

#include <fmt/format.h>

#include "common/error.h"
#include "common/input.h"
#include "common/safetensors.h"
#include "tools/answers.h"
#include "tools/state_progress.h"

namespace wordkin {
namespace {

// Throws UsageError where a file is that --save-state must not replace: another one, or the state
// of training that is not done.
void check_replaceable(const std::filesystem::path& state) {
  if (!std::filesystem::is_regular_file(state) || std::filesystem::is_empty(state)) return;
  std::optional<StateProgress> progress;
  try {
    const FileContents contents(state);
    progress = stated_progress(Safetensors(contents));
  } catch (const FormatError&) {  // then it is none
  }
  if (progress && progress->is_over) return;
  throw UsageError(
      progress
          ? fmt::format("{0}: is the state of training that is not done; go on with --resume {0}, "
                        "choose another --save-state, or remove it",
                        state.string())
          : fmt::format("{}: is there, where the state of training would go, and is no whole "
                        "state; choose another --save-state, or remove it",
                        state.string()));
}

}  // namespace

void CheckpointOptions::add_to(CommandLine& line) {
  line.group("Interruptions");
  line.option("checkpoint-every", every, "TIME",
              "save the state of training so often, and when SIGTERM, SIGINT or SIGHUP arrives: "
              "10m, 90s, 2h [10m with --save-state and --resume]");
  line.option(
      "save-state", save_state, "FILE",
      "where the state goes, at the end too, in place of one of finished training [beside the "
      "output, its name and .state; gone at the end]");
  line.option("resume", resume, "FILE",
              "go on from a saved state, with the same text and the same options");
}

std::filesystem::path CheckpointOptions::path(const std::filesystem::path& output) const {
  if (!save_state.empty()) return save_state;
  const bool is_wanted = every || (!resume.empty() && output != "-");
  if (!is_wanted) return {};
  return output.string() + ".state";
}

void CheckpointOptions::check(const std::filesystem::path& output,
                              const std::vector<std::filesystem::path>& inputs,
                              const CommonOptions& common) const {
  if (save_state == "-") throw UsageError("--save-state: expected a file, found '-'");
  if (save_state.empty() && every && output == "-") {
    throw UsageError("--checkpoint-every: name a file for the state with --save-state");
  }
  // A state may replace the one that training resumed from.
  const auto state = path(output);
  if (state.empty()) return;
  check_output(state, inputs, common);
  std::error_code missing;  // then they differ
  const bool is_resumed = std::filesystem::equivalent(resume, state, missing);
  if (is_resumed) return;
  if (!save_state.empty()) {
    check_replaceable(state);
  } else if (std::filesystem::exists(state)) {  // it would be gone had the result been saved
    throw UsageError(fmt::format(
        "{0}: is there from training that was interrupted; go on with --resume {0}, or remove it",
        state.string()));
  }
}

void CheckpointOptions::check_resume() const {
  if (resume.empty()) return;
  if (resume == "-" ||
      (std::filesystem::exists(resume) && !std::filesystem::is_regular_file(resume))) {
    throw UsageError(fmt::format("--resume: {}: expected a file", resume.string()));
  }
  const FileContents file(resume);
  if (!Safetensors::detect(file.bytes())) {
    throw FormatError(
        fmt::format("--resume: {}: is no state of training; give a file that --save-state or "
                    "--checkpoint-every wrote",
                    resume.string()));
  }
}

}  // namespace wordkin
