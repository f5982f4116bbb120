#include "embed/bias/weat.h"

#include <cmath>
#include <numeric>

#include "common/error.h"

namespace wordkin {
namespace {

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double standard_deviation(std::span<const double> values) {
  const auto centre = mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - centre) * (value - centre);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

double mean_dot(std::span<const double> vector, const DenseVectors& others) {
  double sum = 0;
  for (const auto& other : others) sum += dot(vector, other);
  return sum / static_cast<double>(others.size());
}

}  // namespace

std::vector<double> associations(const DenseVectors& targets, const DenseVectors& a,
                                 const DenseVectors& b) {
  std::vector<double> result;
  for (const auto& target : targets) result.push_back(mean_dot(target, a) - mean_dot(target, b));
  return result;
}

WeatResult weat(const DenseVectors& x, const DenseVectors& y, const DenseVectors& a,
                const DenseVectors& b, const PermutationOptions& options) {
  // Less is rounding of cosines of float vectors.
  constexpr double kSmallestDeviation = 1e-7;
  if (x.empty() || y.empty() || a.empty() || b.empty()) {
    throw UsageError("an association test needs a word with a vector in each of its four lists");
  }
  const auto of_x = associations(x, a, b);
  const auto of_y = associations(y, a, b);
  auto all = of_x;
  all.insert(all.end(), of_y.begin(), of_y.end());
  const auto deviation = standard_deviation(all);
  if (!(deviation > kSmallestDeviation)) {
    throw NumericError("all targets are associated alike, so there is no effect size");
  }
  return {.effect_size = (mean(of_x) - mean(of_y)) / deviation,
          .test = partition_test(of_x, of_y, options)};
}

}  // namespace wordkin
