#include "tools/state_progress.h"

#include <cstdint>
#include <numeric>
#include <string>

#include <fmt/format.h>

#include "classify/sentiment_state.h"
#include "common/error.h"
#include "common/input.h"
#include "common/saved_state.h"
#include "embed/train/glove_state.h"

namespace wordkin {
namespace {

// A number in the metadata, above 0.
double positive(const Safetensors& file, const char* key) {
  if (const auto number = saved_number(file, key); number && *number > 0) {
    return static_cast<double>(*number);
  }
  throw FormatError(
      fmt::format("{}: the state does not say its '{}'; the file is damaged", file.name(), key));
}

std::string model_of(const Safetensors& file) {
  const auto found = file.metadata().find("model");
  return found == file.metadata().end() ? std::string() : found->second;
}

StateProgress word2vec_progress(const Safetensors& file) {
  const auto& shape = file.require("epoch_words", "I64", 1).shape;
  const auto words = checked_items<std::int64_t>(file, "epoch_words", "I64", shape, 0);
  const auto epochs = static_cast<double>(words.size());
  const auto done =
      std::accumulate(words.begin(), words.end(), 0.0) / positive(file, "corpus_words");
  if (words.empty() || done > epochs) {
    refuse_tensor(file, "epoch_words", "does not say how many words of each epoch are done");
  }
  return {done, epochs, done == epochs, "train", model_of(file)};
}

}  // namespace

std::optional<StateProgress> stated_progress(const Safetensors& file) {
  if (const auto progress = sentiment_progress(file)) {
    return StateProgress{progress->epochs, positive(file, "epochs"), progress->is_over,
                         "sentiment train"};
  }
  if (file.contains("epoch_words")) return word2vec_progress(file);
  if (file.contains("round_losses")) {
    const auto epochs = positive(file, "epochs");
    const auto done = glove_epochs_done(file);
    return StateProgress{done, epochs, done >= epochs, "train", model_of(file)};
  }
  return std::nullopt;
}

std::optional<StateProgress> progress_of(const Safetensors& file) {
  file.verify_any_checksum();
  auto progress = stated_progress(file);
  if (progress) file.require_checksum();
  return progress;
}

std::optional<StateProgress> progress_of_state(const std::filesystem::path& path) {
  const FileContents contents(path);
  return progress_of(Safetensors(contents.bytes(), contents.name()));
}

std::string describe(const StateProgress& progress, std::string_view file) {
  const auto done = fmt::format("after {:.4g} of {:.4g} epochs", progress.epochs, progress.of);
  if (progress.is_over) return done + "; training is done";
  return fmt::format("{}; go on with the same options: wordkin {} ... --resume {}", done,
                     progress.command, file);
}

}  // namespace wordkin
