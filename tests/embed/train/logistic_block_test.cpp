#include "embed/train/logistic_block.h"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/random.h"
#include "embed/train/hogwild_kernels.h"
#include "tests/support/instruction_sets.h"
#include "tests/support/random_block.h"
#include "tests/support/reference.h"
#include "tests/support/rows.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(logistic_block)

namespace data = boost::unit_test::data;

using test::BlockShape;
using test::Forced;
using test::kSets;
using test::RandomBlock;

constexpr std::array<std::size_t, 8> kDims{1, 7, 16, 17, 100, 112, 130, 300};
constexpr std::array<std::size_t, 7> kShared{0, 1, 5, 24, 32, 33, 200};
constexpr std::array<std::size_t, 5> kBands{0, 4, 8, 16, 24};

// All numbers of inputs from 1 to 64, dimensions with numbers of shared targets, and with bands or
// targets of their own.
std::vector<BlockShape> shapes(double logit) {
  std::vector<BlockShape> result;
  std::size_t inputs = 0;
  const auto add = [&](std::size_t dim, std::size_t shared, std::size_t band, bool own = false) {
    inputs = inputs % 64 + 1;
    result.push_back({dim, inputs, shared, band, logit, true, own});
  };
  for (std::size_t d = 0; d < kDims.size(); ++d) {
    for (std::size_t k = 0; k < kShared.size(); ++k) {
      add(kDims[d], kShared[k], kBands[(d + k) % kBands.size()]);
      add(kDims[d], kShared[k], 0, true);
    }
    for (std::size_t b = 0; b < kBands.size(); ++b) {
      add(kDims[d], kShared[(d + b) % (kShared.size() - 1)], kBands[b]);
    }
  }
  return result;
}

double train(const LogisticBlock& block, float rate) {
  BlockScratch scratch;
  return train_block(block, rate, {}, scratch);
}

double train(RandomBlock& random, float rate) { return train(random.block, rate); }

// Rounding of the logits, whose terms grow with them, is where the error comes from.
const auto kLogits = data::make<double>({1e-6, 0.1, 5, 70}) ^ data::make({1e-6, 1e-6, 1e-5, 1e-4});

BOOST_DATA_TEST_CASE(a_block_agrees_with_the_reference, kSets* kLogits, set, logit, tolerance) {
  const Forced forced(set, hogwild_instruction_set);
  constexpr float kRate = 0.375f;
  for (const auto& shape : shapes(logit)) {
    BOOST_TEST_CONTEXT("dim " << shape.dim << ", " << shape.inputs << " inputs, " << shape.shared
                              << " shared, band " << shape.band << (shape.own ? ", own" : "")) {
      RandomBlock random(shape);
      const auto expected = test::logistic_steps(random.examples, test::to_double(random.input),
                                                 test::to_double(random.output), kRate);
      const double magnitude = test::largest(test::flattened(test::to_double(random.output)));
      const double loss = train(random, kRate);
      // The losses of exceptions are subtracted again.
      BOOST_CHECK_SMALL(loss - expected.loss,
                        tolerance * (expected.loss + random.gross_weight * std::log(2.0)));
      // Relative to the largest step that examples of such weights can cause; no input is above 1.
      const double steps = kRate * random.gross_weight;
      BOOST_CHECK_LE(test::largest_difference(test::flattened(test::to_double(random.input)),
                                              test::flattened(expected.input)),
                     tolerance * (steps * magnitude + 1));
      BOOST_CHECK_LE(test::largest_difference(test::flattened(test::to_double(random.output)),
                                              test::flattened(expected.output)),
                     tolerance * (steps + magnitude));
      BOOST_CHECK(test::padding_is_zero(random.input));
      BOOST_CHECK(test::padding_is_zero(random.output));
    }
  }
}

// The numerical gradient of the loss, with all rows as variables: first inputs, then outputs.
test::Vector gradient(const std::vector<test::Example>& examples, test::Rows input,
                      test::Rows output) {
  constexpr double kStep = 1e-5;
  test::Vector derivatives;
  for (auto* rows : {&input, &output}) {
    for (auto& row : *rows) {
      for (double& variable : row) {
        const double here = variable;
        variable = here + kStep;
        const double above = test::logistic_loss(examples, input, output);
        variable = here - kStep;
        const double below = test::logistic_loss(examples, input, output);
        variable = here;
        derivatives.push_back((above - below) / (2 * kStep));
      }
    }
  }
  return derivatives;
}

const std::vector<BlockShape> kSmall{
    {1, 3, 5, 8},   {7, 5, 6, 8},   {17, 9, 3, 4},
    {16, 4, 33, 0}, {7, 13, 0, 24}, {.dim = 7, .inputs = 13, .shared = 5, .own = true}};

BOOST_DATA_TEST_CASE(a_block_goes_down_the_gradient, kSets* data::xrange(kSmall.size()), set, i) {
  const Forced forced(set, hogwild_instruction_set);
  constexpr float kRate = 0.5f;
  auto shape = kSmall[i];
  // Zeros that stand for null vectors would be variables, too.
  shape.without = false;
  RandomBlock random(shape);
  auto expected =
      gradient(random.examples, test::to_double(random.input), test::to_double(random.output));
  for (double& derivative : expected) derivative *= -kRate;
  const auto input = random.input;
  const auto output = random.output;
  train(random, kRate);
  auto found = test::change(random.input, input);
  const auto of_output = test::change(random.output, output);
  found.insert(found.end(), of_output.begin(), of_output.end());
  BOOST_CHECK_LE(test::relative_error(found, expected), 1e-5);
}

// What occurs several times in the block, as one, two or all of four neighbouring vectors and
// farther apart.
const std::vector<std::vector<WordId>> kRepeated{{0, 0, 0, 0, 0, 0, 0, 0},
                                                 {0, 0, 1, 2, 3, 0, 4, 5},
                                                 {1, 2, 3, 3, 3, 4, 5, 5},
                                                 {0, 1, 2, 3, 0, 1, 2, 3}};

BOOST_DATA_TEST_CASE(the_steps_of_a_row_that_occurs_several_times_add_up,
                     kSets* data::xrange(kRepeated.size()) *
                         data::make({"inputs", "shared", "neighbours", "own"}),
                     set, i, where) {
  const Forced forced(set, hogwild_instruction_set);
  constexpr std::size_t kDim = 20;
  const std::vector<WordId> different{0, 1, 2, 3, 4, 5, 6, 7};
  const auto rows_of = [&](std::string_view name) {
    return name == where ? kRepeated[i] : different;
  };
  auto random = stream(1, "repeated rows", 0);
  auto input = test::random_matrix(8, kDim, 1, random);
  auto output = test::random_matrix(16, kDim, 1, random);
  const auto inputs = rows_of("inputs");
  const auto shared = rows_of("shared");
  auto neighbours = rows_of("neighbours");
  auto own = rows_of("own");
  for (auto* targets : {&neighbours, &own}) {
    for (auto& row : *targets) row += 8;
  }

  LogisticBlock block(padded(kDim));
  block.inputs = test::views_of(input, inputs);
  block.weights.assign(8, 1.0f);
  block.shared = test::views_of(output, shared);
  block.labels.assign(8, 0.0f);
  std::vector<test::Example> examples;
  for (std::size_t j = 0; j < 8; ++j) {
    for (const auto row : shared) examples.push_back({inputs[j], row, 0, 1});
  }
  if (std::string_view(where) == "own") {
    block.own = test::views_of(output, own);
    for (std::size_t j = 0; j < 8; ++j) examples.push_back({inputs[j], own[j], 1, 1});
  } else {
    block.band = 4;
    block.neighbours = test::views_of(output, neighbours);
    for (std::size_t n = 0; n < 8; ++n) {
      block.links.push_back(n < 4 ? 0x0f : 0xf0);
      for (std::size_t j = n / 4 * 4; j < n / 4 * 4 + 4; ++j) {
        examples.push_back({inputs[j], neighbours[n], 1, 1});
      }
    }
  }
  const auto expected =
      test::logistic_steps(examples, test::to_double(input), test::to_double(output), 0.5);
  BOOST_CHECK_CLOSE_FRACTION(train(block, 0.5f), expected.loss, 1e-6);
  BOOST_CHECK_LE(test::relative_error(test::flattened(test::to_double(input)),
                                      test::flattened(expected.input)),
                 2e-6);
  BOOST_CHECK_LE(test::relative_error(test::flattened(test::to_double(output)),
                                      test::flattened(expected.output)),
                 2e-6);
}

BOOST_DATA_TEST_CASE(exceptions_of_the_same_input_and_target_add_up,
                     kSets* data::make({1, 2, 3, 4}), set, times) {
  // Of a weight of 4, as many times 1 is left out.
  const Forced forced(set, hogwild_instruction_set);
  auto random = stream(1, "exceptions", 0);
  auto input = test::random_matrix(4, 9, 1, random);
  auto output = test::random_matrix(2, 9, 1, random);
  LogisticBlock block(padded(9));
  block.inputs = test::views_of(input, std::vector<WordId>{0, 1, 2, 3});
  block.weights.assign(4, 4.0f);
  block.shared = test::views_of(output, std::vector<WordId>{0, 1});
  block.labels.assign(2, 0.0f);
  for (int i = 0; i < times; ++i) block.exceptions.push_back({2, 1, 1.0f});
  std::vector<test::Example> examples;
  for (std::size_t j = 0; j < 4; ++j) {
    examples.push_back({j, 0, 0, 4});
    examples.push_back({j, 1, 0, j == 2 ? 4.0 - times : 4.0});
  }
  const auto expected =
      test::logistic_steps(examples, test::to_double(input), test::to_double(output), 0.5);
  BOOST_CHECK_CLOSE_FRACTION(train(block, 0.5f), expected.loss, 1e-6);
  BOOST_CHECK_LE(test::relative_error(test::flattened(test::to_double(input)),
                                      test::flattened(expected.input)),
                 2e-6);
  BOOST_CHECK_LE(test::relative_error(test::flattened(test::to_double(output)),
                                      test::flattened(expected.output)),
                 2e-6);
}

BOOST_DATA_TEST_CASE(steps_go_where_a_view_says,
                     kSets*(data::make({0, 4, 16, 0}) ^ data::make({false, false, false, true})),
                     set, band, own) {
  const Forced forced(set, hogwild_instruction_set);
  const BlockShape shape{17, 14, 9, static_cast<std::size_t>(band), 1, true, own};
  RandomBlock random(shape);
  const auto input = random.input;
  const auto output = random.output;
  const auto expected = test::logistic_steps(random.examples, test::to_double(random.input),
                                             test::to_double(random.output), 0.5);
  // To zeros for each vector.
  auto& block = random.block;
  Matrix input_steps(block.inputs.size(), shape.dim);
  const auto of_neighbours = block.shared.size();
  const auto of_own = of_neighbours + block.neighbours.size();
  Matrix output_steps(of_own + block.own.size(), shape.dim);
  auto input_sums = test::to_double(random.input);
  auto output_sums = test::to_double(random.output);
  const auto redirect = [](std::vector<RowView>& views, Matrix& steps, std::size_t first) {
    for (std::size_t i = 0; i < views.size(); ++i) {
      if (views[i].to != nullptr) views[i].to = steps.padded_row(first + i).data();
    }
  };
  redirect(block.inputs, input_steps, 0);
  redirect(block.shared, output_steps, 0);
  redirect(block.neighbours, output_steps, of_neighbours);
  redirect(block.own, output_steps, of_own);
  const double loss = train(random, 0.5f);
  BOOST_CHECK_CLOSE_FRACTION(loss, expected.loss, 1e-5);
  BOOST_CHECK(random.input == input);
  BOOST_CHECK(random.output == output);
  BOOST_CHECK(test::padding_is_zero(input_steps));
  BOOST_CHECK(test::padding_is_zero(output_steps));
  const auto add = [](const Matrix& steps, std::size_t first, const std::vector<WordId>& rows,
                      test::Rows& sums) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t d = 0; d < steps.cols(); ++d) sums[rows[i]][d] += steps.row(first + i)[d];
    }
  };
  add(input_steps, 0, random.inputs, input_sums);
  add(output_steps, 0, random.shared, output_sums);
  add(output_steps, of_neighbours, random.neighbours, output_sums);
  add(output_steps, of_own, random.own, output_sums);
  BOOST_CHECK_LE(test::relative_error(test::flattened(input_sums), test::flattened(expected.input)),
                 2e-6);
  BOOST_CHECK_LE(
      test::relative_error(test::flattened(output_sums), test::flattened(expected.output)), 2e-6);
}

// One number in each row: `base` in inputs and 1 / base in targets, so that logits are 1.
struct Uniform {
  Uniform(float base, bool own) : input(12, 1), output(own ? 17 : 21, 1), block(padded(1)) {
    for (std::size_t i = 0; i < input.rows(); ++i) input.row(i)[0] = base;
    for (std::size_t i = 0; i < output.rows(); ++i) output.row(i)[0] = 1 / base;
    for (std::size_t i = 0; i < 12; ++i) block.inputs.push_back(test::view_of(input, i));
    block.weights.assign(12, 0.5f);
    for (std::size_t i = 0; i < 5; ++i) block.shared.push_back(test::view_of(output, i));
    if (own) {
      for (std::size_t j = 0; j < 12; ++j) block.own.push_back(test::view_of(output, 5 + j));
      return;
    }
    block.band = 8;
    for (std::size_t n = 0; n < 16; ++n) {
      block.neighbours.push_back(test::view_of(output, 5 + n));
      const auto first = n < 8 ? 0 : (n - 4) / 4 * 4;
      block.links.push_back(std::uint64_t{0b0110} << first);
    }
  }
  Matrix input;
  Matrix output;
  LogisticBlock block;
};

BOOST_DATA_TEST_CASE(a_row_that_is_not_finite_shows_in_the_loss,
                     kSets* data::make({0.0f, 1.0f}) * data::make({false, true}), set, label, own) {
  const Forced forced(set, hogwild_instruction_set);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto check = [&](float base, bool in_input) {
    const Uniform shape(base, own);
    const auto rows = (in_input ? shape.input : shape.output).rows();
    for (std::size_t bad = 0; bad < rows; ++bad) {
      for (const float value : {1e30f, -1e30f, nan}) {
        Uniform uniform(base, own);
        uniform.block.labels.assign(5, label);
        (in_input ? uniform.input : uniform.output).row(bad)[0] = value;
        BOOST_REQUIRE_MESSAGE(!std::isfinite(train(uniform.block, 0.025f)),
                              (in_input ? "input " : "output ") << bad << " is " << value);
      }
    }
  };
  Uniform fine(1e30f, own);
  fine.block.labels.assign(5, label);
  BOOST_CHECK(std::isfinite(train(fine.block, 0.025f)));
  check(1e-30f, true);
  check(1e30f, false);
}

BOOST_DATA_TEST_CASE(a_block_that_was_used_before_gives_what_a_new_one_does, kSets, set) {
  const Forced forced(set, hogwild_instruction_set);
  // Strides are the same; all else is larger or smaller than before.
  LogisticBlock used(padded(17));
  BlockScratch scratch;
  const std::vector<BlockShape> in_turn{{17, 64, 200, 24},
                                        {17, 3, 1, 0},
                                        {20, 13, 33, 16},
                                        {32, 60, 0, 24},
                                        {17, 64, 40, 0},
                                        {17, 1, 5, 4},
                                        {17, 30, 24, 8},
                                        {17, 30, 24, 0, 1, true, true},
                                        {17, 5, 3, 0, 1, true, true},
                                        {17, 64, 200, 24}};
  for (const auto& shape : in_turn) {
    RandomBlock fresh(shape);
    RandomBlock again(shape);
    again.copy_to(used);
    BOOST_CHECK_EQUAL(train(fresh, 0.5f), train_block(used, 0.5f, {}, scratch));
    BOOST_CHECK(fresh.input == again.input);
    BOOST_CHECK(fresh.output == again.output);
  }
}

BOOST_DATA_TEST_CASE(upcoming_rows_are_not_changed,
                     kSets* data::make<std::size_t>({0, 1, 7, 1000}) *
                         data::make<std::size_t>({0, 4, 40}),
                     set, rows, inputs) {
  const Forced forced(set, hogwild_instruction_set);
  auto random = stream(1, "upcoming rows", rows);
  const auto matrix = test::random_matrix(rows, 17, 1, random);
  const auto before = matrix;
  std::vector<const float*> upcoming;
  for (std::size_t i = 0; i < rows; ++i) upcoming.push_back(matrix.padded_row(i).data());
  RandomBlock block({17, inputs, inputs, inputs == 0 ? 0U : 8U});
  RandomBlock alone({17, inputs, inputs, inputs == 0 ? 0U : 8U});
  BlockScratch scratch;
  BOOST_CHECK_EQUAL(train_block(block.block, 0.5f, upcoming, scratch), train(alone, 0.5f));
  BOOST_CHECK(matrix == before);
  BOOST_CHECK(block.input == alone.input);
  BOOST_CHECK(block.output == alone.output);
}

BOOST_DATA_TEST_CASE(an_empty_block_has_no_loss, kSets, set) {
  const Forced forced(set, hogwild_instruction_set);
  LogisticBlock block(16);
  BOOST_CHECK_EQUAL(train(block, 0.5f), 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
