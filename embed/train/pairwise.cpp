#include "embed/train/pairwise.h"

#include <algorithm>
#include <span>

#include "embed/train/hogwild_kernels.h"

namespace wordkin {

PairwiseWorker::PairwiseWorker(Word2VecTask& task, RowUse rows)
    : Word2VecWorker(task, rows), mean_(task.input.stride()), error_(task.input.stride()) {}

bool PairwiseWorker::collect() {
  const auto& [words, left, right, corpus_words] = *sample_;
  if (centre_ == words.size()) return false;
  const auto i = centre_++;
  auto& step = steps_.push();
  step.context.clear();
  step.targets.clear();
  step.labels.clear();
  step.ends.clear();
  for (auto j = i - left[i]; j <= i + right[i]; ++j) {
    if (j != i) step.context.push_back(row(task_.input, words[j]));
  }
  const bool is_cbow = task_.options.model == Word2VecModel::kCbow;
  const auto pairs = is_cbow ? std::min<std::size_t>(1, step.context.size()) : step.context.size();
  for (std::size_t pair = 0; pair < pairs; ++pair) choose_targets(words[i], step);
  tally_.pairs += pairs;
  return true;
}

void PairwiseWorker::choose_targets(WordId word, Step& step) {
  const auto add = [&](WordId id, float label) {
    step.targets.push_back(row(task_.output, id));
    step.labels.push_back(label);
  };
  if (task_.tree) {
    for (const auto& [node, label] : task_.tree->path(word)) add(node, label);
  } else {
    add(word, 1);
    for (int i = 0; i < task_.options.negative; ++i) {
      // A draw of the target itself is skipped and not replaced, as in word2vec.c.
      if (const auto noise = task_.noise->draw(sampler_.random()); noise != word) add(noise, 0);
    }
  }
  step.ends.push_back(step.targets.size());
}

void PairwiseWorker::redirect(LaneRows& rows) {
  for (auto& step : steps_) {
    for (auto* list : {&step.context, &step.targets}) {
      for (auto& row : *list) row = rows.to_train(row);
    }
  }
}

bool PairwiseWorker::train() {
  if (steps_.empty()) return false;
  const auto& step = steps_.front();
  if (const auto* next = steps_.second()) fetch(*next);
  if (task_.options.model == Word2VecModel::kSkipGram) {
    train_skip_gram(step);
  } else if (!step.context.empty()) {
    train_cbow(step);
  }
  exchange_rows();
  steps_.pop();
  return true;
}

void PairwiseWorker::fetch(const Step& step) const {
  fetch_rows(step.context, error_.size());
  // All pairs of a centre word have the same path.
  const auto paths = task_.tree && !step.ends.empty() ? step.ends.front() : step.targets.size();
  fetch_rows(std::span(step.targets).first(paths), error_.size());
}

void PairwiseWorker::train_skip_gram(const Step& step) {
  for (std::size_t pair = 0; pair < step.ends.size(); ++pair) {
    train_pair(step, pair, step.context[pair]);
    add_error(step.context[pair]);
  }
}

// word2vec.c gives each context word the whole step for the mean, not its share of it; so do we,
// and alpha means the same here as there.
void PairwiseWorker::train_cbow(const Step& step) {
  std::ranges::fill(mean_, 0.0f);
  add_rows(step.context, 1.0f / static_cast<float>(step.context.size()), mean_);
  train_pair(step, 0, mean_.data());
  for (float* word : step.context) add_error(word);
}

void PairwiseWorker::train_pair(const Step& step, std::size_t pair, const float* input) {
  const auto begin = pair == 0 ? 0 : step.ends[pair - 1];
  const auto size = step.ends[pair] - begin;
  tally_.loss += logistic_step(input, std::span(step.targets).subspan(begin, size),
                               std::span(step.labels).subspan(begin, size), rate_, error_);
}

void PairwiseWorker::add_error(float* to) {
  const float* error = error_.data();
  add_rows({&error, 1}, 1.0f, {to, error_.size()});
}

}  // namespace wordkin
