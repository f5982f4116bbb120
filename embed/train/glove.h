#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "common/checkpoint.h"
#include "common/enum_names.h"
#include "common/progress.h"
#include "embed/train/cooccurrence_tiles.h"
#include "embed/train/glove_model.h"
#include "embed/vectors/embeddings.h"

namespace wordkin {

// Which vectors are the result: those of words w, those of contexts u, or their sums.
enum class GloveVectors { kSum, kWord, kContext };
template <>
inline constexpr std::array<std::string_view, 3> kEnumNames<GloveVectors>{"sum", "word", "context"};

struct GloveOptions {
  int dim = 100;
  int epochs = 15;                // in all, those before a resumption among them
  double eta = 0.05;              // learning rate
  double x_max = 100;             // counts from here on weigh 1 in the loss
  double weight_exponent = 0.75;  // rarer ones weigh (count / x_max)^weight_exponent
  double clip = 100;              // the largest gradient of a parameter
  std::uint64_t seed = 1;
  int threads = 0;  // 0: all

  void validate() const;  // throws UsageError
};

// Learns vectors from co-occurrences by GloVe (Pennington, Socher and Manning, "GloVe: global
// vectors for word representation", EMNLP 2014): stochastic gradient descent on the weighted
// squared difference of w . u + b + c and log x, with AdaGrad; glove_kernels.h has the equations.
//
// `model` is where to start from: GloveModel::initial(...) with the parts of `tiles`, or what was
// reached before; epochs that it has done already are not repeated.
//
// In a round of training all tiles are trained that lie on a diagonal; they share neither words nor
// contexts, so threads do not meet, and the result is the same bit for bit for any number of them.
// The order of diagonals, and of words within a tile, is shuffled anew for each epoch.
//
// Models are saved by `checkpoint` between two rounds, when it is due, and when a stop is
// requested, never with a value that is not finite.
//
// Throws UsageError; FormatError when there are no entries; IoError when a file of entries cannot
// be read; NumericError, with a rate to try, when a parameter is no longer finite, or the
// loss so high that training has diverged;
// Interrupted; and what saving throws.
GloveModel train_glove(const CooccurrenceTiles& tiles, const Vocabulary& vocabulary,
                       const GloveOptions& options, GloveModel model, const Monitor& monitor = {},
                       Checkpoint<GloveModel> checkpoint = {});

// The options.
Metadata glove_metadata(const GloveOptions& options);

// The vectors that were learned, with context vectors u, glove_metadata() and the mean loss for
// each entry in each epoch.
Embeddings glove_embeddings(const GloveModel& model, const Vocabulary& vocabulary,
                            const GloveOptions& options, GloveVectors which = GloveVectors::kSum);

}  // namespace wordkin
