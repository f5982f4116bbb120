#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "common/checkpoint.h"
#include "common/enum_names.h"
#include "common/matrix.h"
#include "common/progress.h"
#include "embed/text/encoded_corpus.h"
#include "embed/train/hogwild.h"
#include "embed/vectors/embeddings.h"

namespace wordkin {

enum class Word2VecModel { kSkipGram, kCbow };
template <>
inline constexpr std::array<std::string_view, 2> kEnumNames<Word2VecModel>{"skipgram", "cbow"};

enum class Loss { kNegativeSampling, kHierarchicalSoftmax };
template <>
inline constexpr std::array<std::string_view, 2> kEnumNames<Loss>{"ns", "hs"};

// How wide a context is: drawn for each word, uniformly from 1 to `window`, so that near words
// count more, or always `window`.
enum class WindowSize { kDrawn, kFixed };
template <>
inline constexpr std::array<std::string_view, 2> kEnumNames<WindowSize>{"drawn", "fixed"};

// Whether neighbouring words share their noise words and are trained together, which is many times
// faster, or every pair is trained on its own, as in word2vec.c.
enum class Sharing { kBlock, kNone };
template <>
inline constexpr std::array<std::string_view, 2> kEnumNames<Sharing>{"block", "none"};

// How threads change the shared vectors: whenever they have a step, which is a race that the result
// depends on, or in lockstep, with the same result for any number of threads.
enum class Updates { kHogwild, kLockstep };
template <>
inline constexpr std::array<std::string_view, 2> kEnumNames<Updates>{"hogwild", "lockstep"};

struct Word2VecOptions;

// Of the most frequent word: its share of the text after subsampling, and of the noise words, which
// is 0 with hierarchical softmax.
struct LargestShares {
  double noise = 0;
  double word = 0;

  static LargestShares of(const Vocabulary& vocabulary, const Word2VecOptions& options);
};

struct Word2VecOptions {
  Word2VecModel model = Word2VecModel::kSkipGram;
  Loss loss = Loss::kNegativeSampling;
  int dim = 100;
  int window = 5;  // words to either side
  WindowSize window_size = WindowSize::kDrawn;
  int negative = 5;              // noise words for each pair
  double noise_exponent = 0.75;  // noise words are drawn in proportion to count^noise_exponent
  double sample = 1e-3;          // subsampling threshold; 0: keep all words
  int epochs = 5;
  std::optional<double> alpha;  // learning rate at the start; by default initial_alpha()
  std::uint64_t seed = 1;
  int threads = 0;  // 0: all
  Updates updates = Updates::kHogwild;
  Sharing sharing = Sharing::kBlock;
  // With Sharing::kBlock: words that are trained together, and noise words that they share. By
  // default block_words() and noise_words() choose them.
  std::optional<int> block;
  std::optional<int> shared_negatives;

  // 0.025 for skip-gram, 0.05 for CBOW, as in word2vec.c.
  double initial_alpha() const {
    return alpha.value_or(model == Word2VecModel::kSkipGram ? 0.025 : 0.05);
  }
  // 24 noise words (CBOW 16) and 16 words, or more and fewer where a wide window, many negatives or
  // a high alpha would make the summed steps so long that training diverges.
  int noise_words() const;
  int block_words(LargestShares shares = {}) const;
  // Whether blocks are trained, not pairs: not where sharing is off, nor by CBOW with hierarchical
  // softmax, nor, without lockstep, where blocks would be so short that pairs are faster.
  bool trains_blocks(LargestShares shares) const;
  // With hierarchical softmax: context words that go along a path together.
  int path_words() const;
  // In lockstep: centre words that a lane trains in a round, 64 or fewer where the sum of all
  // lanes' changes of a word would be too much. A block is no longer, unless `block` is given.
  int round_words(LargestShares shares = {}) const;

  // How many words have a word in their windows, on average.
  double mean_contexts() const {
    return window_size == WindowSize::kFixed ? 2 * window : window + 1;
  }

  void validate() const;  // throws UsageError
};

// Throws UsageError unless vectors can start from `start`: both must have the same dimension.
void check_start(const Embeddings& start, const Word2VecOptions& options);

// The learning rate falls linearly from initial_alpha(), but not below this share of it.
inline constexpr double kAlphaFloor = 1e-4;
// Longer sentences are cut after this many words that subsampling kept.
inline constexpr std::size_t kMaxSentence = 1000;

// What training by word2vec changes, and all that it needs to go on.
struct Word2VecState {
  Matrix input;   // [V, D]
  Matrix output;  // [V, D], the vectors of contexts; with hierarchical softmax [inner nodes, D]
  std::size_t unit = 0;       // the first that is not done: units are chunks in the order of epochs
  std::vector<Tally> epochs;  // what was done in each, [options.epochs]

  // What was done in all.
  Tally done() const {
    Tally all;
    for (const auto& epoch : epochs) all += epoch;
    return all;
  }

  // Before the first unit. `start`, if given, passes check_start; its vectors, and its context
  // vectors with negative sampling, replace the random start for the words that it knows.
  static Word2VecState initial(const Vocabulary& vocabulary, const Word2VecOptions& options,
                               const Embeddings* start = nullptr);
};

// The mean loss of a pair while vectors have learned nothing, with hierarchical softmax the most
// that it may be: every answer is as likely as not. The vocabulary has counts.
double untrained_loss(const Vocabulary& vocabulary, const Word2VecOptions& options);

// Learns vectors by word2vec (Mikolov, Chen, Corrado and Dean, "Efficient estimation of word
// representations in vector space", 2013; Mikolov et al., "Distributed representations of words and
// phrases and their compositionality", 2013): skip-gram or CBOW, with negative sampling or
// hierarchical softmax, block by block or pair by pair.
//
// `vocabulary` has counts above 0, the frequent words first, and every id of `corpus` is in it.
// `state` is where to start from; the units that it has done already are not repeated.
//
// Chunks of the corpus are trained on in an order shuffled anew for each epoch. The order, the
// start values, the learning rates and all samples depend on options.seed and the corpus alone,
// never on threads. With one thread, or in lockstep, the result is the same bit for bit, however
// often training was interrupted and resumed; with more, it differs from run to run, because
// threads race for rows (hogwild_kernels.h).
//
// States are saved by `checkpoint` when it is due, and when a stop is requested, never with a value
// that is not finite.
//
// Throws UsageError; NumericError, which says what learning rate to try, when a loss or a vector is
// no longer finite, or the loss so high that training has diverged; Interrupted; and what saving
// throws.
Word2VecState train_word2vec(const EncodedCorpus& corpus, const Vocabulary& vocabulary,
                             const Word2VecOptions& options, Word2VecState state,
                             const Monitor& monitor = {},
                             Checkpoint<Word2VecState> checkpoint = {});

// The options and the size of the corpus.
Metadata word2vec_metadata(const EncodedCorpus& corpus, const Word2VecOptions& options);

// The vectors that were learned, which stay where they are, and the context vectors with negative
// sampling; hierarchical softmax has none. Their metadata holds word2vec_metadata() and the mean
// loss for each positive pair in each epoch.
Embeddings word2vec_embeddings(const std::shared_ptr<const Word2VecState>& state,
                               const EncodedCorpus& corpus, const Vocabulary& vocabulary,
                               const Word2VecOptions& options);

// All of it: from the initial state to the vectors.
Embeddings train_word2vec(const EncodedCorpus& corpus, const Vocabulary& vocabulary,
                          const Word2VecOptions& options, const Monitor& monitor = {},
                          const Embeddings* start = nullptr);

}  // namespace wordkin
