#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "common/safetensors.h"

namespace wordkin {

// How far training is that saved its state.
struct StateProgress {
  double epochs = 0;                   // done
  double of = 0;                       // so many
  bool is_over = false;                // nothing is left to be done
  std::string_view command = "train";  // that goes on from it
  std::string model = {};              // of `train`
};

// Nothing for a file that is no state. Throws FormatError for one whose figures are damaged.
std::optional<StateProgress> stated_progress(const Safetensors& file);
// The same for one that is whole: its checksum is verified too.
std::optional<StateProgress> progress_of(const Safetensors& file);
std::optional<StateProgress> progress_of_state(const std::filesystem::path& path);

// "after 2.4 of 5 epochs; go on with the same options: wordkin train ... --resume FILE".
std::string describe(const StateProgress& progress, std::string_view file);

}  // namespace wordkin
