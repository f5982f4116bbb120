#include "embed/train/hogwild_kernels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <ostream>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/random.h"
#include "tests/support/instruction_sets.h"
#include "tests/support/reference.h"
#include "tests/support/rows.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(hogwild_kernels)

namespace data = boost::unit_test::data;

using test::all_zero;
using test::fill;
using test::Forced;
using test::kSets;
using test::padding_is_zero;
using test::Target;

constexpr std::array<std::size_t, 13> kSizes{1, 2, 7, 15, 16, 17, 31, 33, 64, 100, 127, 128, 130};

// What a logistic step is given.
struct Arguments {
  FloatVector input;  // [stride]
  Matrix output;
  std::vector<Target> targets;

  std::span<float> row() { return {input.data(), output.cols()}; }
};

// Logits are about as large as `logit`. Rows may be hit more than once.
Arguments random_arguments(std::size_t dim, std::size_t targets, double logit) {
  auto random = stream(1, "logistic step", 1000 * dim + targets);
  Arguments arguments{FloatVector(padded(dim)), Matrix(targets + 3, dim), {}};
  fill(arguments.row(), 1, random);
  const double scale = 3 * logit / std::sqrt(static_cast<double>(dim));
  for (std::size_t i = 0; i < arguments.output.rows(); ++i) {
    fill(arguments.output.row(i), static_cast<float>(scale), random);
  }
  for (std::size_t k = 0; k < targets; ++k) {
    const auto row = random.below(static_cast<std::uint32_t>(arguments.output.rows()));
    arguments.targets.push_back({row, static_cast<float>(random.below(2))});
  }
  return arguments;
}

// One number, and targets with rows of one number.
Arguments one_dimension(float input, const std::vector<float>& rows, float label) {
  Arguments arguments{FloatVector(padded(1)), Matrix(rows.size(), 1), {}};
  arguments.input[0] = input;
  for (WordId i = 0; i < rows.size(); ++i) {
    arguments.output.row(i)[0] = rows[i];
    arguments.targets.push_back({i, label});
  }
  return arguments;
}

struct Result {
  double loss;
  FloatVector error;
  Matrix output;
};

Result run(const Arguments& arguments, float rate) {
  Result result{0, FloatVector(arguments.input.size(), 1.0f), arguments.output};
  std::vector<float*> rows;
  std::vector<float> labels;
  for (const auto& [row, label] : arguments.targets) {
    rows.push_back(result.output.padded_row(row).data());
    labels.push_back(label);
  }
  result.loss = logistic_step(arguments.input.data(), rows, labels, rate, result.error);
  return result;
}

BOOST_AUTO_TEST_CASE(instruction_sets_from_what_every_processor_has_to_the_best_are_tested) {
  BOOST_TEST_MESSAGE("the kernels use " << hogwild_instruction_set());
  const auto sets = test::instruction_sets();
  BOOST_REQUIRE(!sets.empty());
  BOOST_CHECK_EQUAL(hogwild_instruction_set(), hwy::TargetName(sets.front().target));
  BOOST_CHECK_EQUAL(hwy::TargetName(sets.back().target), hwy::TargetName(HWY_STATIC_TARGET));
}

// Rounding of the logits, whose terms grow with them, is where the error comes from.
const auto kLogits = data::make<double>({1e-6, 0.1, 5, 70}) ^ data::make({1e-6, 1e-6, 1e-5, 1e-4});

BOOST_DATA_TEST_CASE(a_logistic_step_agrees_with_the_reference, kSets* kLogits, set, logit,
                     tolerance) {
  const Forced forced(set, hogwild_instruction_set);
  constexpr float kRate = 0.375f;
  for (const auto dim : kSizes) {
    for (const std::size_t targets : {1, 2, 5, 6, 16, 63, 64, 65, 128, 129, 200}) {
      BOOST_TEST_CONTEXT("dim " << dim << ", " << targets << " targets") {
        auto arguments = random_arguments(dim, targets, logit);
        const auto rows = test::to_double(arguments.output);
        const auto expected =
            test::logistic_step(test::to_double(arguments.row()), arguments.targets, rows, kRate);
        const auto result = run(arguments, kRate);
        // What is below the smallest normal number may count as 0.
        BOOST_CHECK_SMALL(result.loss - expected.loss, tolerance * expected.loss + 1e-37);
        // Relative to the largest step that so many targets can cause; no input is above 1.
        const double magnitude = test::largest(test::flattened(rows));
        const double steps = kRate * static_cast<double>(targets);
        const auto error = test::to_double(std::span(result.error).first(dim));
        BOOST_CHECK_LE(test::largest_difference(error, expected.error),
                       tolerance * steps * magnitude);
        BOOST_CHECK_LE(test::largest_difference(test::flattened(test::to_double(result.output)),
                                                test::flattened(expected.output)),
                       tolerance * (steps + magnitude));
      }
    }
  }
}

// The numerical gradient of the loss, with all rows of the step as variables: first the input, then
// the output rows. The error of central differences is about 1e-9 of the largest derivative here.
test::Vector gradient(test::Vector input, std::span<const Target> targets, test::Rows output) {
  constexpr double kStep = 1e-5;
  test::Vector derivatives;
  const auto differentiate = [&](double& variable) {
    const double here = variable;
    variable = here + kStep;
    const double above = test::logistic_loss(input, targets, output);
    variable = here - kStep;
    const double below = test::logistic_loss(input, targets, output);
    variable = here;
    derivatives.push_back((above - below) / (2 * kStep));
  };
  for (double& variable : input) differentiate(variable);
  for (auto& row : output) {
    for (double& variable : row) differentiate(variable);
  }
  return derivatives;
}

// Rows that are hit several times, near and far apart, are part of every case.
std::vector<Target> targets_with_repeats(std::size_t size, WordId rows) {
  std::vector<Target> targets{{0, 1}};
  while (targets.size() < size) {
    const auto k = static_cast<WordId>(targets.size());
    targets.push_back({k % rows, k % 5 == 0 ? 1.0f : 0.0f});
  }
  return targets;
}

const auto kSteps =
    data::make<std::size_t>({1, 7, 16, 100}) * data::make<std::size_t>({1, 6, 9, 70});

BOOST_DATA_TEST_CASE(a_logistic_step_goes_down_the_gradient, kSets* kSteps, set, dim, targets) {
  const Forced forced(set, hogwild_instruction_set);
  constexpr float kRate = 0.5f;
  auto arguments = random_arguments(dim, 4, 1);
  arguments.targets = targets_with_repeats(targets, 7);
  auto expected = gradient(test::to_double(arguments.row()), arguments.targets,
                           test::to_double(arguments.output));
  for (double& derivative : expected) derivative *= -kRate;

  const auto result = run(arguments, kRate);
  const auto split = static_cast<std::ptrdiff_t>(dim);
  BOOST_CHECK_LE(test::relative_error(test::to_double(std::span(result.error).first(dim)),
                                      {expected.begin(), expected.begin() + split}),
                 1e-5);
  BOOST_CHECK_LE(test::relative_error(test::change(result.output, arguments.output),
                                      {expected.begin() + split, expected.end()}),
                 1e-5);
}

constexpr std::array<float, 22> kAnyLogit{0,    1e-30f, -1e-30f, 1e-6f, -1e-6f, 0.5f,  -0.5f, 1,
                                          -1,   10,     -10,     30,    -30,    87,    -87,   104,
                                          -104, 200,    -200,    -1e4f, 3e38f,  -3e38f};

BOOST_DATA_TEST_CASE(logits_of_any_size_have_the_right_loss_and_step, kSets* data::make(kAnyLogit),
                     set, logit) {
  const Forced forced(set, hogwild_instruction_set);
  for (const float label : {0.0f, 1.0f}) {
    const auto arguments = one_dimension(1, {logit}, label);
    const auto expected = test::logistic_step({1}, arguments.targets, {{logit}}, 1);
    const auto result = run(arguments, 1);
    // Below the smallest normal number a float may be 0.
    BOOST_CHECK_SMALL(result.loss - expected.loss, 2e-6 * expected.loss + 1e-37);
    // g is 1 - sigmoid in floats: off by half a unit of 1.
    BOOST_CHECK_SMALL(result.output.row(0)[0] - expected.output[0][0],
                      1.2e-7 * std::max(1.0, std::abs(expected.output[0][0])));
    BOOST_CHECK_SMALL(result.error[0] - expected.error[0],
                      1.2e-7 * std::max(1.0, std::abs(static_cast<double>(logit))));
  }
}

BOOST_DATA_TEST_CASE(a_logit_that_is_not_finite_shows_in_the_loss, kSets, set) {
  const Forced forced(set, hogwild_instruction_set);
  constexpr float kHuge = 1e30f;  // the square is infinite
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const std::size_t targets : {1, 5, 6, 63, 64, 65, 200}) {
    for (std::size_t bad = 0; bad < targets; ++bad) {
      for (const float value : {kHuge, -kHuge, nan}) {
        for (const float label : {0.0f, 1.0f}) {
          std::vector<float> rows(targets, 1e-30f);
          rows[bad] = value;
          const auto result = run(one_dimension(kHuge, rows, label), 0.025f);
          BOOST_REQUIRE_MESSAGE(!std::isfinite(result.loss), targets << " targets, row " << bad
                                                                     << " is " << value
                                                                     << ", label " << label);
        }
      }
    }
  }
}

BOOST_DATA_TEST_CASE(padding_stays_zero, kSets* data::make(kSizes), set, dim) {
  const Forced forced(set, hogwild_instruction_set);
  const auto arguments = random_arguments(dim, 9, 1);
  auto result = run(arguments, 0.5f);
  BOOST_CHECK(padding_is_zero(result.output));
  BOOST_CHECK(all_zero(std::span(result.error).subspan(dim)));

  const float* error = result.error.data();
  add_rows({&error, 1}, 0.5f, result.output.padded_row(0));
  BOOST_CHECK(padding_is_zero(result.output));
}

BOOST_DATA_TEST_CASE(without_targets_there_is_no_step, kSets* data::make(kSizes), set, dim) {
  const Forced forced(set, hogwild_instruction_set);
  const auto arguments = random_arguments(dim, 0, 1);
  const auto result = run(arguments, 0.5f);
  BOOST_CHECK_EQUAL(result.loss, 0);
  BOOST_CHECK(all_zero(result.error));
  BOOST_CHECK(result.output == arguments.output);
}

BOOST_DATA_TEST_CASE(add_rows_agrees_with_the_reference, kSets* data::make(kSizes), set, dim) {
  const Forced forced(set, hogwild_instruction_set);
  auto random = stream(3, "add rows", dim);
  const auto matrix = test::random_matrix(20, dim, 1, random);
  for (const std::size_t size : {0, 1, 2, 3, 10, 64}) {
    FloatVector sum(matrix.stride());
    fill({sum.data(), dim}, 1, random);
    auto expected = test::to_double(std::span(sum).first(dim));
    std::vector<const float*> rows(size);
    for (auto& row : rows) {
      const auto n = random.below(20);
      row = matrix.padded_row(n).data();
      for (std::size_t i = 0; i < dim; ++i) expected[i] += 0.3 * matrix.row(n)[i];
    }
    add_rows(rows, 0.3f, sum);
    BOOST_CHECK_LE(test::relative_error(test::to_double(std::span(sum).first(dim)), expected),
                   2e-6);
  }
}

BOOST_DATA_TEST_CASE(an_exchange_gives_a_row_the_change_of_its_copy, kSets* data::make(kSizes), set,
                     dim) {
  const Forced forced(set, hogwild_instruction_set);
  auto random = stream(4, "exchange", dim);
  auto rows = test::random_matrix(3, dim, 1, random);  // the copy, its origin, the row
  auto expected = rows;
  for (std::size_t k = 0; k < dim; ++k) {
    const float value = rows.row(2)[k] + (rows.row(0)[k] - rows.row(1)[k]);
    for (std::size_t i = 0; i < 3; ++i) expected.row(i)[k] = value;
  }
  exchange_row(rows.padded_row(0), rows.padded_row(1).data(), rows.padded_row(2).data());
  BOOST_CHECK(rows == expected);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
