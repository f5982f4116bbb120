#include "embed/map/principal_axes.h"

#include <cmath>

#include <boost/test/unit_test.hpp>

#include "common/parallel.h"
#include "tests/support/random_embeddings.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(principal_axes_of_points)

Matrix matrix_of(const std::vector<std::vector<float>>& rows) {
  Matrix matrix(rows.size(), rows.front().size());
  for (std::size_t i = 0; i < rows.size(); ++i) std::ranges::copy(rows[i], matrix.row(i).begin());
  return matrix;
}

// A cross: 4 to both sides of (5, 1, 7) along y, 2 along (3, 0, 4) / 5.
const auto kCross = matrix_of({{5, 5, 7}, {5, -3, 7}, {6.2f, 1, 8.6f}, {3.8f, 1, 5.4f}});

BOOST_AUTO_TEST_CASE(are_the_directions_in_which_they_differ_most) {
  const auto result = principal_axes(kCross, 2);
  BOOST_CHECK_CLOSE(result.mean[0], 5, 1e-4);
  BOOST_CHECK_CLOSE(result.mean[1], 1, 1e-4);
  BOOST_CHECK_CLOSE(result.mean[2], 7, 1e-4);
  BOOST_CHECK_SMALL(result.axes.row(0)[0], 1e-6f);
  BOOST_CHECK_CLOSE(result.axes.row(0)[1], 1, 1e-4);
  BOOST_CHECK_CLOSE(result.axes.row(1)[0], 0.6, 1e-3);
  BOOST_CHECK_CLOSE(result.axes.row(1)[2], 0.8, 1e-3);
  BOOST_CHECK_CLOSE(result.variances[0], 2 * 16.0 / 4, 1e-3);
  BOOST_CHECK_CLOSE(result.variances[1], 2 * 4.0 / 4, 1e-3);
  BOOST_CHECK_CLOSE(result.total_variance, 10, 1e-3);
  BOOST_CHECK_CLOSE(result.explained(0), 0.8, 1e-3);
}

BOOST_AUTO_TEST_CASE(span_the_plane_that_points_are_shown_in) {
  const auto layout = project(kCross, principal_axes(kCross, 2));
  const std::vector<std::pair<float, float>> expected{{4, 0}, {-4, 0}, {0, 2}, {0, -2}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    BOOST_CHECK_SMALL(layout.x[i] - expected[i].first, 1e-5f);
    BOOST_CHECK_SMALL(layout.y[i] - expected[i].second, 1e-5f);
  }
}

BOOST_AUTO_TEST_CASE(are_at_right_angles_and_of_length_1) {
  const auto embeddings = test::random_embeddings(3000, 30);
  const auto axes = principal_axes(embeddings.vectors(), 30).axes;
  BOOST_REQUIRE_EQUAL(axes.rows(), 30);
  for (std::size_t i = 0; i < 30; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double dot = 0;
      for (std::size_t k = 0; k < 30; ++k) dot += axes.row(i)[k] * axes.row(j)[k];
      BOOST_CHECK_SMALL(dot - (i == j ? 1 : 0), 1e-6);
    }
  }
}

BOOST_AUTO_TEST_CASE(of_points_that_do_not_differ_explain_nothing) {
  const auto same = matrix_of({{1, 2}, {1, 2}, {1, 2}});
  const auto axes = principal_axes(same, 2);
  BOOST_CHECK_EQUAL(axes.explained(0), 0);
  for (const auto value : project(same, axes).x) BOOST_CHECK_EQUAL(value, 0);
}

BOOST_AUTO_TEST_CASE(are_no_more_than_dimensions) {
  const auto line = matrix_of({{1}, {2}, {6}});
  const auto axes = principal_axes(line, 2);
  BOOST_CHECK_EQUAL(axes.axes.rows(), 1);
  const auto layout = project(line, axes);
  BOOST_CHECK_CLOSE(layout.x[2], 3, 1e-4);
  BOOST_CHECK_EQUAL(layout.y[2], 0);
  BOOST_CHECK_EQUAL(project(matrix_of({{4, 5}}), principal_axes(matrix_of({{4, 5}}), 2)).x[0], 0);
}

BOOST_AUTO_TEST_CASE(do_not_depend_on_the_number_of_threads) {
  const auto embeddings = test::random_embeddings(5000, 17);
  const auto with = [&](int threads) {
    return with_threads(threads, [&] {
      return project(embeddings.vectors(), principal_axes(embeddings.vectors(), 2));
    });
  };
  const auto expected = with(1);
  for (const int threads : {2, 3, 8}) BOOST_CHECK(with(threads) == expected);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
