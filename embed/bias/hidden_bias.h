#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "embed/bias/known_words.h"

namespace wordkin {

struct HiddenBiasOptions {
  std::size_t words = 500;  // of each end that are clustered; the classifier gets five times
  std::size_t restrict_to = 50000;  // of the first words, the most frequent; 0: of all
  std::uint64_t seed = 1;

  void validate() const;  // throws UsageError
};

// The words that lie farthest out on either side of a direction, the farthest first, as many on
// either side.
struct BiasedWords {
  std::vector<WordId> positive;
  std::vector<WordId> negative;
};

// Among the first words without `excluded`; at most 5 x words on a side, and none that lies on the
// other. Uses the threads of the arena that it is called in.
BiasedWords most_biased_words(const Embeddings& embeddings, std::span<const double> direction,
                              std::span<const WordId> excluded, const HiddenBiasOptions& options);

// The same with as many words on either side, the farthest out.
BiasedWords balanced(BiasedWords words);

// How well words that were biased can still be told apart, by their vectors alone: 0.5 is chance,
// 1 means that the bias is all there, and at best hidden from projections (Gonen and Goldberg,
// "Lipstick on a pig", 2019).
struct HiddenBias {
  std::size_t clustered = 0;    // words of both sides
  double cluster_accuracy = 0;  // of the best of 10 runs of k-means with 2 clusters
  std::size_t trained = 0;      // words of both sides that the classifier learned from,
  std::size_t tested = 0;       // and others that it was asked for
  std::optional<double> classifier_accuracy;  // of a support vector machine with RBF kernel
};

// words: of vectors before debiasing; embeddings: the vectors to test, scaled to length 1. The
// classifier learns a fifth of the words, drawn at random; it has C = 1 and gamma = 1 / (D variance
// of the values), scikit-learn's defaults. Depends on the arguments alone. Nothing where there are
// fewer than two words on a side; no classifier with fewer than 10.
std::optional<HiddenBias> hidden_bias(const Embeddings& embeddings, const BiasedWords& words,
                                      const HiddenBiasOptions& options = {});

}  // namespace wordkin
