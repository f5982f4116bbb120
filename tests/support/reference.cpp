#include "tests/support/reference.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace wordkin::test {
namespace {

// -log sigmoid of the logit with the sign that the label asks for.
double logistic_loss(double logit, float label) {
  const double wrong_way = label > 0 ? -logit : logit;
  return std::max(wrong_way, 0.0) + std::log1p(std::exp(-std::abs(logit)));
}

double sigmoid(double logit) { return 1 / (1 + std::exp(-logit)); }

}  // namespace

Vector to_double(std::span<const float> vector) { return {vector.begin(), vector.end()}; }

Rows to_double(MatrixView matrix) {
  Rows rows;
  for (std::size_t i = 0; i < matrix.rows(); ++i) rows.push_back(to_double(matrix.row(i)));
  return rows;
}

Vector flattened(const Rows& rows) {
  Vector all;
  for (const auto& row : rows) all.insert(all.end(), row.begin(), row.end());
  return all;
}

Vector change(MatrixView now, MatrixView before) {
  auto difference = flattened(to_double(now));
  const auto old = flattened(to_double(before));
  std::ranges::transform(difference, old, difference.begin(), std::minus<>());
  return difference;
}

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

double logistic_loss(const Vector& input, std::span<const Target> targets, const Rows& output) {
  double loss = 0;
  for (const auto& [row, label] : targets) {
    loss += logistic_loss(dot(input, output[row]), label);
  }
  return loss;
}

LogisticStep logistic_step(const Vector& input, std::span<const Target> targets, const Rows& output,
                           double rate) {
  LogisticStep step{logistic_loss(input, targets, output), Vector(input.size()), output};
  for (const auto& [row, label] : targets) {
    const double g = rate * (label - sigmoid(dot(input, output[row])));
    for (std::size_t i = 0; i < input.size(); ++i) {
      step.error[i] += g * output[row][i];
      step.output[row][i] += g * input[i];
    }
  }
  return step;
}

double logistic_loss(std::span<const Example> examples, const Rows& input, const Rows& output) {
  double loss = 0;
  for (const auto& [x, o, label, weight] : examples) {
    loss += weight * logistic_loss(dot(input[x], output[o]), label);
  }
  return loss;
}

LogisticSteps logistic_steps(std::span<const Example> examples, const Rows& input,
                             const Rows& output, double rate) {
  LogisticSteps steps{logistic_loss(examples, input, output), input, output};
  for (const auto& [x, o, label, weight] : examples) {
    const double g = rate * weight * (label - sigmoid(dot(input[x], output[o])));
    for (std::size_t i = 0; i < input[x].size(); ++i) {
      steps.input[x][i] += g * output[o][i];
      steps.output[o][i] += g * input[x][i];
    }
  }
  return steps;
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
