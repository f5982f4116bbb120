#include "embed/train/blockwise.h"

#include <algorithm>
#include <array>
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

BOOST_AUTO_TEST_SUITE(blockwise)

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
  Setup setup("a b a b a\nlonely\nb a b\n", test::fixed_window(mode, 2));
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
  copied.train_in_copies<BlockWorker>();
  check(copied);

  Setup with_private(text, options);
  {
    BlockWorker worker(with_private.task(), RowUse::kPrivate);
    for (std::size_t unit = 0; unit < with_private.task().units(); ++unit) worker.run(unit);
  }
  check(with_private);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
