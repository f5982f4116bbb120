#include "embed/train/word2vec_worker.h"

#include "embed/train/blockwise.h"
#include "embed/train/pairwise.h"

namespace wordkin {

void Word2VecWorker::begin(std::size_t unit) {
  rate_ = task_.rate(unit);
  sample_ = &sampler_.draw(unit);
  tally_ = {.words = sample_->corpus_words};
  on_begin();
}

Tally Word2VecWorker::run(std::size_t unit) {
  begin(unit);
  while (step()) {
  }
  return tally_;
}

RowView Word2VecWorker::row(Matrix& matrix, WordId id, DeferredSteps& deferred) const {
  float* shared = matrix.padded_row(id).data();
  return {shared, steps_ == Steps::kAtOnce ? shared : deferred.add(matrix, id)};
}

std::unique_ptr<Word2VecWorker> make_word2vec_worker(Word2VecTask& task, Steps steps) {
  const auto& options = task.options;
  // The hidden vectors of CBOW have each a path of their own through the tree: nothing is shared.
  const bool shares =
      options.model == Word2VecModel::kSkipGram || options.loss == Loss::kNegativeSampling;
  if (options.sharing == Sharing::kBlock && shares) {
    return std::make_unique<BlockWorker>(task, steps);
  }
  return std::make_unique<PairwiseWorker>(task, steps);
}

}  // namespace wordkin
