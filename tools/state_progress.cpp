#include "tools/state_progress.h"

#include <cstdint>
#include <numeric>
#include <string>

#include <fmt/format.h>

#include "classify/sentiment_state.h"
#include "common/input.h"
#include "common/saved_state.h"
#include "embed/train/glove_model.h"

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

StateProgress word2vec_progress(const Safetensors& file) {
  const auto words = file.require("epoch_words", "I64", 1).items<std::int64_t>();
  const auto done = std::accumulate(words.begin(), words.end(), 0.0);
  return {done / positive(file, "corpus_words"), static_cast<double>(words.size())};
}

StateProgress glove_progress(const Safetensors& file) {
  const auto& squares = file.require("vector_squares", "F32", 2).shape;
  const auto parts = GloveModel::parts_for(static_cast<WordId>(squares[0]), squares[1]).parts();
  const auto rounds = file.require("rounds", "I64", 1).items<std::int64_t>();
  const auto epochs = file.require("losses", "F64", 1).shape[0];
  const auto round = rounds.empty() ? 0.0 : static_cast<double>(rounds.front());
  return {static_cast<double>(epochs) + round / static_cast<double>(parts), std::nullopt};
}

}  // namespace

std::optional<StateProgress> progress_of(const Safetensors& file) {
  if (const auto epochs = sentiment_epochs_done(file)) {
    return StateProgress{*epochs, positive(file, "epochs"), "sentiment train"};
  }
  if (file.contains("epoch_words")) return word2vec_progress(file);
  if (file.contains("round_losses")) return glove_progress(file);
  return std::nullopt;
}

std::optional<StateProgress> progress_of_state(const std::filesystem::path& path) {
  const FileContents contents(path);
  return progress_of(Safetensors(contents.bytes(), contents.name()));
}

std::string describe(const StateProgress& progress, std::string_view file) {
  const auto of = progress.of ? fmt::format(" of {:.4g}", *progress.of) : "";
  return fmt::format("after {:.4g}{} epochs; {} {} ... --resume {}", progress.epochs, of,
                     progress.of && progress.epochs >= *progress.of
                         ? "done, but saved to go on from, with wordkin"
                         : "go on with the same options: wordkin",
                     progress.command, file);
}

}  // namespace wordkin
