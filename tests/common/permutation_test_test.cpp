#include "common/permutation_test.h"

#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "common/parallel.h"
#include "common/random.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(permutation_tests)

using Values = std::vector<double>;

// As in a textbook: over all subsets, one after the other.
double partition_p(const Values& first, const Values& second) {
  auto values = first;
  values.insert(values.end(), second.begin(), second.end());
  const auto observed = std::accumulate(first.begin(), first.end(), 0.0);
  int reached = 0;
  int all = 0;
  for (std::uint32_t subset = 0; subset < 1U << values.size(); ++subset) {
    if (static_cast<std::size_t>(std::popcount(subset)) != first.size()) continue;
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) sum += (subset >> i & 1) != 0 ? values[i] : 0;
    ++all;
    reached += sum >= observed - 1e-9 ? 1 : 0;
  }
  return static_cast<double>(reached) / all;
}

double sign_flip_p(const Values& differences) {
  const auto observed = std::abs(std::accumulate(differences.begin(), differences.end(), 0.0));
  int reached = 0;
  const auto all = 1U << differences.size();
  for (std::uint32_t signs = 0; signs < all; ++signs) {
    double sum = 0;
    for (std::size_t i = 0; i < differences.size(); ++i) {
      sum += (signs >> i & 1) != 0 ? differences[i] : -differences[i];
    }
    reached += std::abs(sum) >= observed - 1e-9 ? 1 : 0;
  }
  return reached / static_cast<double>(all);
}

Values random_values(std::size_t count, double shift, std::uint64_t index) {
  auto random = stream(1, "values", index);
  Values values(count);
  // Few different values, so that there are ties.
  for (double& value : values) value = shift + 0.1 * random.below(12);
  return values;
}

BOOST_AUTO_TEST_CASE(partitions_worked_by_hand) {
  // Of the 6 ways to choose 2 of 1, 2, 3, 4, one has a sum of 7 and one of 6.
  const auto test = partition_test(Values{4, 3}, Values{1, 2});
  BOOST_CHECK_EQUAL(test.p_value, 1.0 / 6);
  BOOST_CHECK_EQUAL(test.permutations, 6);
  BOOST_CHECK(test.count == PermutationCount::kExact);
  BOOST_CHECK_EQUAL(test.standard_error, 0);
  BOOST_CHECK_EQUAL(partition_test(Values{4, 2}, Values{1, 3}).p_value, 2.0 / 6);
  BOOST_CHECK_EQUAL(partition_test(Values{1, 2}, Values{3, 4}).p_value, 1);
  BOOST_CHECK_EQUAL(partition_test(Values{4}, Values{1, 2, 3}).p_value, 1.0 / 4);
  BOOST_CHECK_EQUAL(partition_test(Values{1, 2, 4}, Values{3}).p_value, 3.0 / 4);
  BOOST_CHECK_EQUAL(partition_test(Values{0, 0}, Values{0}).p_value, 1);
}

BOOST_AUTO_TEST_CASE(partitions_as_counted_one_by_one) {
  for (std::size_t n = 1; n <= 8; ++n) {
    for (std::size_t m = 1; m <= 8; ++m) {
      const auto first = random_values(n, 0.2, 100 * n + m);
      const auto second = random_values(m, 0, 100 * n + m + 50);
      BOOST_CHECK_CLOSE(partition_test(first, second).p_value, partition_p(first, second), 1e-9);
    }
  }
}

BOOST_AUTO_TEST_CASE(many_partitions_are_counted_exactly) {
  // Each of the C(40, 20) partitions but one falls short.
  Values first(20);
  Values second(20);
  std::iota(first.begin(), first.end(), 21.0);
  std::iota(second.begin(), second.end(), 1.0);
  const auto test = partition_test(first, second);
  BOOST_CHECK_EQUAL(test.permutations, 137'846'528'820);
  BOOST_CHECK_CLOSE(test.p_value, 1 / 137'846'528'820.0, 1e-9);
}

BOOST_AUTO_TEST_CASE(sign_flips_worked_by_hand) {
  // +-1 +-2 +-3: two of the 8 sums are 6 and -6, two more are 4 and -4.
  BOOST_CHECK_EQUAL(sign_flip_test(Values{1, 2, 3}).p_value, 2.0 / 8);
  BOOST_CHECK_EQUAL(sign_flip_test(Values{-1, 2, 3}).p_value, 4.0 / 8);
  BOOST_CHECK_EQUAL(sign_flip_test(Values{1, -2, -3}).p_value, 4.0 / 8);
  BOOST_CHECK_EQUAL(sign_flip_test(Values{1, 2, -3}).p_value, 1);
  BOOST_CHECK_EQUAL(sign_flip_test(Values{0.5}).p_value, 1);
  BOOST_CHECK_EQUAL(sign_flip_test(Values{0, 0}).p_value, 1);
}

BOOST_AUTO_TEST_CASE(sign_flips_as_counted_one_by_one) {
  for (std::size_t n = 1; n <= 14; ++n) {
    const auto differences = random_values(n, -0.3, n);
    const auto test = sign_flip_test(differences);
    BOOST_CHECK_CLOSE(test.p_value, sign_flip_p(differences), 1e-9);
    BOOST_CHECK_EQUAL(test.permutations, 1U << n);
  }
}

BOOST_AUTO_TEST_CASE(samples_agree_with_the_exact_count_within_their_error) {
  const PermutationOptions sampled{.exact_sums = 0, .samples = 20'000, .seed = 3};
  const auto first = random_values(8, 0.1, 1);
  const auto second = random_values(9, 0, 2);
  for (const auto& [exact, test] :
       {std::pair(partition_test(first, second), partition_test(first, second, sampled)),
        std::pair(sign_flip_test(first), sign_flip_test(first, sampled)),
        std::pair(partition_test(second, first), partition_test(second, first, sampled))}) {
    BOOST_CHECK(exact.count == PermutationCount::kExact);
    BOOST_CHECK(test.count == PermutationCount::kSampled);
    BOOST_CHECK_EQUAL(test.permutations, 20'000);
    BOOST_CHECK_CLOSE(test.standard_error, std::sqrt(test.p_value * (1 - test.p_value) / 20'000),
                      1e-9);
    BOOST_CHECK_LT(std::abs(test.p_value - exact.p_value), 5 * test.standard_error + 1e-4);
  }
}

BOOST_AUTO_TEST_CASE(a_sampled_p_is_never_0) {
  Values high(100, 1);
  Values low(100, 0);
  const PermutationOptions options{.samples = 999};
  BOOST_CHECK_EQUAL(partition_test(high, low, options).p_value, 1.0 / 1000);
  BOOST_CHECK_EQUAL(sign_flip_test(high, options).p_value, 1.0 / 1000);
  BOOST_CHECK_EQUAL(partition_test(low, high, options).p_value, 1);
  BOOST_CHECK_EQUAL(sign_flip_test(low, options).p_value, 1);
}

BOOST_AUTO_TEST_CASE(threads_and_seeds) {
  const auto first = random_values(60, 0.05, 1);
  const auto second = random_values(70, 0, 2);
  const auto p = [&](int threads, std::uint64_t seed) {
    return with_threads(threads, [&] {
      return partition_test(first, second, {.samples = 10'000, .seed = seed}).p_value;
    });
  };
  BOOST_CHECK_EQUAL(p(1, 1), p(3, 1));
  BOOST_CHECK_NE(p(1, 1), p(1, 2));
}

BOOST_AUTO_TEST_CASE(bad_samples) {
  const Values some{1, 2};
  const Values nan{1, std::numeric_limits<double>::quiet_NaN()};
  BOOST_CHECK_EXCEPTION(partition_test({}, some), UsageError,
                        test::says("the first sample has no values"));
  BOOST_CHECK_EXCEPTION(partition_test(some, {}), UsageError,
                        test::says("the second sample has no values"));
  BOOST_CHECK_EXCEPTION(partition_test(some, nan), NumericError, test::says("not finite"));
  BOOST_CHECK_EXCEPTION(sign_flip_test({}), UsageError, test::says("has no values"));
  BOOST_CHECK_EXCEPTION(sign_flip_test(nan), NumericError, test::says("not finite"));
  BOOST_CHECK_EXCEPTION(sign_flip_test(some, {.samples = 0}), UsageError, test::says("samples"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
