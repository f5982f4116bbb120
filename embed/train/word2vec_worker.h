#pragma once

#include <cstddef>
#include <memory>

#include "embed/train/hogwild.h"
#include "embed/train/private_rows.h"
#include "embed/train/row_copies.h"
#include "embed/train/unit_sampler.h"
#include "embed/train/word2vec_task.h"

namespace wordkin {

// Where a worker trains rows: in place, in place but for the frequent ones, of which it has private
// copies, or all in copies of which only the changes count.
enum class RowUse { kShared, kPrivate, kCopied };

// Trains units of a task, step by step. Belongs to one thread at a time.
class Word2VecWorker {
 public:
  Word2VecWorker(Word2VecTask& task, RowUse rows);
  Word2VecWorker(const Word2VecWorker&) = delete;
  Word2VecWorker& operator=(const Word2VecWorker&) = delete;
  virtual ~Word2VecWorker() = default;

  // Draws the unit's samples.
  void begin(std::size_t unit);
  // Trains on a few of the unit's words. False, without having done anything, when none are left.
  virtual bool step() = 0;
  // Of the unit so far.
  const Tally& tally() const { return tally_; }

  // A whole unit.
  Tally run(std::size_t unit);

  // With RowUse::kCopied: the steps for the next task.round_words() words or a few more, in new
  // copies. False when none are left.
  bool run_round();
  // Those of the last round, none if there was nothing left.
  RowCopies& copies() { return copies_; }

 protected:
  virtual void on_begin() = 0;
  // Centre words that have been trained.
  virtual std::size_t position() const = 0;
  // A row to be trained, from now on for private rows, in this round for copies.
  float* row(Matrix& matrix, WordId id);
  // To be called after training.
  void exchange_rows();

  Word2VecTask& task_;
  UnitSampler sampler_;
  const RowUse rows_;
  const SampledUnit* sample_ = nullptr;
  float rate_ = 0;
  Tally tally_;

 private:
  PrivateRows private_input_;
  PrivateRows private_output_;
  RowCopies copies_;
};

// Block by block or pair by pair, as the options say.
std::unique_ptr<Word2VecWorker> make_word2vec_worker(Word2VecTask& task, RowUse rows);

}  // namespace wordkin
