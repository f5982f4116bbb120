#include "classify/packing.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "common/random.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(packing)

namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_CASE(puts_step_after_step) {
  const Packing packing({4, 2, 2, 1});
  BOOST_CHECK_EQUAL(packing.sequences(), 4);
  BOOST_CHECK_EQUAL(packing.steps(), 4);
  BOOST_CHECK_EQUAL(packing.rows(), 9);
  const std::vector<std::size_t> active{4, 3, 1, 1, 0};
  for (std::size_t t = 0; t < active.size(); ++t) {
    BOOST_CHECK_EQUAL(packing.active(t), active[t]);
  }
  BOOST_CHECK_EQUAL(packing.active(100), 0);
  BOOST_CHECK_EQUAL(packing.length(0), 4);
  BOOST_CHECK_EQUAL(packing.length(3), 1);
  BOOST_CHECK_EQUAL(packing.first_row(1), 4);
  BOOST_CHECK_EQUAL(packing.row(2, 0), 2);
  BOOST_CHECK_EQUAL(packing.row(1, 1), 5);
  BOOST_CHECK_EQUAL(packing.row(0, 3), 8);
}

std::vector<std::uint32_t> random_lengths(std::uint32_t sequences) {
  auto random = stream(1, "lengths", sequences);
  std::vector<std::uint32_t> lengths;
  for (std::uint32_t i = 0; i < sequences; ++i) lengths.push_back(1 + random.below(20));
  std::ranges::sort(lengths, std::greater<>());
  return lengths;
}

BOOST_DATA_TEST_CASE(gives_each_step_of_each_sequence_a_row, data::make({1, 2, 7, 50}), sequences) {
  const auto lengths = random_lengths(static_cast<std::uint32_t>(sequences));
  const Packing packing(lengths);
  BOOST_CHECK_EQUAL(packing.rows(), std::accumulate(lengths.begin(), lengths.end(), 0U));
  std::vector<int> used(packing.rows());
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    BOOST_REQUIRE_EQUAL(packing.length(i), lengths[i]);
    for (std::size_t t = 0; t < lengths[i]; ++t) {
      BOOST_CHECK_LT(i, packing.active(t));
      ++used.at(packing.row(i, t));
    }
  }
  BOOST_CHECK(std::ranges::all_of(used, [](int n) { return n == 1; }));
}

BOOST_AUTO_TEST_CASE(of_nothing_has_no_steps) {
  const Packing packing({});
  BOOST_CHECK_EQUAL(packing.sequences(), 0);
  BOOST_CHECK_EQUAL(packing.steps(), 0);
  BOOST_CHECK_EQUAL(packing.rows(), 0);
  BOOST_CHECK_EQUAL(packing.active(0), 0);
}

BOOST_AUTO_TEST_CASE(refuses_what_is_not_sorted_or_empty) {
  using Lengths = std::vector<std::uint32_t>;
  for (const auto& lengths : {Lengths{1, 2}, Lengths{3, 1, 2}, Lengths{2, 0}, Lengths{0}}) {
    BOOST_CHECK_EXCEPTION(
        Packing{lengths}, UsageError,
        test::says("sequences to pack must be sorted by length, and none may be empty"));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
