#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/matrix.h"
#include "embed/train/context_block.h"
#include "embed/train/logistic_block.h"
#include "embed/train/step_queue.h"
#include "embed/train/word2vec_worker.h"

namespace wordkin {

// Trains block by block: neighbouring words share their noise words and the work of reading and
// writing rows, so that pairs of vectors become products of small matrices (train/README.md). A
// step is one block.
//
//   negative sampling   options.block words and one set of options.shared_negatives noise words.
//                       Skip-gram's inputs are the words, CBOW's the means of their contexts.
//   hierarchical softmax, skip-gram alone: a centre word's context and its path through the tree.
class BlockWorker final : public Word2VecWorker {
 public:
  // Noise words serve this many blocks in turn: what counts for quality is how many an input meets,
  // and their rows are in the caches.
  static constexpr std::size_t kBlocksPerNoise = 4;

  // Rows of the sums that CBOW takes the means of contexts from.
  static std::size_t sum_rows(const Word2VecOptions& options);

  BlockWorker(Word2VecTask& task, RowUse rows);

 private:
  struct Step {
    LogisticBlock block;
    ContextBlock contexts;              // of CBOW
    std::vector<const float*> fetched;  // rows that the steps before it did not have
  };

  void on_begin() override;
  std::size_t position() const override { return end_; }
  bool collect() override;
  bool train() override;
  void redirect(LaneRows& rows) override;
  void collect_skip_gram(std::size_t begin, Step& step);
  void collect_cbow(std::size_t begin, Step& step);
  void collect_path(std::size_t centre, Step& step);
  void draw_noise(std::size_t begin, Step& step);
  void except_noise(WordId target, std::uint64_t inputs, LogisticBlock& block);

  float* fetched_row(Matrix& matrix, WordId id, Step& step);

  std::size_t end_ = 0;  // of the words that have been collected
  std::size_t block_size_;
  std::size_t path_words_;
  std::size_t path_taken_ = 0;   // context words of the next centre that have been collected
  std::size_t context_end_ = 0;  // CBOW: words before it have been collected for a context
  std::size_t window_;
  float share_;  // of a pair's noise words in the block's
  std::vector<WordId> noise_;
  std::vector<std::uint64_t> noise_bits_;  // where words are that noise_ may hold
  std::vector<std::int32_t> changes_;
  StepQueue<Step> steps_;
  HiddenVectors hidden_;  // of CBOW
  BlockScratch scratch_;
};

}  // namespace wordkin
