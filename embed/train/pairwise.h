#pragma once

#include <span>
#include <vector>

#include "common/matrix.h"
#include "embed/train/word2vec_worker.h"

namespace wordkin {

// Trains pair by pair, as word2vec.c does. A pair's input vector is the context word's for
// skip-gram and the mean of the context's for CBOW; its targets are the centre word and noise, or
// the centre word's path through the tree. One logistic step serves all four. A step() is all pairs
// of a centre word.
class PairwiseWorker final : public Word2VecWorker {
 public:
  PairwiseWorker(Word2VecTask& task, RowUse rows);

  bool step() override;

 private:
  void on_begin() override { centre_ = 0; }
  std::size_t position() const override { return centre_; }
  void train_skip_gram(WordId centre);
  void train_cbow(WordId centre);
  void choose_targets(WordId word);
  void train_pair(const float* input, WordId target);
  void add_error(float* to);

  std::size_t centre_ = 0;  // of the next step
  std::vector<float*> context_;
  std::vector<float*> targets_;
  std::vector<float> labels_;  // of targets_
  FloatVector mean_;           // [stride], CBOW's input
  FloatVector error_;          // [stride], the step for the input
};

}  // namespace wordkin
