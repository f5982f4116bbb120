#include "tests/support/reference_word2vec.h"

#include <algorithm>

namespace wordkin::test {
namespace {

void add(const Vector& delta, Vector& row) {
  for (std::size_t i = 0; i < row.size(); ++i) row[i] += delta[i];
}

}  // namespace

Tally ReferenceWord2Vec::run(std::size_t unit) {
  tally_ = {};
  rate_ = task_.rate(unit);
  random_ = stream(task_.options.seed, "samples", unit);
  std::vector<WordId> sentence;
  const auto chunks = task_.corpus.chunks();
  for (const auto id : task_.corpus.chunk(task_.order(unit / chunks)[unit % chunks])) {
    if (id == kSentenceEnd) {
      train_sentence(sentence);
      sentence.clear();
      continue;
    }
    ++tally_.words;
    if (task_.subsampler.keeps(id, random_)) sentence.push_back(id);
  }
  train_sentence(sentence);
  return tally_;
}

void ReferenceWord2Vec::train_sentence(const std::vector<WordId>& words) {
  const int size = static_cast<int>(words.size());
  const int window = task_.options.window;
  for (int centre = 0; centre < size; ++centre) {
    const int radius =
        task_.options.window_size == WindowSize::kFixed
            ? window
            : 1 + static_cast<int>(random_.below(static_cast<std::uint32_t>(window)));
    std::vector<WordId> context;
    for (int i = centre - radius; i <= centre + radius; ++i) {
      if (i >= 0 && i < size && i != centre) context.push_back(words[static_cast<std::size_t>(i)]);
    }
    if (context.empty()) continue;
    const auto word = words[static_cast<std::size_t>(centre)];
    if (task_.options.model == Word2VecModel::kSkipGram) {
      for (const auto other : context) add(step(input_[other], word), input_[other]);
      continue;
    }
    Vector mean(input_.front().size());
    for (const auto other : context) add(input_[other], mean);
    for (double& value : mean) value /= static_cast<double>(context.size());
    const auto error = step(mean, word);
    for (const auto other : context) add(error, input_[other]);
  }
}

Vector ReferenceWord2Vec::step(const Vector& x, WordId word) {
  std::vector<Target> targets;
  if (task_.options.loss == Loss::kHierarchicalSoftmax) {
    const auto path = task_.tree->path(word);
    targets.assign(path.begin(), path.end());
  } else {
    targets.push_back({word, 1});
    for (int i = 0; i < task_.options.negative; ++i) {
      const auto noise = task_.noise->draw(random_);
      if (noise != word) targets.push_back({noise, 0});
    }
  }
  const auto result = logistic_step(x, targets, output_, rate_);
  output_ = result.output;
  tally_.loss += result.loss;
  ++tally_.pairs;
  return result.error;
}

}  // namespace wordkin::test
