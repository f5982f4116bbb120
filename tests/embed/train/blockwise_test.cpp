#include "embed/train/blockwise.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "embed/train/pairwise.h"
#include "tests/support/corpus.h"
#include "tests/support/modes.h"
#include "tests/support/reference_word2vec.h"
#include "tests/support/task.h"

namespace wordkin {
namespace {

namespace data = boost::unit_test::data;

using test::kSentences;
using test::Mode;
using test::options_of;
using test::Setup;

// Those that BlockWorker has.
const auto kModes = data::make(std::vector<Mode>{
    {Word2VecModel::kSkipGram, Loss::kNegativeSampling},
    {Word2VecModel::kSkipGram, Loss::kHierarchicalSoftmax},
    {Word2VecModel::kCbow, Loss::kNegativeSampling},
});
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

BOOST_AUTO_TEST_SUITE(blockwise)

BOOST_AUTO_TEST_CASE(block_sharing_uses_blocks_where_there_is_something_to_share) {
  for (const auto sharing : {Sharing::kBlock, Sharing::kNone}) {
    for (const auto model : {Word2VecModel::kSkipGram, Word2VecModel::kCbow}) {
      for (const auto loss : {Loss::kNegativeSampling, Loss::kHierarchicalSoftmax}) {
        auto options = options_of({model, loss});
        options.sharing = sharing;
        Setup setup("a b c\n", options);
        const auto worker = make_word2vec_worker(setup.task(), RowUse::kShared);
        const bool shares = model == Word2VecModel::kSkipGram || loss == Loss::kNegativeSampling;
        const bool blocks = sharing == Sharing::kBlock && shares;
        BOOST_CHECK_EQUAL(dynamic_cast<BlockWorker*>(worker.get()) != nullptr, blocks);
        BOOST_CHECK_EQUAL(dynamic_cast<PairwiseWorker*>(worker.get()) != nullptr, !blocks);
      }
    }
  }
}

void check_against_reference(const Word2VecOptions& options, std::string_view text) {
  Setup setup(text, options);
  test::ReferenceWord2Vec reference(setup.task());
  const auto before = setup.task().input;
  BlockWorker worker(setup.task(), RowUse::kShared);
  for (std::size_t unit = 0; unit < setup.task().units(); ++unit) {
    const auto tally = worker.run(unit);
    const auto expected = reference.run_blockwise(unit);
    BOOST_CHECK_EQUAL(tally.words, expected.words);
    BOOST_CHECK_EQUAL(tally.pairs, expected.pairs);
    BOOST_CHECK_CLOSE_FRACTION(tally.loss, expected.loss, 1e-5);
  }
  BOOST_CHECK(setup.task().input != before);
  const auto check = [](const Matrix& found, const test::Rows& expected) {
    for (std::size_t i = 0; i < found.rows(); ++i) {
      BOOST_CHECK_LE(test::relative_error(test::to_double(found.row(i)), expected[i]), 1e-4);
    }
  };
  check(setup.task().input, reference.input());
  check(setup.task().output, reference.output());
}

BOOST_DATA_TEST_CASE(training_agrees_with_the_reference,
                     kModes* data::make({0.0, 0.02}) * data::make({1, 4, 40}) *
                         data::make({1, 6, 64}) * data::make({"drawn", "fixed"}),
                     mode, sample, window, block, window_size) {
  auto options = options_of(mode);
  options.sample = sample;
  options.window = window;
  options.window_size = enum_from_name<WindowSize>(window_size).value();
  options.block = block;
  options.epochs = 2;
  options.alpha = 0.02;
  check_against_reference(options, test::random_text(20, 12, 30));
}

BOOST_DATA_TEST_CASE(training_on_few_words_and_long_sentences_agrees_with_the_reference,
                     kModes* data::make({1, 3, 32, 33}) * data::make({1, 5}), mode, shared,
                     negative) {
  // Noise is often the target, and a word its own neighbour.
  auto options = options_of(mode);
  options.shared_negatives = shared;
  options.negative = negative;
  options.window = 3;
  options.alpha = 0.01;
  check_against_reference(options, test::random_text(2, 100, 3));
  options.window_size = WindowSize::kFixed;
  check_against_reference(options, test::one_sentence(150));
}

BOOST_DATA_TEST_CASE(words_and_pairs_are_those_of_pairwise_training,
                     kModes* data::make({0.0, 0.02}) * data::make({1, 5, 300}) *
                         data::make({1, 7, 64}),
                     mode, sample, window, block) {
  auto options = options_of(mode);
  options.sample = sample;
  options.window = window;
  options.block = block;
  options.epochs = 2;
  Setup setup(test::random_text(30, 9, 30) + test::one_sentence(1100), options);
  const auto found = setup.tallies<BlockWorker>(1);
  const auto expected = setup.tallies<PairwiseWorker>(1);
  for (std::size_t unit = 0; unit < expected.size(); ++unit) {
    BOOST_CHECK_EQUAL(found[unit].words, expected[unit].words);
    BOOST_CHECK_EQUAL(found[unit].pairs, expected[unit].pairs);
  }
}

BOOST_DATA_TEST_CASE(every_pair_within_the_window_and_the_sentence_counts_once,
                     kModes* kSentences* data::make({1, 5, 70}), mode, sentences, window) {
  Setup setup(sentences.text, test::fixed_window(mode, window));
  std::size_t words = 0;
  std::size_t pairs = 0;
  for (const auto length : sentences.lengths) {
    words += length;
    const bool skip_gram = mode.model == Word2VecModel::kSkipGram;
    const auto centres = length > 1 ? length : 0;  // each has a context
    pairs +=
        skip_gram ? test::pairs_of_sentence(length, static_cast<std::size_t>(window)) : centres;
  }
  const auto tally = setup.train<BlockWorker>();
  BOOST_CHECK_EQUAL(tally.words, words);
  BOOST_CHECK_EQUAL(tally.pairs, pairs);
}

BOOST_DATA_TEST_CASE(a_word_alone_in_its_sentence_learns_nothing, kModes, mode) {
  Setup setup("a b\nlonely\nb a b\n", test::fixed_window(mode, 5));
  const auto before = setup.task().input;
  setup.train<BlockWorker>();
  const auto same_row = [&](std::string_view word) {
    const auto id = setup.vocabulary().find(word).value();
    return std::ranges::equal(setup.task().input.row(id), before.row(id));
  };
  BOOST_CHECK(same_row("lonely"));
  BOOST_CHECK(!same_row("a"));
  BOOST_CHECK(!same_row("b"));
}

BOOST_DATA_TEST_CASE(the_samples_do_not_depend_on_the_number_of_threads, kModes, mode) {
  // At the smallest rate no parameter changes, so the loss tells which pairs and noise were drawn.
  auto options = options_of(mode);
  options.alpha = test::kStandstill;
  options.sample = 1e-2;
  options.window = 2;
  options.negative = 2;
  options.shared_negatives = 8;
  options.epochs = 4;
  Setup setup(test::random_text(2500, 10, 50), options);
  test::check_samples_with_threads<BlockWorker>(setup);
}

BOOST_DATA_TEST_CASE(training_in_copies_or_private_rows_is_that_in_place,
                     kModes* data::make({5, 64}) * data::make({0.02, 0.2}), mode, block, alpha) {
  auto options = options_of(mode);
  options.block = block;
  options.epochs = 2;
  options.alpha = alpha;
  const auto text = test::random_text(20, 12, 30);
  Setup in_place(text, options);
  in_place.train<BlockWorker>();
  const auto check = [&](Setup& found) {
    const auto values = [](const Matrix& matrix) {
      return test::flattened(test::to_double(matrix));
    };
    BOOST_CHECK_LE(test::relative_error(values(found.task().input), values(in_place.task().input)),
                   1e-5);
    BOOST_CHECK_LE(
        test::relative_error(values(found.task().output), values(in_place.task().output)), 1e-5);
  };

  Setup copied(text, options);
  BlockWorker copying(copied.task(), RowUse::kCopied);
  for (std::size_t unit = 0; unit < copied.task().units(); ++unit) {
    copying.begin(unit);
    while (copying.run_round()) {
      for (std::size_t shard = 0; shard < RowCopies::kShards; ++shard) {
        copying.changes().apply(shard);
      }
    }
  }
  check(copied);

  Setup with_private(text, options);
  {
    BlockWorker worker(with_private.task(), RowUse::kPrivate);
    for (std::size_t unit = 0; unit < with_private.task().units(); ++unit) worker.run(unit);
  }
  check(with_private);
}

BOOST_AUTO_TEST_SUITE_END()

// With the parameters fixed, what differs between the two ways of training is which noise is drawn.
BOOST_AUTO_TEST_SUITE(blockwise_and_pairwise)

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
