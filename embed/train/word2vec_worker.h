#pragma once

#include <cstddef>
#include <memory>

#include "embed/train/hogwild.h"
#include "embed/train/lockstep_rows.h"
#include "embed/train/private_rows.h"
#include "embed/train/unit_sampler.h"
#include "embed/train/word2vec_task.h"

namespace wordkin {

// Where a worker trains rows: in place, or in place but for the frequent ones, of which it has
// private copies.
enum class RowUse { kShared, kPrivate };

// Trains units of a task, step by step: samples are collected, then trained. Belongs to one thread
// at a time.
class Word2VecWorker {
 public:
  Word2VecWorker(Word2VecTask& task, RowUse rows);
  Word2VecWorker(const Word2VecWorker&) = delete;
  Word2VecWorker& operator=(const Word2VecWorker&) = delete;
  virtual ~Word2VecWorker() = default;

  // Draws the unit's samples.
  void begin(std::size_t unit);
  // Of the unit so far.
  const Tally& tally() const { return tally_; }

  // Collects a step, and trains the oldest one that was collected. False when there is none.
  bool step();
  // A whole unit.
  Tally run(std::size_t unit);

  // In lockstep: collects the steps for the next task.round_words() words or a few more, and
  // announces their rows to the lane's. False when none are left.
  bool collect_round(LaneRows& rows);
  // Trains them, where the lane's rows say, if there are any.
  void train_round(LaneRows& rows);

 protected:
  virtual void on_begin() = 0;
  // Centre words that have been collected.
  virtual std::size_t position() const = 0;
  // Collects the samples of a step, for a few of the unit's words. False, without having done
  // anything, when none are left.
  virtual bool collect() = 0;
  // Trains the oldest step that was collected. False when there is none.
  virtual bool train() = 0;
  // Replaces each row of all steps that were collected by where the lane trains it.
  virtual void redirect(LaneRows& rows) = 0;

  // A row to be trained, from now on for private rows.
  float* row(Matrix& matrix, WordId id);
  // To be called after training.
  void exchange_rows();

  Word2VecTask& task_;
  UnitSampler sampler_;
  const SampledUnit* sample_ = nullptr;
  float rate_ = 0;
  Tally tally_;

 private:
  PrivateRows private_input_;
  PrivateRows private_output_;
  LaneRows* lane_rows_ = nullptr;  // in lockstep
};

// Block by block or pair by pair, as the options say.
std::unique_ptr<Word2VecWorker> make_word2vec_worker(Word2VecTask& task, RowUse rows);

}  // namespace wordkin
