#include "classify/gradients.h"

#include <algorithm>
#include <numeric>

#include "common/parallel.h"

namespace wordkin {

double sum_gradients(std::span<FloatVector> shards) {
  constexpr std::size_t kGrain = 8192;
  auto& sum = shards.front();
  std::vector<double> squares((sum.size() + kGrain - 1) / kGrain);
  parallel_for_ranges(sum.size(), kGrain, [&](std::size_t begin, std::size_t end) {
    for (const auto& shard : shards.subspan(1)) {
      for (auto i = begin; i < end; ++i) sum[i] += shard[i];
    }
    double square = 0;
    for (auto i = begin; i < end; ++i) square += double{sum[i]} * sum[i];
    squares[begin / kGrain] = square;
  });
  return std::accumulate(squares.begin(), squares.end(), 0.0);
}

WordGradients::WordGradients(std::span<const Part> parts, std::size_t dim) : dim_(dim) {
  // Every place where a word occurs: the word, then the place, so that sorting groups the words.
  constexpr int kPlaceBits = 32;
  std::vector<std::uint64_t> occurrences;
  std::vector<const float*> places;
  for (const auto& part : parts) {
    for (std::size_t i = 0; i < part.words.size(); ++i) {
      occurrences.push_back(std::uint64_t{part.words[i]} << kPlaceBits | places.size());
      places.push_back(part.gradients + i * dim);
    }
  }
  std::ranges::sort(occurrences);
  std::vector<std::size_t> begins;
  for (std::size_t i = 0; i < occurrences.size(); ++i) {
    const auto word = static_cast<WordId>(occurrences[i] >> kPlaceBits);
    if (!words_.empty() && words_.back() == word) continue;
    words_.push_back(word);
    begins.push_back(i);
  }
  begins.push_back(occurrences.size());
  sums_.resize(words_.size() * dim);
  std::vector<double> squares(words_.size());
  parallel_for_ranges(words_.size(), 64, [&](std::size_t begin, std::size_t end) {
    for (auto word = begin; word < end; ++word) {
      float* sum = sums_.data() + word * dim;
      for (auto i = begins[word]; i < begins[word + 1]; ++i) {
        const float* gradient = places[static_cast<std::uint32_t>(occurrences[i])];
        for (std::size_t k = 0; k < dim; ++k) sum[k] += gradient[k];
      }
      for (std::size_t k = 0; k < dim; ++k) squares[word] += double{sum[k]} * sum[k];
    }
  });
  squared_norm_ = std::accumulate(squares.begin(), squares.end(), 0.0);
}

}  // namespace wordkin
