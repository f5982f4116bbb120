#pragma once

#include <cstddef>
#include <vector>

#include "common/matrix.h"
#include "embed/train/step_queue.h"
#include "embed/train/word2vec_worker.h"

namespace wordkin {

// Trains pair by pair, as word2vec.c does. A pair's input vector is the context word's for
// skip-gram and the mean of the context's for CBOW; its targets are the centre word and noise, or
// the centre word's path through the tree. One logistic step serves all four. A step is all pairs
// of a centre word.
class PairwiseWorker final : public Word2VecWorker {
 public:
  PairwiseWorker(Word2VecTask& task, RowUse rows);

 private:
  struct Step {
    std::vector<float*> context;
    std::vector<float*> targets;    // of all pairs
    std::vector<float> labels;      // of targets
    std::vector<std::size_t> ends;  // of the pairs' targets
  };

  void on_begin() override { centre_ = 0; }
  std::size_t position() const override { return centre_; }
  bool collect() override;
  bool train() override;
  void redirect(LaneRows& rows) override;
  void choose_targets(WordId word, Step& step);
  void train_skip_gram(const Step& step);
  void train_cbow(const Step& step);
  void train_pair(const Step& step, std::size_t pair, const float* input);
  void fetch(const Step& step) const;
  void add_error(float* to);

  std::size_t centre_ = 0;  // of the next step
  StepQueue<Step> steps_;
  FloatVector mean_;   // [stride], CBOW's input
  FloatVector error_;  // [stride], the step for the input
};

}  // namespace wordkin
