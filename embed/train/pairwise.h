#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "common/matrix.h"
#include "common/random.h"
#include "embed/text/encoded_corpus.h"
#include "embed/train/hogwild.h"
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
  Matrix input;                          // [V, D]
  Matrix output;                         // [V, D], or [inner nodes, D]

  // A unit is one chunk of the corpus in one epoch.
  std::size_t units() const { return corpus.chunks() * static_cast<std::size_t>(options.epochs); }
  // The chunks in the order of an epoch, shuffled. Texts come sorted, by topic or by date, and
  // steps on neighbouring pieces in turn would follow the topic, not the whole.
  std::vector<std::uint32_t> order(std::size_t epoch) const;
  // The learning rate during a unit.
  float rate(std::size_t unit) const;
};

// Trains pair by pair, as word2vec.c does. A pair's input vector is the context word's for
// skip-gram and the mean of the context's for CBOW; its targets are the centre word and noise, or
// the centre word's path through the tree. One logistic step serves all four.
class PairwiseWorker {
 public:
  explicit PairwiseWorker(Word2VecTask& task);

  Tally run(std::size_t unit);

 private:
  void train_sentence(std::span<const WordId> words);
  void train_skip_gram(std::span<const WordId> words, std::size_t centre, std::size_t radius);
  void train_cbow(std::span<const WordId> words, std::size_t centre, std::size_t radius);
  std::span<const Target> targets_for(WordId word);
  void step(std::span<const float> input, WordId target);

  Word2VecTask& task_;
  RandomStream random_{0};
  float rate_ = 0;
  Tally tally_;
  std::optional<std::size_t> epoch_;  // of order_
  std::vector<std::uint32_t> order_;
  std::vector<WordId> sentence_;  // what subsampling kept
  std::vector<WordId> context_;
  std::vector<Target> targets_;
  FloatVector mean_;   // [stride], CBOW's input
  FloatVector error_;  // [stride], the step for the input
};

}  // namespace wordkin
