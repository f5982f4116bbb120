#include "embed/bias/axis.h"

#include <cmath>
#include <numbers>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(axes)

void check_close(std::span<const double> found, const DenseVector& expected) {
  BOOST_REQUIRE_EQUAL(found.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    BOOST_CHECK_SMALL(found[i] - expected[i], 1e-12);
}

BOOST_AUTO_TEST_CASE(principal_axis_worked_by_hand) {
  // Half differences: (1, 0, 0) twice and (0, 1/2, 0). Each set contributes twice its half
  // difference's square, divided by its size of 2.
  const std::vector<DenseVectors> sets{
      {{2, 5, 1}, {0, 5, 1}}, {{1, 0, 0}, {-1, 0, 0}}, {{0, 1, 3}, {0, 0, 3}}};
  const auto axis = principal_axis(sets);
  BOOST_REQUIRE_EQUAL(axis.basis.size(), 1);
  check_close(axis.direction(), {1, 0, 0});
  BOOST_REQUIRE_EQUAL(axis.variance_shares.size(), 2);
  BOOST_CHECK_CLOSE(axis.variance_shares[0], 2 / 2.25, 1e-9);
  BOOST_CHECK_CLOSE(axis.variance_shares[1], 0.25 / 2.25, 1e-9);
  const auto two = principal_axis(sets, 2);
  BOOST_REQUIRE_EQUAL(two.basis.size(), 2);
  check_close(two.basis[1], {0, 1, 0});
}

BOOST_AUTO_TEST_CASE(the_direction_points_to_the_first_words) {
  const std::vector<DenseVectors> sets{{{0, 1}, {0, -1}}, {{0, 3}, {0, 1}}};
  check_close(principal_axis(sets).direction(), {0, 1});
  const std::vector<DenseVectors> turned{{{0, -1}, {0, 1}}, {{0, 1}, {0, 3}}};
  check_close(principal_axis(turned).direction(), {0, -1});
}

BOOST_AUTO_TEST_CASE(sets_of_three_words) {
  // Centred: (1, 0), (-1/2, +-h) with h = sqrt(3) / 2, a variance of 1/2 either way.
  const double h = std::numbers::sqrt3 / 2;
  const std::vector<DenseVectors> sets{{{1, 0}, {-0.5, h}, {-0.5, -h}}};
  const auto axis = principal_axis(sets, 2);
  BOOST_REQUIRE_EQUAL(axis.variance_shares.size(), 2);
  BOOST_CHECK_CLOSE(axis.variance_shares[0], 0.5, 1e-9);
  BOOST_CHECK_SMALL(dot(axis.basis[0], axis.basis[1]), 1e-12);
}

BOOST_AUTO_TEST_CASE(difference_of_means) {
  const auto axis = mean_difference_axis({{1, 4}, {1, 6}}, {{1, 2}});
  check_close(axis.direction(), {0, 1});
  BOOST_CHECK(axis.variance_shares.empty());
}

BOOST_AUTO_TEST_CASE(singular_directions) {
  const std::vector<DenseVectors> same{{{1, 2}, {1, 2}}, {{0, 1}, {0, 1}}};
  BOOST_CHECK_EXCEPTION(principal_axis(same), NumericError, test::says("have the same vector"));
  BOOST_CHECK_EXCEPTION(principal_axis({}), UsageError, test::says("at least one set"));
  const std::vector<DenseVectors> one{{{1, 2}, {0, 2}}};
  BOOST_CHECK_EXCEPTION(principal_axis(one, 2), UsageError, test::says("expected 1 to 1"));
  BOOST_CHECK_EXCEPTION(mean_difference_axis({{1, 2}}, {{1, 2}}), NumericError,
                        test::says("the same mean"));
  BOOST_CHECK_EXCEPTION(mean_difference_axis({{1, 2}}, {}), UsageError, test::says("each"));
}

BOOST_AUTO_TEST_CASE(a_joint_basis_is_orthonormal) {
  const double s = std::numbers::sqrt2 / 2;
  const std::vector<BiasAxis> axes{{.basis = {{1, 0, 0}}, .variance_shares = {}},
                                   {.basis = {{s, s, 0}}, .variance_shares = {}}};
  const auto basis = joint_basis(axes);
  BOOST_REQUIRE_EQUAL(basis.size(), 2);
  check_close(basis[0], {1, 0, 0});
  check_close(basis[1], {0, 1, 0});
  check_close(projected(DenseVector{3, 4, 5}, basis), {3, 4, 0});
}

BOOST_AUTO_TEST_CASE(the_same_axis_twice) {
  const BiasAxis axis{.basis = {{1, 0, 0}}, .variance_shares = {}};
  const std::vector<BiasAxis> axes{axis, {.basis = {{-1, 1e-6, 0}}, .variance_shares = {}}};
  BOOST_CHECK_EXCEPTION(joint_basis(axes), NumericError,
                        test::says("axis 2 has a direction that the axes before it have"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
