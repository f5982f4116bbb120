#include "embed/train/word2vec_task.h"

#include <algorithm>
#include <set>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/support/corpus.h"
#include "tests/support/task.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(word2vec_task)

using test::options_of;
using test::Setup;

BOOST_AUTO_TEST_CASE(the_rate_falls_linearly) {
  auto options = options_of({Word2VecModel::kSkipGram, Loss::kNegativeSampling});
  options.epochs = 5;
  options.alpha = 0.5;
  Setup setup(test::random_text(2000, 9, 40), options);
  const auto& task = setup.task();
  BOOST_REQUIRE_EQUAL(task.units(), 10);
  BOOST_CHECK_EQUAL(task.rate(0), 0.5f);
  for (std::size_t unit = 0; unit < task.units(); ++unit) {
    BOOST_CHECK_CLOSE_FRACTION(task.rate(unit), 0.5 - 0.05 * static_cast<double>(unit), 1e-6);
  }
}

BOOST_AUTO_TEST_CASE(the_rate_has_a_floor) {
  auto options = options_of({Word2VecModel::kCbow, Loss::kNegativeSampling});
  options.epochs = 1'000'000;
  Setup setup("a b\n", options);
  BOOST_CHECK_EQUAL(setup.task().rate(0), 0.05f);
  BOOST_CHECK_CLOSE_FRACTION(setup.task().rate(500'000), 0.025, 1e-6);
  for (const std::size_t unit : {999'901, 999'999}) {
    BOOST_CHECK_CLOSE_FRACTION(setup.task().rate(unit), 0.05 * kAlphaFloor, 1e-6);
  }
}

BOOST_AUTO_TEST_CASE(each_epoch_takes_every_chunk_once_in_an_order_of_its_own) {
  Word2VecOptions options;
  options.epochs = 3;
  options.dim = 1;
  Setup setup(test::random_text(20, 5'000, 30), options);
  const auto chunks = setup.task().units() / 3;
  BOOST_REQUIRE_GT(chunks, 5);
  std::set<std::vector<std::uint32_t>> orders;
  for (std::size_t epoch = 0; epoch < 3; ++epoch) {
    auto order = setup.task().order(epoch);
    orders.insert(order);
    std::ranges::sort(order);
    BOOST_REQUIRE_EQUAL(order.size(), chunks);
    for (std::size_t i = 0; i < chunks; ++i) BOOST_CHECK_EQUAL(order[i], i);
  }
  BOOST_CHECK_EQUAL(orders.size(), 3);
}

BOOST_AUTO_TEST_CASE(rounds_are_shorter_where_steps_are_long_or_words_frequent) {
  Word2VecOptions options;
  BOOST_CHECK_EQUAL(options.round_words({.noise = 0.015, .word = 0.005}), 58);
  // 0.7 is the most that alpha times the pairs of a word in a round may be.
  BOOST_CHECK_EQUAL(options.round_words({.noise = 0.1}), 9);   // 0.7 / (0.025 * 6 pairs * 5 * 0.1)
  BOOST_CHECK_EQUAL(options.round_words({.word = 0.05}), 15);  // 0.7 / (0.025 * 6 pairs * 6 * 0.05)
  options.window_size = WindowSize::kFixed;
  BOOST_CHECK_EQUAL(options.round_words({.noise = 0.1}), 5);
  options.alpha = 1e6;
  BOOST_CHECK_EQUAL(options.round_words({.noise = 0.015, .word = 0.012}), 1);
  options.alpha = 1e-12;
  BOOST_CHECK_EQUAL(options.round_words({.noise = 1, .word = 1}), 64);
  Word2VecOptions softmax;
  softmax.loss = Loss::kHierarchicalSoftmax;
  softmax.alpha = 0.03;
  BOOST_CHECK_EQUAL(softmax.round_words({.word = 0.012}), 16);  // 3 / (0.03 * 6 pairs)
  softmax.model = Word2VecModel::kCbow;
  BOOST_CHECK_EQUAL(softmax.round_words({.word = 0.012}), 64);
  softmax.alpha = 0.05;
  softmax.window = 20;
  // 0.7 / (0.05 * 21 words * 6 nodes * 0.08 * sqrt(0.08))
  BOOST_CHECK_EQUAL(softmax.round_words({.word = 0.08}), 4);
}

BOOST_AUTO_TEST_CASE(a_block_of_wide_windows_is_short) {
  Word2VecOptions options;
  options.window_size = WindowSize::kFixed;
  options.window = 20;
  BOOST_CHECK_EQUAL(options.block_words({}), 4);  // 36 / (0.025 * 40 pairs * 5 noise words) is 7.2
  options.window = 60;
  BOOST_CHECK_EQUAL(options.block_words({}), 2);
  options.alpha = 0.1;
  BOOST_CHECK_EQUAL(options.block_words({}), 1);
}

BOOST_AUTO_TEST_CASE(a_block_is_not_longer_than_a_round) {
  const LargestShares shares{.noise = 0.015, .word = 0.012};
  Word2VecOptions options;
  options.updates = Updates::kLockstep;
  BOOST_CHECK_EQUAL(options.block_words(shares), 16);
  options.window = 20;
  BOOST_CHECK_EQUAL(options.round_words(shares), 15);
  BOOST_CHECK_EQUAL(options.block_words(shares), 12);
  options.alpha = 0.1;
  BOOST_CHECK_EQUAL(options.round_words(shares), 3);
  BOOST_CHECK_EQUAL(options.block_words(shares), 3);
  options.block = 16;
  BOOST_CHECK_EQUAL(options.block_words(shares), 16);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
