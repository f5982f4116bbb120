#include "embed/train/pairwise.h"

#include <algorithm>
#include <numeric>

#include "embed/train/hogwild_kernels.h"

namespace wordkin {

std::vector<std::uint32_t> Word2VecTask::order(std::size_t epoch) const {
  auto random = stream(options.seed, "order of chunks", epoch);
  std::vector<std::uint32_t> chunks(corpus.chunks());
  std::iota(chunks.begin(), chunks.end(), 0U);
  for (auto left = static_cast<std::uint32_t>(chunks.size()); left > 1; --left) {
    std::swap(chunks[left - 1], chunks[random.below(left)]);
  }
  return chunks;
}

float Word2VecTask::rate(std::size_t unit) const {
  const double remaining = 1 - static_cast<double>(unit) / static_cast<double>(units());
  return static_cast<float>(options.initial_alpha() * std::max(remaining, kAlphaFloor));
}

PairwiseWorker::PairwiseWorker(Word2VecTask& task)
    : task_(task), mean_(task.input.stride()), error_(task.input.stride()) {}

Tally PairwiseWorker::run(std::size_t unit) {
  tally_ = {};
  rate_ = task_.rate(unit);
  random_ = stream(task_.options.seed, "samples", unit);
  const auto chunks = task_.corpus.chunks();
  if (epoch_ != unit / chunks) {
    epoch_ = unit / chunks;
    order_ = task_.order(*epoch_);
  }
  for_each_sentence(task_.corpus.chunk(order_[unit % chunks]), [&](std::span<const WordId> words) {
    tally_.words += words.size();
    sentence_.clear();
    for (const auto word : words) {
      if (!task_.subsampler.keeps(word, random_)) continue;
      sentence_.push_back(word);
      if (sentence_.size() == kMaxSentence) {
        train_sentence(sentence_);
        sentence_.clear();
      }
    }
    train_sentence(sentence_);
  });
  return tally_;
}

void PairwiseWorker::train_sentence(std::span<const WordId> words) {
  const auto window = static_cast<std::uint32_t>(task_.options.window);
  for (std::size_t centre = 0; centre < words.size(); ++centre) {
    const std::size_t radius =
        task_.options.window_size == WindowSize::kFixed ? window : 1 + random_.below(window);
    if (task_.options.model == Word2VecModel::kSkipGram) {
      train_skip_gram(words, centre, radius);
    } else {
      train_cbow(words, centre, radius);
    }
  }
}

void PairwiseWorker::train_skip_gram(std::span<const WordId> words, std::size_t centre,
                                     std::size_t radius) {
  const auto begin = centre - std::min(radius, centre);
  const auto end = std::min(centre + radius + 1, words.size());
  for (auto i = begin; i < end; ++i) {
    if (i == centre) continue;
    const auto input = task_.input.padded_row(words[i]);
    step(input, words[centre]);
    add_to_row(error_, input);
  }
}

// word2vec.c gives each context word the whole step for the mean, not its share of it; so do we,
// and alpha means the same here as there.
void PairwiseWorker::train_cbow(std::span<const WordId> words, std::size_t centre,
                                std::size_t radius) {
  const auto begin = centre - std::min(radius, centre);
  const auto end = std::min(centre + radius + 1, words.size());
  context_.assign(words.begin() + static_cast<std::ptrdiff_t>(begin),
                  words.begin() + static_cast<std::ptrdiff_t>(end));
  context_.erase(context_.begin() + static_cast<std::ptrdiff_t>(centre - begin));
  if (context_.empty()) return;
  mean_of_rows(task_.input, context_, mean_);
  step(mean_, words[centre]);
  for (const auto word : context_) add_to_row(error_, task_.input.padded_row(word));
}

std::span<const Target> PairwiseWorker::targets_for(WordId word) {
  if (task_.tree) return task_.tree->path(word);
  targets_.assign(1, {word, 1.0f});
  for (int i = 0; i < task_.options.negative; ++i) {
    // A draw of the target itself is skipped and not replaced, as in word2vec.c.
    if (const auto noise = task_.noise->draw(random_); noise != word)
      targets_.push_back({noise, 0.0f});
  }
  return targets_;
}

void PairwiseWorker::step(std::span<const float> input, WordId target) {
  tally_.loss += logistic_step(input, targets_for(target), task_.output, rate_, error_);
  ++tally_.pairs;
}

}  // namespace wordkin
