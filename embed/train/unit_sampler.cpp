#include "embed/train/unit_sampler.h"

#include <algorithm>

namespace wordkin {

const SampledUnit& UnitSampler::draw(std::size_t unit) {
  random_ = stream(task_.options.seed, "samples", unit);
  const auto chunks = task_.corpus.chunks();
  if (epoch_ != unit / chunks) {
    epoch_ = unit / chunks;
    order_ = task_.order(*epoch_);
  }
  const auto window = static_cast<std::uint32_t>(task_.options.window);
  const bool fixed = task_.options.window_size == WindowSize::kFixed;
  auto& [words, left, right, corpus_words] = sample_;
  words.clear();
  left.clear();
  corpus_words = 0;
  std::size_t begin = 0;
  const auto chunk = order_[unit % chunks];
  for (const auto word : task_.corpus.chunk(chunk)) {
    if (word == kSentenceEnd) {
      cut_windows(begin);
      begin = words.size();
      continue;
    }
    ++corpus_words;
    if (!task_.subsampler.keeps(word, random_)) continue;
    words.push_back(word);
    left.push_back(fixed ? window : 1 + random_.below(window));
    if (words.size() - begin == kMaxSentence) {
      cut_windows(begin);
      begin = words.size();
    }
  }
  cut_windows(begin);
  task_.corpus.drop_chunk(chunk);
  return sample_;
}

void UnitSampler::cut_windows(std::size_t begin) {
  auto& [words, left, right, corpus_words] = sample_;
  const auto end = words.size();
  right.resize(end);
  for (auto i = begin; i < end; ++i) {
    right[i] = static_cast<std::uint32_t>(std::min<std::size_t>(left[i], end - 1 - i));
    left[i] = static_cast<std::uint32_t>(std::min<std::size_t>(left[i], i - begin));
  }
}

}  // namespace wordkin
