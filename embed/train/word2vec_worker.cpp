#include "embed/train/word2vec_worker.h"

#include <algorithm>
#include <cstdint>

#include "common/parallel.h"
#include "embed/train/blockwise.h"
#include "embed/train/pairwise.h"

namespace wordkin {

namespace {

// Of each matrix. Found by experiment: with more the copies crowd a core's cache.
constexpr std::size_t kPrivateRows = 64;

// Uses of a row until it is exchanged: the more workers there are, the fewer of each may be unknown
// to the others.
std::uint32_t uses_until_exchange(int threads) {
  return static_cast<std::uint32_t>(std::clamp(32 / thread_count(threads), 1, 16));
}

}  // namespace

Word2VecWorker::Word2VecWorker(Word2VecTask& task, RowUse rows)
    : task_(task),
      sampler_(task),
      private_input_(task.input, rows == RowUse::kPrivate ? kPrivateRows : 0,
                     uses_until_exchange(task.options.threads)),
      private_output_(task.output, rows == RowUse::kPrivate ? kPrivateRows : 0,
                      uses_until_exchange(task.options.threads)) {}

void Word2VecWorker::begin(std::size_t unit) {
  rate_ = task_.rate(unit);
  sample_ = &sampler_.draw(unit);
  tally_ = {.words = sample_->corpus_words};
  on_begin();
}

bool Word2VecWorker::step() {
  collect();
  return train();
}

Tally Word2VecWorker::run(std::size_t unit) {
  begin(unit);
  collect();  // a step ahead, so that its rows can be fetched meanwhile
  while (step()) {
  }
  return tally_;
}

bool Word2VecWorker::collect_round(LaneRows& rows) {
  lane_rows_ = &rows;
  const auto begin = position();
  const auto end = begin + static_cast<std::size_t>(task_.round_words());
  while (position() < end && collect()) {
  }
  return position() > begin;
}

void Word2VecWorker::train_round(LaneRows& rows) {
  redirect(rows);
  while (train()) {
  }
}

float* Word2VecWorker::row(Matrix& matrix, WordId id) {
  auto& own = &matrix == &task_.input ? private_input_ : private_output_;
  if (own.has(id)) return own.use(id);
  if (lane_rows_ != nullptr) lane_rows_->announce(matrix, id);
  return matrix.padded_row(id).data();
}

void Word2VecWorker::exchange_rows() {
  private_input_.exchange_due();
  private_output_.exchange_due();
}

std::unique_ptr<Word2VecWorker> make_word2vec_worker(Word2VecTask& task, RowUse rows) {
  if (task.options.trains_blocks(task.largest_shares())) {
    return std::make_unique<BlockWorker>(task, rows);
  }
  return std::make_unique<PairwiseWorker>(task, rows);
}

}  // namespace wordkin
