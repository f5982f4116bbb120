#include "classify/dropout.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "classify/network.h"
#include "common/error.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(dropout)

namespace data = boost::unit_test::data;

std::vector<double> mask_of(double rate, std::size_t size, std::uint64_t index = 0) {
  auto random = stream(1, "mask", index);
  std::vector<double> mask(size, 77);
  draw_mask(rate, random, mask.data(), size);
  return mask;
}

std::vector<RandomStream> streams(std::uint64_t first, std::uint64_t count) {
  std::vector<RandomStream> result;
  for (std::uint64_t i = 0; i < count; ++i) result.push_back(stream(1, "texts", first + i));
  return result;
}

BOOST_DATA_TEST_CASE(drops_its_share_and_keeps_the_expectation, data::make({0.1, 0.3, 0.5, 0.9}),
                     rate) {
  constexpr std::size_t kSize = 100'000;
  const auto mask = mask_of(rate, kSize);
  const auto dropped = std::ranges::count(mask, 0.0);
  BOOST_CHECK_EQUAL(dropped + std::ranges::count(mask, 1 / (1 - rate)), kSize);
  // Within five standard deviations.
  const double deviation = std::sqrt(rate * (1 - rate) * kSize);
  BOOST_CHECK_SMALL(static_cast<double>(dropped) - rate * kSize, 5 * deviation);
  const auto mean = std::accumulate(mask.begin(), mask.end(), 0.0) / kSize;
  BOOST_CHECK_SMALL(mean - 1, 5 * deviation / kSize / (1 - rate));
}

BOOST_AUTO_TEST_CASE(of_nothing_keeps_all) {
  BOOST_CHECK(mask_of(0, 1000) == std::vector<double>(1000, 1));
}

BOOST_AUTO_TEST_CASE(depends_on_the_stream_alone) {
  BOOST_CHECK(mask_of(0.5, 100, 1) == mask_of(0.5, 100, 1));
  BOOST_CHECK(mask_of(0.5, 100, 1) != mask_of(0.5, 100, 2));
}

const Network kNetwork({.units = 4, .layers = 2, .readouts = {Readout::kMean}}, 5, 2);

BOOST_AUTO_TEST_CASE(of_a_network_has_a_row_for_each_sequence) {
  auto randoms = streams(0, 3);
  const auto masks = kNetwork.draw_masks<float>(
      {.words = 0.9, .inputs = 0.5, .states = 0.5, .features = 0.5}, randoms);
  BOOST_REQUIRE_EQUAL(masks.inputs.size(), 2);
  BOOST_CHECK_EQUAL(masks.inputs[0].size(), 3 * 5);
  BOOST_CHECK_EQUAL(masks.inputs[1].size(), 3 * 8);
  BOOST_REQUIRE_EQUAL(masks.states.size(), 4);
  for (const auto& mask : masks.states) BOOST_CHECK_EQUAL(mask.size(), 3 * 4);
  BOOST_CHECK_EQUAL(masks.features.size(), 3 * 8);
}

BOOST_AUTO_TEST_CASE(of_a_network_is_empty_where_nothing_is_dropped) {
  auto randoms = streams(0, 3);
  const auto masks = kNetwork.draw_masks<float>({.words = 0.9}, randoms);
  for (const auto& mask : masks.inputs) BOOST_CHECK(mask.empty());
  for (const auto& mask : masks.states) BOOST_CHECK(mask.empty());
  BOOST_CHECK(masks.features.empty());
}

BOOST_AUTO_TEST_CASE(of_a_sequence_does_not_depend_on_its_batch) {
  const DropoutOptions options{.inputs = 0.5, .states = 0.5, .features = 0.5};
  auto randoms = streams(0, 3);
  auto random = streams(2, 1);
  const auto together = kNetwork.draw_masks<float>(options, randoms);
  const auto alone = kNetwork.draw_masks<float>(options, random);
  const auto ends_with = [](const FloatVector& mask, const FloatVector& row) {
    return std::equal(row.rbegin(), row.rend(), mask.rbegin());
  };
  for (const std::size_t i : {0, 1}) BOOST_CHECK(ends_with(together.inputs[i], alone.inputs[i]));
  for (const std::size_t i : {0, 1, 2, 3}) {
    BOOST_CHECK(ends_with(together.states[i], alone.states[i]));
  }
  BOOST_CHECK(ends_with(together.features, alone.features));
}

const auto kBad =
    data::make(std::vector<double>{-0.1, 1, 2, std::numeric_limits<double>::quiet_NaN()});

BOOST_DATA_TEST_CASE(refuses_shares_out_of_range, kBad, bad) {
  const auto check = [&](const DropoutOptions& options, const std::string& name) {
    BOOST_CHECK_EXCEPTION(
        options.validate(), UsageError,
        test::says("--" + name + "-dropout: expected a share from 0 to below 1, found "));
  };
  check({.words = bad}, "word");
  check({.inputs = bad}, "input");
  check({.states = bad}, "state");
  check({.features = bad}, "feature");
}

BOOST_AUTO_TEST_CASE(says_what_it_found) {
  BOOST_CHECK_EXCEPTION(
      DropoutOptions{.inputs = 1.5}.validate(), UsageError,
      test::says("--input-dropout: expected a share from 0 to below 1, found 1.5"));
  BOOST_CHECK_NO_THROW((DropoutOptions{0, 0, 0, 0}.validate()));
  BOOST_CHECK_NO_THROW((DropoutOptions{0.99, 0.99, 0.99, 0.99}.validate()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
