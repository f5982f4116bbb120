#include "embed/train/unit_sampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/corpus.h"
#include "tests/support/reference_word2vec.h"
#include "tests/support/task.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(unit_sampler)

namespace data = boost::unit_test::data;

using test::kSentences;
using test::Setup;

constexpr test::Mode kMode{Word2VecModel::kSkipGram, Loss::kNegativeSampling};

std::vector<std::size_t> context_of(const SampledUnit& unit, std::size_t i) {
  std::vector<std::size_t> places;
  for (auto j = i - unit.left[i]; j <= i + unit.right[i]; ++j) {
    if (j != i) places.push_back(j);
  }
  return places;
}

// Five standard deviations of the number of successes.
double five_sigma(double trials, double p) { return 5 * std::sqrt(trials * p * (1 - p)); }

BOOST_DATA_TEST_CASE(samples_agree_with_the_reference,
                     data::make({0.0, 0.02}) * data::make({1, 4, 30}) *
                         data::make({"drawn", "fixed"}) * data::make({3, 12, 3000}),
                     sample, window, window_size, length) {
  auto options = test::options_of(kMode);
  options.sample = sample;
  options.window = window;
  options.window_size = enum_from_name<WindowSize>(window_size).value();
  options.epochs = 2;
  const auto words = static_cast<std::size_t>(length);
  Setup setup(test::random_text(12'000 / words, words, 30), options);
  UnitSampler sampler(setup.task());
  for (std::size_t unit = 0; unit < setup.task().units(); ++unit) {
    const auto& found = sampler.draw(unit);
    RandomStream random(0);
    const auto expected = test::draw_centres(setup.task(), unit, random);
    BOOST_REQUIRE_EQUAL(found.words.size(), expected.size());
    BOOST_REQUIRE_EQUAL(found.left.size(), expected.size());
    BOOST_REQUIRE_EQUAL(found.right.size(), expected.size());
    bool same = true;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      same =
          same && found.words[i] == expected[i].word && context_of(found, i) == expected[i].context;
    }
    BOOST_CHECK(same);
    // Noise words come next in the stream.
    BOOST_CHECK_EQUAL(sampler.random()(), random());
  }
}

BOOST_DATA_TEST_CASE(fixed_windows_end_where_the_sentence_does,
                     kSentences* data::make<std::size_t>({1, 2, 5, 20, 2000}), sentences, window) {
  Setup setup(sentences.text, test::fixed_window(kMode, static_cast<int>(window)));
  UnitSampler sampler(setup.task());
  const auto& unit = sampler.draw(0);
  std::size_t i = 0;
  for (const auto length : sentences.lengths) {
    for (std::size_t place = 0; place < length; ++place, ++i) {
      BOOST_REQUIRE_LT(i, unit.words.size());
      BOOST_REQUIRE_EQUAL(unit.left[i], std::min(window, place));
      BOOST_REQUIRE_EQUAL(unit.right[i], std::min(window, length - 1 - place));
    }
  }
  BOOST_CHECK_EQUAL(unit.words.size(), i);
  BOOST_CHECK_EQUAL(unit.left.size(), i);
  BOOST_CHECK_EQUAL(unit.right.size(), i);
  BOOST_CHECK_EQUAL(unit.corpus_words, i);
}

BOOST_AUTO_TEST_CASE(a_sentence_is_cut_by_the_words_that_subsampling_kept) {
  // Of 5000 words about a fifth is kept: more than 1000, which is where it is cut, or less.
  auto options = test::fixed_window(kMode, 7);
  options.epochs = 40;
  options.sample = 0.02;
  Setup setup(test::one_sentence(5000), options);
  UnitSampler sampler(setup.task());
  int cut = 0;
  for (std::size_t unit = 0; unit < 40; ++unit) {
    const auto& sample = sampler.draw(unit);
    BOOST_CHECK_EQUAL(sample.corpus_words, 5000);
    for (std::size_t i = 0; i < sample.words.size(); ++i) {
      const auto place = i % kMaxSentence;
      const auto length = std::min(kMaxSentence, sample.words.size() - (i - place));
      BOOST_REQUIRE_EQUAL(sample.left[i], std::min<std::size_t>(7, place));
      BOOST_REQUIRE_EQUAL(sample.right[i], std::min<std::size_t>(7, length - 1 - place));
    }
    cut += sample.words.size() > kMaxSentence;
  }
  BOOST_CHECK_GT(cut, 0);
}

BOOST_AUTO_TEST_CASE(drawn_windows_are_uniform_and_of_the_same_width_to_both_sides) {
  constexpr std::uint32_t kWindow = 5;
  auto options = test::options_of(kMode);
  options.window = kWindow;
  options.epochs = 50;
  Setup setup(test::one_sentence(1000), options);
  UnitSampler sampler(setup.task());
  std::vector<int> times(kWindow + 1);
  for (std::size_t unit = 0; unit < 50; ++unit) {
    const auto& sample = sampler.draw(unit);
    for (std::size_t i = kWindow; i < 1000 - kWindow; ++i) {
      BOOST_REQUIRE_EQUAL(sample.left[i], sample.right[i]);
      ++times.at(sample.left[i]);
    }
  }
  constexpr double kDraws = 50 * (1000 - 2 * kWindow);
  BOOST_CHECK_EQUAL(times[0], 0);
  for (std::uint32_t radius = 1; radius <= kWindow; ++radius) {
    BOOST_CHECK_SMALL(times[radius] - kDraws / kWindow, five_sigma(kDraws, 1.0 / kWindow));
  }
}

BOOST_AUTO_TEST_CASE(words_are_kept_with_the_probability_of_subsampling) {
  constexpr double kThreshold = 0.01;
  auto options = test::options_of(kMode);
  options.sample = kThreshold;
  options.epochs = 20;
  Setup setup(test::random_text(500, 10, 20), options);
  UnitSampler sampler(setup.task());
  const auto counts = setup.vocabulary().counts();
  std::vector<int> kept(counts.size());
  for (std::size_t unit = 0; unit < setup.task().units(); ++unit) {
    for (const auto word : sampler.draw(unit).words) ++kept.at(word);
  }
  for (std::size_t word = 0; word < counts.size(); ++word) {
    const double f = static_cast<double>(counts[word]) / 5000;
    const double p = std::min(1.0, (std::sqrt(f / kThreshold) + 1) * kThreshold / f);
    const double trials = 20 * static_cast<double>(counts[word]);
    BOOST_CHECK_SMALL(kept[word] - trials * p, five_sigma(trials, p) + 0.5);
  }
}

BOOST_AUTO_TEST_CASE(samples_do_not_depend_on_what_was_drawn_before) {
  auto options = test::options_of(kMode);
  options.sample = 0.02;
  options.epochs = 3;
  Setup setup(test::random_text(5000, 10, 50), options);
  const auto units = setup.task().units();
  BOOST_REQUIRE_GE(units, 12);
  UnitSampler in_order(setup.task());
  UnitSampler backwards(setup.task());
  std::vector<SampledUnit> expected;
  std::vector<std::uint64_t> next;
  for (std::size_t unit = 0; unit < units; ++unit) {
    expected.push_back(in_order.draw(unit));
    next.push_back(in_order.random()());
  }
  for (auto unit = units; unit-- > 0;) {
    const auto& found = backwards.draw(unit);
    BOOST_CHECK(found.words == expected[unit].words);
    BOOST_CHECK(found.left == expected[unit].left);
    BOOST_CHECK(found.right == expected[unit].right);
    BOOST_CHECK_EQUAL(found.corpus_words, expected[unit].corpus_words);
    BOOST_CHECK_EQUAL(backwards.random()(), next[unit]);
  }
  BOOST_CHECK(std::ranges::adjacent_find(next) == next.end());
}

BOOST_AUTO_TEST_CASE(each_epoch_takes_every_chunk_once) {
  auto options = test::options_of(kMode);
  options.epochs = 3;
  Setup setup(test::random_text(5000, 10, 50), options);
  const auto& corpus = setup.task().corpus;
  const auto chunks = corpus.chunks();
  BOOST_REQUIRE_GT(chunks, 3);
  std::vector<std::vector<WordId>> expected;
  for (std::size_t i = 0; i < chunks; ++i) {
    expected.emplace_back();
    for (const auto id : corpus.chunk(i)) {
      if (id != kSentenceEnd) expected.back().push_back(id);
    }
  }
  std::ranges::sort(expected);
  UnitSampler sampler(setup.task());
  for (std::size_t epoch = 0; epoch < 3; ++epoch) {
    std::vector<std::vector<WordId>> found;
    std::uint64_t words = 0;
    for (std::size_t i = 0; i < chunks; ++i) {
      const auto& unit = sampler.draw(epoch * chunks + i);
      found.push_back(unit.words);
      words += unit.corpus_words;
    }
    std::ranges::sort(found);
    BOOST_CHECK(found == expected);
    BOOST_CHECK_EQUAL(words, corpus.words());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
