#include "tests/support/reference.h"

#include <algorithm>
#include <cmath>

namespace wordkin::test {

Vector to_double(std::span<const float> vector) { return {vector.begin(), vector.end()}; }

Rows to_double(const Matrix& matrix) {
  Rows rows;
  for (std::size_t i = 0; i < matrix.rows(); ++i) rows.push_back(to_double(matrix.row(i)));
  return rows;
}

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

double logistic_loss(const Vector& input, std::span<const Target> targets, const Rows& output) {
  double loss = 0;
  for (const auto& [row, label] : targets) {
    const double x = dot(input, output[row]);
    const double wrong_way = label > 0 ? -x : x;
    loss += std::max(wrong_way, 0.0) + std::log1p(std::exp(-std::abs(x)));
  }
  return loss;
}

LogisticStep logistic_step(const Vector& input, std::span<const Target> targets, const Rows& output,
                           double rate) {
  LogisticStep step{logistic_loss(input, targets, output), Vector(input.size()), output};
  for (const auto& [row, label] : targets) {
    const double g = rate * (label - 1 / (1 + std::exp(-dot(input, output[row]))));
    for (std::size_t i = 0; i < input.size(); ++i) {
      step.error[i] += g * output[row][i];
      step.output[row][i] += g * input[i];
    }
  }
  return step;
}

double largest(std::span<const double> values) {
  double result = 0;
  for (const double value : values) {
    if (std::isnan(value)) return HUGE_VAL;
    result = std::max(result, std::abs(value));
  }
  return result;
}

double largest_difference(std::span<const double> found, std::span<const double> expected) {
  if (found.size() != expected.size()) return HUGE_VAL;
  Vector difference(found.begin(), found.end());
  std::ranges::transform(difference, expected, difference.begin(), std::minus<>());
  return largest(difference);
}

double relative_error(std::span<const double> found, std::span<const double> expected) {
  return largest_difference(found, expected) / largest(expected);
}

std::size_t pairs_of_sentence(std::size_t words, std::size_t window) {
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < words; ++i) {
    pairs += std::min(window, i) + std::min(window, words - 1 - i);
  }
  return pairs;
}

}  // namespace wordkin::test
