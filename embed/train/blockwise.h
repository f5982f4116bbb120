#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/matrix.h"
#include "embed/train/context_block.h"
#include "embed/train/logistic_block.h"
#include "embed/train/word2vec_worker.h"

namespace wordkin {

// Trains block by block: neighbouring words share their noise words and the work of reading and
// writing rows, so that pairs of vectors become products of small matrices (train/README.md). A
// step() is one block.
//
//   negative sampling   options.block words and one set of options.shared_negatives noise words.
//                       Skip-gram's inputs are the words, CBOW's the means of their contexts.
//   hierarchical softmax, skip-gram alone: a centre word's context and its path through the tree.
class BlockWorker final : public Word2VecWorker {
 public:
  BlockWorker(Word2VecTask& task, RowUse rows);

  bool step() override;

 private:
  // What is collected of a block before it is trained.
  struct Batch {
    explicit Batch(const Word2VecTask& task);

    std::size_t begin = 0;  // its words
    std::size_t end = 0;
    LogisticBlock block;
    ContextBlock contexts;  // of CBOW
  };

  void on_begin() override;
  std::size_t position() const override { return current_->end; }
  // Collects the words that come next into *next_, and their rows into upcoming_.
  void collect();
  void collect_skip_gram();
  void collect_cbow();
  void collect_path();
  void draw_noise();
  void except_noise(WordId target, std::uint64_t inputs);
  void train_cbow();

  float* fetched_row(Matrix& matrix, WordId id);

  bool collected_ = false;  // the next words
  std::size_t block_size_;
  std::size_t path_words_;
  std::size_t path_taken_ = 0;   // context words of the next centre that have been collected
  std::size_t context_end_ = 0;  // CBOW: words before it have been collected for a context
  std::size_t window_;
  float share_;  // of a pair's noise words in the block's
  std::vector<WordId> noise_;
  std::vector<std::uint64_t> noise_bits_;  // where words are that noise_ may hold
  std::vector<std::int32_t> changes_;
  std::vector<const float*> upcoming_;
  std::array<Batch, 2> batches_;
  Batch* current_ = &batches_[0];
  Batch* next_ = &batches_[1];
};

}  // namespace wordkin
