#include "embed/train/samplers.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace wordkin {
namespace {

namespace data = boost::unit_test::data;

using Counts = std::vector<std::uint64_t>;

constexpr int kDraws = 400'000;

// Five standard deviations of the number of successes.
double five_sigma(double probability) {
  return 5 * std::sqrt(kDraws * probability * (1 - probability));
}

Counts zipf_counts(std::size_t size) {
  Counts counts(size);
  for (std::size_t i = 0; i < size; ++i) counts[i] = 1'000'000 / (i + 1);
  return counts;
}

double total_of(const Counts& counts) { return std::accumulate(counts.begin(), counts.end(), 0.0); }

BOOST_AUTO_TEST_SUITE(subsampler)

int times_kept(const Subsampler& sampler, WordId word) {
  auto random = stream(1, "subsampler test", word);
  int kept = 0;
  for (int i = 0; i < kDraws; ++i) kept += sampler.keeps(word, random);
  return kept;
}

BOOST_DATA_TEST_CASE(keeps_words_with_the_probability_of_word2vec,
                     data::make({1e-2, 1e-3, 1e-4, 1e-5}), threshold) {
  const auto counts = zipf_counts(30);
  const Subsampler sampler(counts, threshold);
  for (WordId word = 0; word < counts.size(); ++word) {
    const double f = static_cast<double>(counts[word]) / total_of(counts);
    const double p = std::min(1.0, (std::sqrt(f / threshold) + 1) * threshold / f);
    BOOST_TEST_CONTEXT("count " << counts[word]) {
      BOOST_CHECK_SMALL(times_kept(sampler, word) - kDraws * p, five_sigma(p) + 0.5);
    }
  }
}

BOOST_AUTO_TEST_CASE(never_drops_a_word_whose_probability_reaches_1) {
  // f = 0.001 and t = 0.001: (1 + 1) * 1 = 2.
  const Subsampler sampler(Counts{999'000, 1000}, 1e-3);
  BOOST_CHECK_EQUAL(times_kept(sampler, 1), kDraws);
}

BOOST_AUTO_TEST_CASE(keeps_every_word_without_a_threshold) {
  const Subsampler sampler(Counts{std::uint64_t{1} << 60, 1}, 0);
  for (const WordId word : {0, 1}) BOOST_CHECK_EQUAL(times_kept(sampler, word), kDraws);
}

BOOST_AUTO_TEST_CASE(knows_the_largest_share_of_what_it_keeps) {
  BOOST_CHECK_CLOSE_FRACTION(Subsampler(Counts{6, 3, 1}, 0).largest_share(), 0.6, 1e-6);
  // f = 0.9 and 0.1, t = 0.1: kept with (3 + 1) / 9 and 1, so 0.4 of 0.5.
  BOOST_CHECK_CLOSE_FRACTION(Subsampler(Counts{900, 100}, 0.1).largest_share(), 0.8, 1e-6);
  // What is kept in full may be more than what is frequent.
  BOOST_CHECK_CLOSE_FRACTION(Subsampler(Counts{999'000, 1000}, 1e-9).largest_share(),
                             std::sqrt(0.999) / (std::sqrt(0.999) + std::sqrt(0.001)), 1e-3);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(negative_sampler)

std::vector<int> draw_many(const Counts& counts, double exponent) {
  const NegativeSampler sampler(counts, exponent);
  auto random = stream(1, "negative sampler test", 0);
  std::vector<int> drawn(counts.size());
  for (int i = 0; i < kDraws; ++i) ++drawn.at(sampler.draw(random));
  return drawn;
}

BOOST_DATA_TEST_CASE(draws_words_in_proportion_to_a_power_of_their_counts,
                     data::make({0.75, 0.5, 1.0, -0.5}) * data::make({2, 3, 50, 64, 100}), exponent,
                     size) {
  const auto counts = zipf_counts(static_cast<std::size_t>(size));
  double norm = 0;
  for (const auto count : counts) norm += std::pow(static_cast<double>(count), exponent);
  const auto drawn = draw_many(counts, exponent);
  double chi_square = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double p = std::pow(static_cast<double>(counts[i]), exponent) / norm;
    BOOST_CHECK_SMALL(drawn[i] - kDraws * p, five_sigma(p));
    chi_square += (drawn[i] - kDraws * p) * (drawn[i] - kDraws * p) / (kDraws * p);
  }
  // Mean size - 1, variance 2 (size - 1).
  BOOST_CHECK_LE(chi_square, size - 1 + 5 * std::sqrt(2.0 * (size - 1)));
}

BOOST_AUTO_TEST_CASE(draws_uniformly_for_the_exponent_0) {
  for (const auto drawn : draw_many(zipf_counts(7), 0)) {
    BOOST_CHECK_SMALL(drawn - kDraws / 7.0, five_sigma(1 / 7.0));
  }
}

BOOST_AUTO_TEST_CASE(of_equal_counts_draws_every_word_equally) {
  for (const auto drawn : draw_many(Counts(1000, 12), 0.75)) {
    BOOST_CHECK_SMALL(drawn - kDraws / 1000.0, five_sigma(1 / 1000.0));
  }
}

BOOST_DATA_TEST_CASE(draws_the_only_word_there_is, data::make({0.0, 0.75, 10.0, -10.0}), exponent) {
  BOOST_CHECK_EQUAL(draw_many(Counts{5}, exponent)[0], kDraws);
}

BOOST_AUTO_TEST_CASE(large_exponents_and_counts_do_not_overflow) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  const Counts counts{kMost, kMost, 1};
  const auto of_large = draw_many(counts, 10);
  BOOST_CHECK_EQUAL(of_large[2], 0);
  BOOST_CHECK_SMALL(of_large[0] - kDraws / 2.0, five_sigma(0.5));
  BOOST_CHECK_EQUAL(draw_many(counts, -10)[2], kDraws);
}

BOOST_DATA_TEST_CASE(a_word_without_a_count_is_no_noise, data::make({-0.5, 0.0, 0.75}), exponent) {
  const auto drawn = draw_many(Counts{3, 0, 2, 0}, exponent);
  BOOST_CHECK_GT(drawn[0], 0);
  BOOST_CHECK_EQUAL(drawn[1], 0);
  BOOST_CHECK_GT(drawn[2], 0);
  BOOST_CHECK_EQUAL(drawn[3], 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
