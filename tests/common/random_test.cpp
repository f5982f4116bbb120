#include "common/random.h"

#include <array>

#include <boost/test/unit_test.hpp>

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(random_stream)

BOOST_AUTO_TEST_CASE(is_the_same_everywhere_and_can_be_computed_by_the_compiler) {
  constexpr auto first = [] { return stream(1, "samples", 0)(); }();
  auto again = stream(1, "samples", 0);
  BOOST_CHECK_EQUAL(again(), first);
}

BOOST_AUTO_TEST_CASE(differs_by_seed_purpose_and_index) {
  const auto draw = [](std::uint64_t seed, std::string_view what, std::uint64_t index) {
    return stream(seed, what, index)();
  };
  BOOST_CHECK_NE(draw(1, "samples", 0), draw(2, "samples", 0));
  BOOST_CHECK_NE(draw(1, "samples", 0), draw(1, "input vectors", 0));
  BOOST_CHECK_NE(draw(1, "samples", 0), draw(1, "samples", 1));
}

BOOST_AUTO_TEST_CASE(draws_uniformly) {
  auto random = stream(1, "test", 0);
  std::array<int, 10> counts{};
  constexpr int kDraws = 100'000;
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    ++counts[random.below(counts.size())];
    const auto value = random.uniform();
    BOOST_REQUIRE(value >= 0 && value < 1);
    sum += value;
  }
  // Five standard deviations of a binomial and of a mean.
  for (const auto count : counts) BOOST_CHECK_SMALL(count - 10'000.0, 5 * 94.9);
  BOOST_CHECK_SMALL(sum / kDraws - 0.5, 5 * 0.2887 / 316.2);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
