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
  std::optional<double> of;            // where the state says how many there are to be
  std::string_view command = "train";  // that goes on from it
  std::string model = {};              // of `train`
};

// Whether the file says that it is a state, damaged or not.
bool is_state(const Safetensors& file);

// Nothing for a file that is no state. Throws FormatError for one that is damaged.
std::optional<StateProgress> progress_of(const Safetensors& file);
std::optional<StateProgress> progress_of_state(const std::filesystem::path& path);

// "after 2.4 of 5 epochs; go on with the same options: wordkin train ... --resume FILE".
std::string describe(const StateProgress& progress, std::string_view file);

}  // namespace wordkin
