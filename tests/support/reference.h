#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "common/matrix.h"
#include "embed/text/vocabulary.h"

// Plain computations in double precision that the fast ones are compared with.
namespace wordkin::test {

using Vector = std::vector<double>;
using Rows = std::vector<Vector>;

Vector to_double(std::span<const float> vector);
Rows to_double(MatrixView matrix);

// All rows, one after another.
Vector flattened(const Rows& rows);
// now - before, row by row.
Vector change(MatrixView now, MatrixView before);

double dot(const Vector& a, const Vector& b);

// A row of the output matrix, and what a logistic unit should answer there: 1 for what was observed
// and 0 for noise.
struct Target {
  WordId row;
  float label;
};

// The loss of the logistic step: the sum over the targets of -log sigmoid(x . o) where the label is
// 1, and of -log sigmoid(-x . o) where it is 0.
double logistic_loss(const Vector& input, std::span<const Target> targets, const Rows& output);

// What logistic_step should do.
struct LogisticStep {
  double loss;
  Vector error;
  Rows output;
};
LogisticStep logistic_step(const Vector& input, std::span<const Target> targets, const Rows& output,
                           double rate);

// An input vector that answers a target, with a weight. Vectors are named by their rows.
struct Example {
  std::size_t input;
  std::size_t target;
  float label;
  double weight;
};

double logistic_loss(std::span<const Example> examples, const Rows& input, const Rows& output);

// The loss of the examples, and the rows after a step down its gradient.
struct LogisticSteps {
  double loss;
  Rows input;
  Rows output;
};
LogisticSteps logistic_steps(std::span<const Example> examples, const Rows& input,
                             const Rows& output, double rate);

// The largest magnitude, infinite where a value is not a number.
double largest(std::span<const double> values);
// The largest difference; infinite where sizes differ or a value is not a number.
double largest_difference(std::span<const double> found, std::span<const double> expected);
// The same, relative to the largest magnitude in `expected`.
double relative_error(std::span<const double> found, std::span<const double> expected);

// The number of (word, context word) pairs of a sentence with a window of fixed width.
std::size_t pairs_of_sentence(std::size_t words, std::size_t window);

}  // namespace wordkin::test
