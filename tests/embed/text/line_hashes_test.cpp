#include "embed/text/line_hashes.h"

#include <cmath>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(line_hashes)

BOOST_AUTO_TEST_CASE(count_exactly_what_fits) {
  LineHashes lines;
  BOOST_TEST(lines.repeated_share() == 0);
  BOOST_TEST(!lines.add(LineHashes::hash("a")));
  BOOST_TEST(!lines.add(LineHashes::hash("b")));
  BOOST_TEST(lines.add(LineHashes::hash("a")));
  BOOST_TEST(lines.add(LineHashes::hash("a")));
  BOOST_TEST(lines.repeated_share() == 0.5);
  BOOST_TEST(!lines.is_estimate());
}

// Every line i % 3 == 0 comes a second time, 100,000 lines later.
BOOST_AUTO_TEST_CASE(estimate_the_share_when_there_are_more) {
  LineHashes lines(10'000);
  for (int i = 0; i < 300'000; ++i) lines.add(LineHashes::hash(fmt::format("line {}", i)));
  for (int i = 0; i < 300'000; i += 3) lines.add(LineHashes::hash(fmt::format("line {}", i)));
  BOOST_TEST(lines.is_estimate());
  // 9,000 different lines at least are counted: three standard deviations are 0.015.
  BOOST_TEST(std::abs(lines.repeated_share() - 0.25) < 0.02);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
