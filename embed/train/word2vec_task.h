#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/matrix.h"
#include "embed/text/encoded_corpus.h"
#include "embed/train/huffman.h"
#include "embed/train/samplers.h"
#include "embed/train/word2vec.h"

namespace wordkin {

// What the workers of one training run read, and the two matrices that they change.
struct Word2VecTask {
  const EncodedCorpus& corpus;
  const Word2VecOptions& options;
  Subsampler subsampler;
  std::optional<NegativeSampler> noise;  // with negative sampling
  std::optional<HuffmanTree> tree;       // with hierarchical softmax
  Matrix& input;                         // [V, D]
  Matrix& output;                        // [V, D], or [inner nodes, D]

  // Throws UsageError when the vocabulary has no words. All but the vocabulary must outlive it.
  static Word2VecTask of(const EncodedCorpus& corpus, const Vocabulary& vocabulary,
                         const Word2VecOptions& options, Word2VecState& state);

  // A unit is one chunk of the corpus in one epoch.
  std::size_t units() const { return corpus.chunks() * static_cast<std::size_t>(options.epochs); }
  // The chunks in the order of an epoch, shuffled. Texts come sorted, by topic or by date, and
  // steps on neighbouring pieces in turn would follow the topic, not the whole.
  std::vector<std::uint32_t> order(std::size_t epoch) const;
  // The words in a block and in a round, fewer than usual where few words make up most of the text.
  int block_words() const { return options.block_words(largest_shares()); }
  int round_words() const { return options.round_words(largest_shares()); }
  LargestShares largest_shares() const {
    return {.noise = noise ? noise->largest_share() : 0, .word = subsampler.largest_share()};
  }
  // The learning rate during a unit.
  float rate(std::size_t unit) const;
};

}  // namespace wordkin
