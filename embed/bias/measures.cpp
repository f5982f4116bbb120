#include "embed/bias/measures.h"

#include <cmath>

#include <fmt/format.h>

#include "common/error.h"

namespace wordkin {

std::vector<double> projections(const DenseVectors& vectors, std::span<const double> direction) {
  std::vector<double> result;
  for (const auto& vector : vectors) result.push_back(dot(vector, direction));
  return result;
}

double direct_bias(std::span<const double> cosines, double c) {
  if (cosines.empty()) throw UsageError("direct bias needs at least one word with a vector");
  if (!(c >= 0)) throw UsageError(fmt::format("the exponent: expected at least 0, found {}", c));
  // 0 to the power of 0 is 0 here: a word without any part along the direction has no bias.
  constexpr double kRounding = 1e-6;
  double sum = 0;
  for (const double cosine : cosines) {
    if (std::abs(cosine) > kRounding) sum += std::pow(std::abs(cosine), c);
  }
  return sum / static_cast<double>(cosines.size());
}

std::optional<double> indirect_bias(std::span<const double> w, std::span<const double> v,
                                    std::span<const double> direction) {
  // What is left of a float vector of length 1 that lies along the direction is rounding.
  constexpr double kSmallestSquare = 1e-12;
  const auto similarity = dot(w, v);
  const auto along_w = dot(w, direction);
  const auto along_v = dot(v, direction);
  const auto square_w = dot(w, w) - along_w * along_w;
  const auto square_v = dot(v, v) - along_v * along_v;
  if (similarity == 0 || square_w < kSmallestSquare || square_v < kSmallestSquare) {
    return std::nullopt;
  }
  const auto without = (similarity - along_w * along_v) / std::sqrt(square_w * square_v);
  return (similarity - without) / similarity;
}

std::optional<double> nearest_indirect_bias(const DenseVectors& words,
                                            std::span<const double> direction) {
  double sum = 0;
  int count = 0;
  for (const auto& word : words) {
    const DenseVector* nearest = nullptr;
    double highest = 0;
    for (const auto& other : words) {
      if (&other == &word) continue;
      if (const auto similarity = dot(word, other); similarity > highest) {
        highest = similarity;
        nearest = &other;
      }
    }
    const auto share = nearest ? indirect_bias(word, *nearest, direction) : std::nullopt;
    if (!share) continue;
    sum += *share;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / count;
}

}  // namespace wordkin
