#pragma once

#include <cstddef>
#include <memory>

#include "embed/train/hogwild.h"
#include "embed/train/row_steps.h"
#include "embed/train/unit_sampler.h"
#include "embed/train/word2vec_task.h"

namespace wordkin {

// Where a worker's steps go: to the shared rows at once, or to DeferredSteps.
enum class Steps { kAtOnce, kDeferred };

// Trains units of a task, step by step. Belongs to one thread at a time.
class Word2VecWorker {
 public:
  Word2VecWorker(Word2VecTask& task, Steps steps) : task_(task), sampler_(task), steps_(steps) {}
  Word2VecWorker(const Word2VecWorker&) = delete;
  Word2VecWorker& operator=(const Word2VecWorker&) = delete;
  virtual ~Word2VecWorker() = default;

  // Draws the unit's samples.
  void begin(std::size_t unit);
  // Trains on a few of the unit's words. False, without having done anything, when none are left.
  virtual bool step() = 0;
  // Of the unit so far.
  const Tally& tally() const { return tally_; }
  // What the last step() deferred.
  virtual const DeferredSteps& deferred() const = 0;

  // A whole unit.
  Tally run(std::size_t unit);

 protected:
  virtual void on_begin() = 0;
  RowView row(Matrix& matrix, WordId id, DeferredSteps& deferred) const;

  Word2VecTask& task_;
  UnitSampler sampler_;
  const Steps steps_;
  const SampledUnit* sample_ = nullptr;
  float rate_ = 0;
  Tally tally_;
};

// Block by block or pair by pair, as the options say.
std::unique_ptr<Word2VecWorker> make_word2vec_worker(Word2VecTask& task, Steps steps);

}  // namespace wordkin
