#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace wordkin {

// Turns logits into probabilities in place: exp(z_c) / sum over c of exp(z_c).
template <class T>
void softmax(std::span<T> logits) {
  const auto highest = *std::ranges::max_element(logits);
  T sum{0};
  for (auto& value : logits) sum += value = std::exp(value - highest);
  for (auto& value : logits) value /= sum;
}

// The cross-entropy of softmax(logits) with the target (1 - smoothing) for the class `truth` plus
// smoothing / classes for every class (Szegedy et al. 2016, section 7); `gradient` becomes that for
// the logits, times `scale`.
template <class T>
double softmax_cross_entropy(std::span<const T> logits, std::uint32_t truth, double smoothing,
                             double scale, std::span<T> gradient) {
  std::ranges::copy(logits, gradient.begin());
  softmax(gradient);
  const auto highest = *std::ranges::max_element(logits);
  double sum = 0;
  for (const auto value : logits) sum += std::exp(static_cast<double>(value - highest));
  const auto share = smoothing / static_cast<double>(logits.size());
  double loss = 0;
  for (std::size_t c = 0; c < logits.size(); ++c) {
    const auto target = share + (c == truth ? 1 - smoothing : 0);
    loss += target * (std::log(sum) - static_cast<double>(logits[c] - highest));
    gradient[c] = static_cast<T>(scale * (static_cast<double>(gradient[c]) - target));
  }
  return loss;
}

}  // namespace wordkin
