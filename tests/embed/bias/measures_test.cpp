#include "embed/bias/measures.h"

#include <cmath>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(bias_measures)

const DenseVector kDirection{0, 0, 1};

BOOST_AUTO_TEST_CASE(direct_bias_worked_by_hand) {
  const std::vector<double> cosines{0.5, -0.25, 0};
  BOOST_CHECK_CLOSE(direct_bias(cosines, 1), 0.25, 1e-9);
  BOOST_CHECK_CLOSE(direct_bias(cosines, 2), (0.25 + 0.0625) / 3, 1e-9);
  // The strictest: which share of the words has any.
  BOOST_CHECK_CLOSE(direct_bias(cosines, 0), 2.0 / 3, 1e-9);
  BOOST_CHECK_EXCEPTION(direct_bias({}, 1), UsageError, test::says("at least one word"));
  BOOST_CHECK_EXCEPTION(direct_bias(cosines, -1), UsageError, test::says("at least 0, found -1"));
}

BOOST_AUTO_TEST_CASE(indirect_bias_worked_by_hand) {
  // w.v = 0.96; without the direction both lie along (1, 0, 0), with a cosine of 1.
  const DenseVector w{0.8, 0, 0.6};
  const DenseVector v{0.6, 0, 0.8};
  BOOST_CHECK_CLOSE(indirect_bias(w, v, kDirection).value(), (0.96 - 1) / 0.96, 1e-9);
  // All that these have in common is the direction.
  BOOST_CHECK_CLOSE(indirect_bias(w, DenseVector{0, 0.8, 0.6}, kDirection).value(), 1, 1e-9);
  BOOST_CHECK_CLOSE(indirect_bias(w, w, kDirection).value() + 1, 1, 1e-9);
  BOOST_CHECK(!indirect_bias(w, kDirection, kDirection));
  BOOST_CHECK(!indirect_bias(DenseVector{1, 0, 0}, DenseVector{0, 1, 0}, kDirection));
}

BOOST_AUTO_TEST_CASE(indirect_bias_of_the_nearest_words) {
  const DenseVector w{0.8, 0, 0.6};
  const DenseVector v{0, 0.8, 0.6};
  const DenseVector far{0, 0, -1};
  // w and v are each other's nearest; the third has none with a positive cosine.
  BOOST_CHECK_CLOSE(nearest_indirect_bias({w, v, far}, kDirection).value(), 1, 1e-9);
  BOOST_CHECK(!nearest_indirect_bias({w}, kDirection));
}

BOOST_AUTO_TEST_CASE(projections_are_dot_products) {
  BOOST_TEST(projections({{1, 2, 3}, {4, 5, -6}}, kDirection) == std::vector<double>({3, -6}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
