#include "embed/bias/weat.h"

#include <cmath>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(association_tests)

const DenseVectors kA{{1, 0}};
const DenseVectors kB{{0, 1}};

BOOST_AUTO_TEST_CASE(worked_by_hand) {
  // Associations 1 and 0.2 of x, -1 and -0.2 of y: the means are 0.6 and -0.6, the sum of squares
  // is 2.08, the standard deviation with n - 1 is sqrt(2.08 / 3).
  const DenseVectors x{{1, 0}, {0.8, 0.6}};
  const DenseVectors y{{0, 1}, {0.6, 0.8}};
  const auto s = associations(x, kA, kB);
  BOOST_CHECK_CLOSE(s[0], 1, 1e-9);
  BOOST_CHECK_CLOSE(s[1], 0.2, 1e-9);
  const auto result = weat(x, y, kA, kB);
  BOOST_CHECK_CLOSE(result.effect_size, 1.2 / std::sqrt(2.08 / 3), 1e-9);
  BOOST_CHECK_CLOSE(result.test.p_value, 1.0 / 6, 1e-9);
  BOOST_CHECK_EQUAL(result.test.permutations, 6);
  BOOST_CHECK_CLOSE(weat(y, x, kA, kB).effect_size, -result.effect_size, 1e-9);
  BOOST_CHECK_CLOSE(weat(x, y, kB, kA).effect_size, -result.effect_size, 1e-9);
}

BOOST_AUTO_TEST_CASE(associations_are_means_over_the_attributes) {
  const DenseVectors attributes{{1, 0}, {0.6, 0.8}};
  BOOST_CHECK_CLOSE(associations({{1, 0}}, attributes, kB)[0], 0.8, 1e-9);
}

BOOST_AUTO_TEST_CASE(no_effect_size) {
  const DenseVectors same{{1, 0}, {1, 0}};
  BOOST_CHECK_EXCEPTION(weat(same, same, kA, kB), NumericError, test::says("associated alike"));
  BOOST_CHECK_EXCEPTION(weat({{1, 0}}, {}, kA, kB), UsageError, test::says("four lists"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
