#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "embed/train/cooccurrence.h"
#include "embed/train/glove.h"
#include "embed/train/word2vec.h"
#include "embed/vectors/vector_file.h"
#include "tools/checkpoint_options.h"
#include "tools/command.h"
#include "tools/text_options.h"

namespace wordkin {

// What wordkin train can learn: the models of word2vec, and GloVe.
enum class TrainedModel { kSkipGram, kCbow, kGlove };
template <>
inline constexpr std::array<std::string_view, 3> kEnumNames<TrainedModel>{"skipgram", "cbow",
                                                                          "glove"};

struct TrainOptions {
  CommonOptions common;
  TextOptions text;
  std::filesystem::path output;
  std::optional<VectorFormat> format;
  std::filesystem::path vocabulary;
  bool save_context = false;
  std::filesystem::path report;
  CheckpointOptions checkpoint;

  TrainedModel model = TrainedModel::kSkipGram;
  Word2VecOptions word2vec;
  std::filesystem::path init;
  std::filesystem::path continue_from;
  std::vector<std::filesystem::path> added_text;

  // What to advise where there is too little memory for the vectors.
  std::string_view smaller_vectors() const {
    if (!continue_from.empty()) return "a text with fewer new words";
    if (!cooccurrences.empty()) return "a lower --dim";
    return "a lower --dim, a higher --min-count, or --max-vocab";
  }

  // Vectors to start from, if any.
  const std::filesystem::path& start() const {
    return continue_from.empty() ? init : continue_from;
  }

  GloveOptions glove;
  GloveVectors vectors = GloveVectors::kSum;
  CooccurrenceOptions counting;
  std::filesystem::path cooccurrences;

  int dim() const { return model == TrainedModel::kGlove ? glove.dim : word2vec.dim; }
  int epochs() const { return model == TrainedModel::kGlove ? glove.epochs : word2vec.epochs; }
};

// Reads the command line and finds whatever can be found wrong before hours of work; throws
// UsageError and IoError.
TrainOptions parse_train_options(const Arguments& arguments);
// The same for another command, whose `line` may have options of its own; only training needs a
// text and --output.
enum class ForWhat { kTraining, kAdvice };
TrainOptions parse_train_options(const Arguments& arguments, CommandLine& line, ForWhat purpose);

}  // namespace wordkin
