#include "embed/train/samplers.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace wordkin {
namespace {

constexpr double kScale = std::numeric_limits<std::uint32_t>::max();

std::uint32_t scaled(double probability) {
  return static_cast<std::uint32_t>(probability * kScale);
}

}  // namespace

double keep_probability(std::uint64_t count, double total, double t) {
  const double ratio = t * total / static_cast<double>(count);  // t / f
  return t == 0 ? 1 : std::min(1.0, std::sqrt(ratio) + ratio);
}

std::vector<double> noise_probabilities(std::span<const std::uint64_t> counts, double exponent) {
  // Relative to the largest count, so that no power overflows.
  const auto largest = static_cast<double>(*std::max_element(counts.begin(), counts.end()));
  std::vector<double> shares(counts.size());
  std::transform(counts.begin(), counts.end(), shares.begin(), [&](std::uint64_t count) {
    return count == 0 ? 0 : std::pow(static_cast<double>(count) / largest, exponent);
  });
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) share /= sum;
  return shares;
}

Subsampler::Subsampler(std::span<const std::uint64_t> counts, double t) : limit_(counts.size()) {
  const auto total = std::accumulate(counts.begin(), counts.end(), 0.0);
  std::transform(counts.begin(), counts.end(), limit_.begin(),
                 [&](std::uint64_t count) { return scaled(keep_probability(count, total, t)); });
  double kept = 0;
  double largest = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double words = static_cast<double>(counts[i]) * limit_[i];
    kept += words;
    largest = std::max(largest, words);
  }
  largest_share_ = kept == 0 ? 0 : largest / kept;
}

NegativeSampler::NegativeSampler(std::span<const std::uint64_t> counts, double exponent)
    : slots_(counts.size()) {
  auto share = noise_probabilities(counts, exponent);
  largest_share_ = *std::max_element(share.begin(), share.end());
  std::vector<WordId> small;
  std::vector<WordId> large;
  for (WordId id = 0; id < share.size(); ++id) {
    share[id] *= static_cast<double>(share.size());
    (share[id] < 1 ? small : large).push_back(id);
  }
  while (!small.empty() && !large.empty()) {
    const auto lesser = small.back();
    const auto greater = large.back();
    small.pop_back();
    slots_[lesser] = {scaled(share[lesser]), greater};
    share[greater] -= 1 - share[lesser];
    if (share[greater] < 1) {
      large.pop_back();
      small.push_back(greater);
    }
  }
  for (const auto* rest : {&small, &large}) {
    for (const auto id : *rest) slots_[id] = {scaled(1), id};
  }
}

}  // namespace wordkin
