#include "common/statistics.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <optional>
#include <ostream>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "common/parallel.h"
#include "common/random.h"

namespace wordkin {
namespace {

namespace data = boost::unit_test::data;
using boost::test_tools::per_element;

constexpr double kTolerance = 1e-12;

void check_near(double found, double expected) {
  BOOST_CHECK_MESSAGE(std::abs(found - expected) <= kTolerance, found << " != " << expected);
}

BOOST_AUTO_TEST_SUITE(shares)

BOOST_AUTO_TEST_CASE(of_nothing_are_0) {
  BOOST_CHECK_EQUAL(share(3, 4), 0.75);
  BOOST_CHECK_EQUAL(share(0, 0), 0);
}

// References: SciPy's binomtest().proportion_ci(method="wilson").
BOOST_AUTO_TEST_CASE(have_the_interval_of_wilson) {
  check_near(wilson_interval(10, 15).low, 0.41713547738519774);
  check_near(wilson_interval(10, 15).high, 0.8482367556028528);
  check_near(wilson_interval(8, 16).low, 0.27999563610326017);
  BOOST_CHECK_EQUAL(wilson_interval(0, 5).low, 0);
  BOOST_CHECK_EQUAL(wilson_interval(5, 5).high, 1);
  BOOST_CHECK(wilson_interval(0, 0) == (Interval{0, 1}));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(correlations)

BOOST_AUTO_TEST_CASE(rank_equal_values_equally) {
  BOOST_TEST(ranks(std::vector<double>{3, -1, 3, 10, 3}) == std::vector<double>({2, 0, 2, 4, 2}),
             per_element());
  BOOST_TEST(ranks(std::vector<double>{0.0, -0.0}) == std::vector<double>({0.5, 0.5}),
             per_element());
  BOOST_CHECK(ranks({}).empty());
}

struct KnownCorrelation {
  std::vector<double> x;
  std::vector<double> y;
  std::optional<double> pearson;
  std::optional<double> spearman;

  friend std::ostream& operator<<(std::ostream& out, const KnownCorrelation& known) {
    for (const double value : known.x) out << value << ' ';
    out << "and ";
    for (const double value : known.y) out << value << ' ';
    return out;
  }
};

const auto kKnown = data::make(std::vector<KnownCorrelation>{
    {{1, 2, 3}, {2, 4, 6}, 1, 1},
    {{1, 2, 3}, {6, 4, 2}, -1, -1},
    {{1, 2, 3}, {1, 4, 9}, 8 / std::sqrt(2 * 98 / 3.0), 1},
    {{1, 2, 3, 4}, {1, -1, -1, 1}, 0, 0},
    // IQ and hours of television a week, the example of Wikipedia's article on Spearman's rho.
    {{106, 100, 86, 101, 99, 103, 97, 113, 112, 110},
     {7, 27, 2, 50, 28, 29, 20, 12, 6, 17},
     -0.07021632602905677,
     -29.0 / 165},
    // Ranks 1, 2.5, 2.5, 4 and 1, 3, 3, 3.
    {{1, 2, 2, 3}, {0, 5, 5, 5}, 5 / std::sqrt(2 * 18.75), 3 / std::sqrt(4.5 * 3)},
    {{1e100, 2e100, 3e100}, {1e-100, 2e-100, 3e-100}, 1, 1},
    {{1, 1, 1}, {1, 2, 3}, {}, {}},
    {{1, 2, 3}, {7, 7, 7}, {}, {}},
    {{0.1, 0.1, 0.1}, {1, 2, 3}, {}, {}},              // the mean is not 0.1
    {{1e300, 0, 0}, {1, 2, 3}, {}, -std::sqrt(0.75)},  // the sum of squares overflows
    {{1e-300, 0, 0}, {1, 2, 3}, {}, -std::sqrt(0.75)},
    {{1}, {2}, {}, {}},
    {{}, {}, {}, {}},
});

void check_same(std::optional<double> found, std::optional<double> expected) {
  BOOST_REQUIRE_EQUAL(found.has_value(), expected.has_value());
  if (expected) BOOST_CHECK_SMALL(*found - *expected, 1e-12);
}

BOOST_DATA_TEST_CASE(of_known_samples, kKnown, known) {
  check_same(pearson(known.x, known.y), known.pearson);
  check_same(pearson(known.y, known.x), known.pearson);
  check_same(spearman(known.x, known.y), known.spearman);
  check_same(spearman(known.y, known.x), known.spearman);
}

BOOST_AUTO_TEST_CASE(of_resamples_are_those_of_the_items_drawn) {
  const std::vector<double> x{5, 1, 3, 3, 8, 1};
  const std::vector<double> y{2, 7, 7, 1, 0, 4};
  const PairedSample sample(x, y);
  auto random = stream(1, "resamples", 0);
  for (int round = 0; round < 100; ++round) {
    std::vector<std::uint32_t> items(1 + random.below(12));
    for (auto& item : items) item = random.below(6);
    std::vector<double> drawn_x;
    std::vector<double> drawn_y;
    for (const auto item : items) {
      drawn_x.push_back(x[item]);
      drawn_y.push_back(y[item]);
    }
    BOOST_CHECK(sample.pearson(items) == pearson(drawn_x, drawn_y));
    BOOST_CHECK(sample.spearman(items) == spearman(drawn_x, drawn_y));
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(bootstrap)

// The mean of values, which are their own numbers.
std::optional<double> mean(Resample items) {
  double sum = 0;
  for (const auto item : items) sum += item;
  return sum / static_cast<double>(items.size());
}

BOOST_AUTO_TEST_CASE(interval_of_a_mean_is_near_that_of_the_normal_distribution) {
  // The mean of 1000 draws from 0 .. 999 has the standard deviation 288.675 / sqrt(1000).
  const auto found = bootstrap_interval(1000, mean).value();
  const auto reach = 1.959964 * std::sqrt((1e6 - 1) / 12 / 1000);
  BOOST_CHECK_SMALL(found.low - (499.5 - reach), 1.0);
  BOOST_CHECK_SMALL(found.high - (499.5 + reach), 1.0);
}

BOOST_AUTO_TEST_CASE(quantiles_lie_between_the_values_found) {
  // 41 resamples; each statistic is the next of 0 .. 40, so that 2.5 % of the way is 1.
  std::atomic<int> next = 0;
  const auto found = bootstrap_interval(
      7, [&](Resample) -> std::optional<double> { return next++; }, {.resamples = 41, .seed = 1});
  BOOST_CHECK_EQUAL(found.value().low, 1);
  BOOST_CHECK_EQUAL(found.value().high, 39);
}

BOOST_AUTO_TEST_CASE(resamples_draw_all_items_equally_often) {
  std::vector<std::atomic<int>> drawn(5);
  std::atomic<std::size_t> all = 0;
  bootstrap_interval(5, [&](Resample items) -> std::optional<double> {
    all += items.size();
    for (const auto item : items) ++drawn.at(item);
    return 0;
  });
  BOOST_CHECK_EQUAL(all, 50'000);
  for (const auto& count : drawn) BOOST_CHECK_SMALL(count - 10'000, 400);
}

BOOST_AUTO_TEST_CASE(is_the_same_for_any_number_of_threads_and_another_for_another_seed) {
  const auto interval = [](int threads, std::uint64_t seed) {
    return with_threads(threads, [&] {
      return bootstrap_interval(50, mean, {.resamples = 1000, .seed = seed}).value();
    });
  };
  BOOST_CHECK(interval(1, 1) == interval(3, 1));
  BOOST_CHECK(!(interval(1, 1) == interval(1, 2)));
}

BOOST_AUTO_TEST_CASE(has_no_end_where_the_statistic_is_often_undefined) {
  const auto undefined_in = [](int resamples) {
    std::atomic<int> next = 0;
    return bootstrap_interval(
        7, [&](Resample) { return next++ < resamples ? std::optional<double>() : 1.0; },
        {.resamples = 400, .seed = 1});
  };
  BOOST_CHECK(undefined_in(10));
  BOOST_CHECK(!undefined_in(11));
  BOOST_CHECK(!undefined_in(400));
  BOOST_CHECK(!bootstrap_interval(0, mean));
}

BOOST_AUTO_TEST_CASE(stops_when_asked_to) {
  std::stop_source source;
  source.request_stop();
  BOOST_CHECK_THROW(
      bootstrap_interval(5, mean, {}, {.on_progress = {}, .stop = source.get_token()}),
      Interrupted);
}

BOOST_AUTO_TEST_CASE(refuses_too_few_resamples) {
  BOOST_CHECK_THROW(bootstrap_interval(5, mean, {.resamples = 39, .seed = 1}), UsageError);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(mcnemar_test)

// Of `b` items that only a classifies rightly, `c` that only b does, and one of either other kind.
McNemar mcnemar_of(std::size_t b, std::size_t c) {
  const std::vector<std::uint32_t> truth(b + c + 2, 2);
  std::vector<std::uint32_t> predicted_a(truth.size(), 2);
  std::vector<std::uint32_t> predicted_b(truth.size(), 2);
  std::fill_n(predicted_b.begin(), b, 0);
  std::fill_n(predicted_a.begin() + static_cast<std::ptrdiff_t>(b), c, 1);
  predicted_a.back() = 0;
  predicted_b.back() = 1;
  return mcnemar(truth, predicted_a, predicted_b);
}

BOOST_AUTO_TEST_CASE(counts_discordant_items) {
  const auto found = mcnemar_of(3, 5);
  BOOST_CHECK_EQUAL(found.only_a_right, 3);
  BOOST_CHECK_EQUAL(found.only_b_right, 5);
}

BOOST_AUTO_TEST_CASE(has_the_p_value_of_the_binomial_distribution) {
  BOOST_CHECK_EQUAL(mcnemar_of(0, 0).p_value, 1);
  BOOST_CHECK_EQUAL(mcnemar_of(5, 5).p_value, 1);
  check_near(mcnemar_of(2, 3).p_value, 1);
  check_near(mcnemar_of(0, 1).p_value, 1);
  check_near(mcnemar_of(0, 3).p_value, 0.25);
  check_near(mcnemar_of(1, 9).p_value, 22.0 / 1024);
  check_near(mcnemar_of(9, 1).p_value, 22.0 / 1024);
}

BOOST_AUTO_TEST_CASE(is_exact_for_large_counts_too) {
  // The references are from Python's integers.
  BOOST_CHECK_CLOSE_FRACTION(mcnemar_of(480, 620).p_value, 2.7131381093007078e-05, 1e-10);
  BOOST_CHECK_CLOSE_FRACTION(mcnemar_of(12100, 11900).p_value, 0.19895224642995016, 1e-10);
  BOOST_CHECK_CLOSE_FRACTION(mcnemar_of(0, 1000).p_value, 0x1p-999, 1e-10);
  BOOST_CHECK_EQUAL(mcnemar_of(2, 5000).p_value, 0);
}

BOOST_AUTO_TEST_CASE(refuses_sizes_that_do_not_match) {
  const std::vector<std::uint32_t> two{0, 1};
  const std::vector<std::uint32_t> one{0};
  BOOST_CHECK_THROW(mcnemar({}, {}, {}), UsageError);
  BOOST_CHECK_THROW(mcnemar(two, one, two), UsageError);
  BOOST_CHECK_THROW(mcnemar(two, two, one), UsageError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
