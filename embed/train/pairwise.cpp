#include "embed/train/pairwise.h"

#include <algorithm>

#include "embed/train/hogwild_kernels.h"

namespace wordkin {

PairwiseWorker::PairwiseWorker(Word2VecTask& task, RowUse rows)
    : Word2VecWorker(task, rows), mean_(task.input.stride()), error_(task.input.stride()) {}

bool PairwiseWorker::step() {
  const auto& [words, left, right, corpus_words] = *sample_;
  if (centre_ == words.size()) return false;
  const auto i = centre_++;
  context_.clear();
  for (auto j = i - left[i]; j <= i + right[i]; ++j) {
    if (j != i) context_.push_back(row(task_.input, words[j]));
  }
  if (context_.empty()) return true;
  if (task_.options.model == Word2VecModel::kSkipGram) {
    train_skip_gram(words[i]);
  } else {
    train_cbow(words[i]);
  }
  return true;
}

void PairwiseWorker::train_skip_gram(WordId centre) {
  for (float* input : context_) {
    train_pair(input, centre);
    add_error(input);
    exchange_rows();
  }
}

// word2vec.c gives each context word the whole step for the mean, not its share of it; so do we,
// and alpha means the same here as there.
void PairwiseWorker::train_cbow(WordId centre) {
  std::ranges::fill(mean_, 0.0f);
  add_rows(context_, 1.0f / static_cast<float>(context_.size()), mean_);
  train_pair(mean_.data(), centre);
  for (float* word : context_) add_error(word);
  exchange_rows();
}

void PairwiseWorker::add_error(float* to) {
  const float* error = error_.data();
  add_rows({&error, 1}, 1.0f, {to, error_.size()});
}

void PairwiseWorker::choose_targets(WordId word) {
  targets_.clear();
  labels_.clear();
  const auto add = [this](WordId id, float label) {
    targets_.push_back(row(task_.output, id));
    labels_.push_back(label);
  };
  if (task_.tree) {
    for (const auto& [node, label] : task_.tree->path(word)) add(node, label);
    return;
  }
  add(word, 1);
  for (int i = 0; i < task_.options.negative; ++i) {
    // A draw of the target itself is skipped and not replaced, as in word2vec.c.
    if (const auto noise = task_.noise->draw(sampler_.random()); noise != word) add(noise, 0);
  }
}

void PairwiseWorker::train_pair(const float* input, WordId target) {
  choose_targets(target);
  tally_.loss += logistic_step(input, targets_, labels_, rate_, error_);
  ++tally_.pairs;
}

}  // namespace wordkin
