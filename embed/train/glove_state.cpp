#include "embed/train/glove_state.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/error.h"
#include "common/input.h"
#include "common/safetensors.h"
#include "embed/vectors/native_format.h"

namespace wordkin {
namespace {

Metadata fingerprint(const CooccurrenceTiles& tiles) {
  return {{"entries", fmt::to_string(tiles.entries())},
          {"total_count", fmt::format("{:.17g}", tiles.total())}};
}

// A role's tensors besides its vectors.
struct RoleNames {
  std::string biases;
  std::string squares;
  std::string bias_squares;
};
const RoleNames kWordNames{"biases", "vector_squares", "bias_squares"};
const RoleNames kContextNames{"context_biases", "context_squares", "context_bias_squares"};

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

// The items of a tensor of the given shape, which must lie from `least` on and be finite.
template <class T>
std::vector<T> items_of(const Safetensors& file, std::string_view name, std::string_view type,
                        const std::vector<std::uint64_t>& shape, T least) {
  const auto& tensor = file.require(name, type, shape.size());
  if (tensor.shape != shape) {
    throw FormatError(
        fmt::format("{}: tensor '{}' has the shape {}, expected {}; the file is damaged",
                    file.name(), name, fmt::join(tensor.shape, " x "), fmt::join(shape, " x ")));
  }
  auto items = tensor.items<T>();
  if (!std::ranges::all_of(items, [least](T x) { return x >= least && std::isfinite(x); })) {
    throw FormatError(
        fmt::format("{}: tensor '{}' holds a value that is not finite or too small; "
                    "the file is damaged",
                    file.name(), name));
  }
  return items;
}

void load_role(const Safetensors& file, MatrixView vectors, const RoleNames& names,
               GloveParameters& parameters) {
  const std::uint64_t words = parameters.parts().words();
  const auto dim = parameters.dim();
  if (vectors.rows() != words || vectors.cols() != dim) {
    throw FormatError(
        fmt::format("{}: holds vectors of {} x {}, expected {} x {}; the file is damaged",
                    file.name(), vectors.rows(), vectors.cols(), words, dim));
  }
  constexpr auto kAny = std::numeric_limits<float>::lowest();
  constexpr float kFirst = 1;  // sums of squares start here
  const auto biases = items_of(file, names.biases, "F32", {words}, kAny);
  const auto bias_squares = items_of(file, names.bias_squares, "F32", {words}, kFirst);
  const auto squares = items_of(file, names.squares, "F32", {words, dim}, kFirst);
  for (WordId word = 0; word < words; ++word) {
    std::ranges::copy(vectors.row(word), parameters.vector(word).begin());
    std::ranges::copy(std::span(squares).subspan(word * dim, dim),
                      parameters.vector_squares(word).begin());
    parameters.bias(word) = biases[word];
    parameters.bias_square(word) = bias_squares[word];
  }
}

void check_same_words(const std::string& name, const Vocabulary& saved, const Vocabulary& now) {
  const bool same = saved.size() == now.size() && [&] {
    for (WordId id = 0; id < now.size(); ++id) {
      if (saved.word(id) != now.word(id)) return false;
    }
    return true;
  }();
  if (same) return;
  throw UsageError(fmt::format(
      "{}: was saved with another vocabulary, of {} words, found {}; resume with the same text, "
      "--min-count and --max-vocab",
      name, saved.size(), now.size()));
}

void check_same_options(const std::string& name, const Metadata& saved, const Metadata& now) {
  for (const auto* key : {"model", "dim", "eta", "x_max", "weight_exponent", "clip", "seed",
                          "entries", "total_count"}) {
    const auto found = saved.find(key);
    if (found == saved.end()) {
      throw FormatError(fmt::format("{}: is no saved state of GloVe: it has no '{}'", name, key));
    }
    if (found->second != now.at(key)) {
      throw UsageError(
          fmt::format("{}: was saved with {} {}, found {}; resume with the same text "
                      "and options",
                      name, key, excerpt(found->second), now.at(key)));
    }
  }
}

}  // namespace

void save_glove_state(const std::filesystem::path& path, const GloveModel& model,
                      const CooccurrenceTiles& tiles, const Vocabulary& vocabulary,
                      const GloveOptions& options, const Monitor& monitor) {
  std::vector<TensorToWrite> tensors;
  tensors.push_back({"losses", "F64", {model.losses.size()}, [&](OutputFile& file) {
                       file.write_values(std::span(model.losses));
                     }});
  add_tensors(model.words, kWordNames, tensors);
  add_tensors(model.contexts, kContextNames, tensors);
  OutputFile file(path);
  write_native(file,
               glove_embeddings(model, vocabulary, options, GloveVectors::kWord)
                   .with_metadata(fingerprint(tiles)),
               monitor, tensors);
  file.commit();
}

GloveModel load_glove_state(const std::filesystem::path& path, const CooccurrenceTiles& tiles,
                            const Vocabulary& vocabulary, const GloveOptions& options) {
  const FileContents contents(path);
  const auto& name = contents.name();
  const auto saved = read_native(contents.bytes(), name);
  const Safetensors file(contents.bytes(), name);
  auto model =
      GloveModel::initial(tiles.parts(), static_cast<std::size_t>(options.dim), options.seed);
  auto now = glove_metadata(model, options);
  now.merge(fingerprint(tiles));
  check_same_options(name, saved.metadata(), now);
  check_same_words(name, saved.vocabulary(), vocabulary);
  if (!saved.has_context()) throw FormatError(name + ": is no saved state: it has no contexts");
  load_role(file, saved.vectors(), kWordNames, model.words);
  load_role(file, saved.context(), kContextNames, model.contexts);
  model.losses = items_of(file, "losses", "F64", file.require("losses", "F64", 1).shape, 0.0);
  if (model.losses.size() >= static_cast<std::size_t>(options.epochs)) {
    throw UsageError(fmt::format("{}: has trained {} epochs already; give more --epochs than {}",
                                 name, model.losses.size(), options.epochs));
  }
  return model;
}

}  // namespace wordkin
