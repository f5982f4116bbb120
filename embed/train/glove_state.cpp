#include "embed/train/glove_state.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/error.h"
#include "common/input.h"
#include "common/quantities.h"
#include "common/safetensors.h"
#include "common/saved_state.h"
#include "embed/train/saved_words.h"
#include "embed/vectors/native_format.h"

namespace wordkin {
namespace {

// What must be the same when training goes on: all options but the number of epochs.
Metadata identity(const CooccurrenceTiles& tiles, const GloveOptions& options) {
  auto identity = glove_metadata(options);
  identity.erase("epochs");
  identity["entries"] = fmt::to_string(tiles.entries());
  identity["cooccurrences_hash"] = fmt::format("{:016x}", tiles.hash());
  identity["total_count"] = fmt::format("{:.17g}", tiles.total());
  return identity;
}

using EntryKind = SavedEntry::Kind;
constexpr std::array kGloveEntries{
    SavedEntry{"entries", EntryKind::kCount, "co-occurrences"},
    SavedEntry{"cooccurrences_hash", EntryKind::kContent, "other counts of co-occurrences"},
    SavedEntry{"total_count", EntryKind::kContent, "another sum of co-occurrences"}};

// A role's tensors.
struct RoleNames {
  std::string vectors;
  std::string biases;
  std::string squares;
  std::string bias_squares;
};
const RoleNames kWordNames{"vectors", "biases", "vector_squares", "bias_squares"};
const RoleNames kContextNames{"context", "context_biases", "context_squares",
                              "context_bias_squares"};

void add_tensors(const GloveParameters& parameters, const RoleNames& names,
                 std::vector<TensorToWrite>& tensors) {
  const std::uint64_t words = parameters.parts().words();
  const auto numbers = [&, words](std::string name,
                                  float (*number)(const GloveParameters&, WordId)) {
    tensors.push_back(
        {std::move(name), "F32", {words}, [&parameters, words, number](OutputFile& file) {
           for (WordId word = 0; word < words; ++word) {
             const auto value = number(parameters, word);
             file.write_values(std::span(&value, 1));
           }
         }});
  };
  numbers(names.biases, [](const GloveParameters& p, WordId word) { return p.bias(word); });
  numbers(names.bias_squares,
          [](const GloveParameters& p, WordId word) { return p.bias_square(word); });
  tensors.push_back(
      {names.squares, "F32", {words, parameters.dim()}, [&parameters](OutputFile& file) {
         for (WordId word = 0; word < parameters.parts().words(); ++word) {
           file.write_values(parameters.vector_squares(word));
         }
       }});
}

void load_role(const Safetensors& file, const RoleNames& names, GloveParameters& parameters) {
  const std::uint64_t words = parameters.parts().words();
  const auto dim = parameters.dim();
  constexpr float kFirst = 1;  // sums of squares start here
  const auto biases = checked_items<float>(file, names.biases, "F32", {words});
  const auto bias_squares = checked_items<float>(file, names.bias_squares, "F32", {words}, kFirst);
  for (WordId word = 0; word < words; ++word) {
    parameters.bias(word) = biases[word];
    parameters.bias_square(word) = bias_squares[word];
  }
  check_saved_vectors(file, names.vectors, words, dim);
  read_rows(file, names.vectors, words, [&](std::size_t i, std::span<const float> row) {
    std::ranges::copy(row, parameters.vector(static_cast<WordId>(i)).begin());
  });
  check_saved_vectors(file, names.squares, words, dim);
  read_rows(file, names.squares, words, [&](std::size_t i, std::span<const float> row) {
    if (std::ranges::min(row) < kFirst) refuse_tensor(file, names.squares, "holds too small a sum");
    std::ranges::copy(row, parameters.vector_squares(static_cast<WordId>(i)).begin());
  });
}

std::size_t read_rounds(const Safetensors& file, std::size_t most) {
  const auto rounds = checked_items<std::int64_t>(file, "rounds", "I64", {1}, 0).front();
  if (std::cmp_less_equal(rounds, most)) return static_cast<std::size_t>(rounds);
  refuse_tensor(file, "rounds", fmt::format("holds {}, more than {}", rounds, most));
}

}  // namespace

void save_glove_state(const std::filesystem::path& path, const GloveModel& model,
                      const CooccurrenceTiles& tiles, const Vocabulary& vocabulary,
                      const GloveOptions& options) {
  std::vector<TensorToWrite> tensors;
  tensors.push_back({"losses", "F64", {model.losses.size()}, [&](OutputFile& file) {
                       file.write_values(std::span(model.losses));
                     }});
  const auto rounds = static_cast<std::int64_t>(model.rounds);
  tensors.push_back(
      {"rounds", "I64", {1}, [&](OutputFile& file) { file.write_values(std::span(&rounds, 1)); }});
  tensors.push_back({"round_losses", "F64", {1}, [&](OutputFile& file) {
                       file.write_values(std::span(&model.round_losses, 1));
                     }});
  add_tensors(model.words, kWordNames, tensors);
  add_tensors(model.contexts, kContextNames, tensors);
  OutputFile file(path);
  write_native_state(file,
                     glove_embeddings(model, vocabulary, options, GloveVectors::kWord)
                         .with_metadata(identity(tiles, options)),
                     std::move(tensors));
  file.commit();
}

GloveModel load_glove_state(const std::filesystem::path& path, const CooccurrenceTiles& tiles,
                            const Vocabulary& vocabulary, const GloveOptions& options) {
  const FileContents contents(path);
  const Safetensors file(contents);
  check_saved_options(file, identity(tiles, options), kGloveEntries);
  check_saved_words(file, vocabulary);
  auto model =
      GloveModel::initial(tiles.parts(), static_cast<std::size_t>(options.dim), options.seed);
  load_role(file, kWordNames, model.words);
  load_role(file, kContextNames, model.contexts);
  model.losses =
      checked_items<double>(file, "losses", "F64", file.require("losses", "F64", 1).shape, 0);
  model.rounds = read_rounds(file, tiles.parts().parts());
  model.round_losses = checked_items<double>(file, "round_losses", "F64", {1}, 0).front();
  // Not where it is at the end: training may have been killed before it saved the result.
  const auto begun = model.losses.size() + (model.rounds > 0 ? 1 : 0);
  if (begun > static_cast<std::size_t>(options.epochs)) {
    throw UsageError(fmt::format("{}: has trained {} already; give --epochs {} or more",
                                 file.name(), counted(model.losses.size(), "epoch"), begun));
  }
  return model;
}

double glove_epochs_done(const Safetensors& file) {
  const auto& squares = file.require("vector_squares", "F32", 2).shape;
  if (squares[0] == 0 || squares[0] > std::numeric_limits<WordId>::max() || squares[1] == 0) {
    refuse_tensor(file, "vector_squares", "is of no vectors");
  }
  const auto parts = GloveModel::parts_for(static_cast<WordId>(squares[0]), squares[1]).parts();
  return GloveModel::epochs_done(file.require("losses", "F64", 1).shape[0],
                                 read_rounds(file, parts), parts);
}

}  // namespace wordkin
