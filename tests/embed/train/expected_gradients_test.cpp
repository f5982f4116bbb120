#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "embed/train/blockwise.h"
#include "embed/train/pairwise.h"
#include "tests/support/corpus.h"
#include "tests/support/modes.h"
#include "tests/support/reference_word2vec.h"
#include "tests/support/task.h"

namespace wordkin {
namespace {

// With the parameters fixed, what differs between the two ways of training is which noise is drawn.
BOOST_AUTO_TEST_SUITE(blockwise_and_pairwise)

namespace data = boost::unit_test::data;

using test::Mode;
using test::options_of;
using test::Setup;

const auto kModels = data::make({"skipgram", "cbow"});

Mode negative_sampling(const char* model) {
  return {enum_from_name<Word2VecModel>(model).value(), Loss::kNegativeSampling};
}

// How the parameters would change in one unit if they stayed as they are meanwhile, divided by the
// rate: first input, then output.
struct UnitChange {
  test::Vector parameters;
  Tally tally;
};

template <class W>
UnitChange change_of(Setup& setup, W& worker, std::size_t unit) {
  auto& task = setup.task();
  const auto input = task.input;
  const auto output = task.output;
  UnitChange change{test::Vector(input.rows() * input.cols() + output.rows() * output.cols()), {}};
  worker.begin(unit);
  while (worker.step()) {
    auto* sum = change.parameters.data();
    const auto take = [&](Matrix& now, const Matrix& before) {
      for (std::size_t i = 0; i < now.rows(); ++i) {
        for (std::size_t k = 0; k < now.cols(); ++k) {
          *sum++ += (double{now.row(i)[k]} - before.row(i)[k]) / task.rate(unit);
        }
      }
      // Rows stay where they are, for the worker knows them.
      std::copy_n(before.data(), before.rows() * before.stride(), now.data());
    };
    take(task.input, input);
    take(task.output, output);
  }
  change.tally = worker.tally();
  return change;
}

Word2VecOptions options_with_units(const Mode& mode, int units) {
  auto options = options_of(mode);
  options.dim = 5;
  options.window = 3;
  options.epochs = units;
  // So small that a pair hardly sees the steps of those before it.
  options.alpha = 1e-4;
  return options;
}

void check_same_change(const Word2VecOptions& options, std::string_view text) {
  Setup setup(text, options);
  BlockWorker block(setup.task(), RowUse::kShared);
  PairwiseWorker pairwise(setup.task(), RowUse::kShared);
  for (std::size_t unit = 0; unit < setup.task().units(); ++unit) {
    const auto found = change_of(setup, block, unit);
    const auto expected = change_of(setup, pairwise, unit);
    BOOST_CHECK_LE(test::relative_error(found.parameters, expected.parameters), 5e-3);
    BOOST_CHECK_CLOSE_FRACTION(found.tally.loss, expected.tally.loss, 1e-3);
  }
}

BOOST_AUTO_TEST_CASE(without_noise_the_gradients_are_the_same) {
  auto options = options_with_units({Word2VecModel::kSkipGram, Loss::kHierarchicalSoftmax}, 3);
  options.sample = 0.05;
  check_same_change(options, test::random_text(10, 12, 20));
}

BOOST_DATA_TEST_CASE(where_all_noise_is_the_target_the_gradients_are_the_same, kModels, model) {
  check_same_change(options_with_units(negative_sampling(model), 3), "a a a a a a a\na a\na\n");
}

BOOST_DATA_TEST_CASE(the_expected_gradients_are_the_same,
                     kModels* data::make({"drawn", "fixed"}) * data::make({4, 64}), model,
                     window_size, block) {
  // Of few words, so that noise is often the target. A unit has the same windows both ways, so its
  // differences come from noise alone; their mean is 0 but for the standard error.
  constexpr int kUnits = 6000;
  auto options = options_with_units(negative_sampling(model), kUnits);
  options.window_size = enum_from_name<WindowSize>(window_size).value();
  options.block = block;
  options.negative = 4;
  options.shared_negatives = 6;
  Setup setup(test::random_text(4, 10, 6), options);
  BlockWorker by_block(setup.task(), RowUse::kShared);
  PairwiseWorker by_pair(setup.task(), RowUse::kShared);
  test::Vector sum;
  test::Vector squares;
  test::Vector pairwise_sum;
  for (std::size_t unit = 0; unit < kUnits; ++unit) {
    auto found = change_of(setup, by_block, unit);
    auto expected = change_of(setup, by_pair, unit);
    BOOST_REQUIRE_EQUAL(found.tally.pairs, expected.tally.pairs);
    // The mean loss of a pair, too.
    found.parameters.push_back(found.tally.mean_loss());
    expected.parameters.push_back(expected.tally.mean_loss());
    sum.resize(found.parameters.size());
    squares.resize(found.parameters.size());
    pairwise_sum.resize(found.parameters.size());
    for (std::size_t i = 0; i < sum.size(); ++i) {
      const double difference = found.parameters[i] - expected.parameters[i];
      sum[i] += difference;
      squares[i] += difference * difference;
      pairwise_sum[i] += expected.parameters[i];
    }
  }
  for (std::size_t i = 0; i < sum.size(); ++i) {
    const double mean = sum[i] / kUnits;
    const double variance = squares[i] / kUnits - mean * mean;
    BOOST_CHECK_GT(variance, 0);
    BOOST_CHECK_SMALL(mean, 5 * std::sqrt(variance / (kUnits - 1)));
  }
  // That many units tell differences of a tenth of the gradient.
  double error = 0;
  for (const double square : squares) error += square / kUnits / kUnits;
  BOOST_CHECK_LE(5 * std::sqrt(error),
                 0.1 * std::sqrt(test::dot(pairwise_sum, pairwise_sum)) / kUnits);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
