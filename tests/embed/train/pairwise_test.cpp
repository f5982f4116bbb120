#include "embed/train/pairwise.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/support/corpus.h"
#include "tests/support/modes.h"
#include "tests/support/reference_word2vec.h"
#include "tests/support/task.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(pairwise)

namespace data = boost::unit_test::data;

using test::fixed_window;
using test::kModes;
using test::kSentences;
using test::options_of;
using test::Setup;

BOOST_DATA_TEST_CASE(training_agrees_with_the_reference,
                     kModes* data::make({0.0, 0.02}) * data::make({1, 4}) *
                         data::make({"drawn", "fixed"}),
                     mode, sample, window, window_size) {
  auto options = options_of(mode);
  options.sample = sample;
  options.window = window;
  options.window_size = enum_from_name<WindowSize>(window_size).value();
  options.epochs = 2;
  options.alpha = 0.1;
  Setup setup(test::random_text(20, 12, 30), options);
  test::ReferenceWord2Vec reference(setup.task());
  const auto before = setup.task().input;
  PairwiseWorker worker(setup.task(), RowUse::kShared);
  for (std::size_t unit = 0; unit < setup.task().units(); ++unit) {
    const auto tally = worker.run(unit);
    const auto expected = reference.run_pairwise(unit);
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

BOOST_DATA_TEST_CASE(every_pair_within_the_window_and_the_sentence_counts_once,
                     kModes* kSentences* data::make({1, 2, 5, 20}), mode, sentences, window) {
  Setup setup(sentences.text, fixed_window(mode, window));
  std::size_t words = 0;
  std::size_t pairs = 0;
  for (const auto length : sentences.lengths) {
    words += length;
    const bool skip_gram = mode.model == Word2VecModel::kSkipGram;
    const auto centres = length > 1 ? length : 0;  // each has a context
    pairs +=
        skip_gram ? test::pairs_of_sentence(length, static_cast<std::size_t>(window)) : centres;
  }
  const auto tally = setup.train<PairwiseWorker>();
  BOOST_CHECK_EQUAL(tally.words, words);
  BOOST_CHECK_EQUAL(tally.pairs, pairs);
}

BOOST_DATA_TEST_CASE(a_word_alone_in_its_sentence_learns_nothing, kModes, mode) {
  Setup setup("a b\nlonely\nb a b\n", fixed_window(mode, 5));
  const auto before = setup.task().input;
  setup.train<PairwiseWorker>();
  const auto same_row = [&](std::string_view word) {
    const auto id = setup.vocabulary().find(word).value();
    return std::ranges::equal(setup.task().input.row(id), before.row(id));
  };
  BOOST_CHECK(same_row("lonely"));
  BOOST_CHECK(!same_row("a"));
  BOOST_CHECK(!same_row("b"));
}

BOOST_AUTO_TEST_CASE(drawn_windows_are_uniform) {
  constexpr int kWindow = 5;
  constexpr int kSize = 1000;
  constexpr int kRepeats = 50;
  auto options = options_of({Word2VecModel::kSkipGram, Loss::kNegativeSampling});
  options.window = kWindow;
  options.epochs = kRepeats;
  Setup setup(test::one_sentence(kSize), options);
  double expected = 0;
  double variance = 0;
  for (int i = 0; i < kSize; ++i) {
    double sum = 0;
    double squares = 0;
    for (int radius = 1; radius <= kWindow; ++radius) {
      const double pairs = std::min(radius, i) + std::min(radius, kSize - 1 - i);
      sum += pairs / kWindow;
      squares += pairs * pairs / kWindow;
    }
    expected += kRepeats * sum;
    variance += kRepeats * (squares - sum * sum);
  }
  BOOST_CHECK_SMALL(static_cast<double>(setup.train<PairwiseWorker>().pairs) - expected,
                    5 * std::sqrt(variance));
}

BOOST_AUTO_TEST_CASE(words_that_subsampling_drops_leave_no_gap) {
  // "the" is kept with probability 0.012, the others always, and so become neighbours.
  constexpr int kLines = 1000;
  std::string text;
  for (int i = 0; i < kLines; ++i) {
    text += fmt::format("x{} the the the the the y{}\n", i, i);
  }
  auto options = fixed_window({Word2VecModel::kSkipGram, Loss::kNegativeSampling}, 1);
  options.sample = 1e-4;
  Setup setup(text, options);
  const double f = 5.0 / 7;
  const double p = (std::sqrt(f / 1e-4) + 1) * 1e-4 / f;
  const double kept = 5 * kLines * p;
  BOOST_CHECK_SMALL(static_cast<double>(setup.train<PairwiseWorker>().pairs) - 2 * (kLines + kept),
                    2 * 5 * std::sqrt(kept * (1 - p)));
}

BOOST_DATA_TEST_CASE(the_samples_do_not_depend_on_the_number_of_threads, kModes, mode) {
  // At the smallest rate no parameter changes, so the loss tells which pairs and noise were drawn.
  auto options = options_of(mode);
  options.alpha = test::kStandstill;
  options.sample = 1e-2;
  options.window = 2;
  options.negative = 2;
  options.epochs = 4;
  Setup setup(test::random_text(2500, 10, 50), options);
  test::check_samples_with_threads<PairwiseWorker>(setup);
}

BOOST_AUTO_TEST_CASE(epochs_and_seeds_draw_other_samples) {
  auto options = options_of({Word2VecModel::kSkipGram, Loss::kNegativeSampling});
  options.alpha = test::kStandstill;
  options.epochs = 2;
  const auto text = test::random_text(50, 12, 50);
  const auto loss = [&](std::uint64_t seed, std::size_t unit) {
    auto with_seed = options;
    with_seed.seed = seed;
    Setup setup(text, with_seed);
    return PairwiseWorker(setup.task(), RowUse::kShared).run(unit).loss;
  };
  BOOST_CHECK_EQUAL(loss(1, 0), loss(1, 0));
  BOOST_CHECK_NE(loss(1, 0), loss(1, 1));
  BOOST_CHECK_NE(loss(1, 0), loss(2, 0));
}

BOOST_DATA_TEST_CASE(training_in_copies_is_that_in_place, kModes, mode) {
  auto options = options_of(mode);
  options.epochs = 2;
  const auto text = test::random_text(20, 12, 30);
  Setup in_place(text, options);
  in_place.train<PairwiseWorker>();
  Setup copied(text, options);
  copied.train_in_copies<PairwiseWorker>();
  BOOST_CHECK(copied.task().input == in_place.task().input);
  BOOST_CHECK(copied.task().output == in_place.task().output);
}

BOOST_AUTO_TEST_CASE(noise_that_is_the_target_is_left_out) {
  // Of one word, all noise is the target; the loss has the positive pairs alone.
  Setup setup("a a a a a\n", fixed_window({Word2VecModel::kSkipGram, Loss::kNegativeSampling}, 2));
  setup.task().input.row(0)[0] = 2;
  const auto x = test::to_double(setup.task().input.row(0));
  test::ReferenceWord2Vec reference(setup.task());
  const auto tally = setup.train<PairwiseWorker>();
  BOOST_CHECK_CLOSE_FRACTION(tally.loss, reference.run_pairwise(0).loss, 1e-5);
  BOOST_CHECK_EQUAL(tally.pairs, 14);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
