#include "embed/map/quadtree.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/layouts.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(quadtree)

namespace data = boost::unit_test::data;

// The points under a node, by the leaves below it.
std::vector<std::uint32_t> points_under(const QuadTree& tree, std::size_t index) {
  std::vector<std::uint32_t> points;
  for (auto i = index; i < tree.nodes()[index].after; ++i) {
    const auto& node = tree.nodes()[i];
    for (auto place = node.first; place < node.first + node.count; ++place) {
      points.push_back(tree.order()[place]);
    }
  }
  return points;
}

// Checks each node against the points under it.
void check(const QuadTree& tree, const Layout& points, float theta) {
  auto all = points_under(tree, 0);
  std::ranges::sort(all);
  BOOST_REQUIRE_EQUAL(all.size(), points.size());
  for (std::size_t i = 0; i < all.size(); ++i) BOOST_REQUIRE_EQUAL(all[i], i);
  for (std::size_t index = 0; index < tree.nodes().size(); ++index) {
    const auto& node = tree.nodes()[index];
    const auto under = points_under(tree, index);
    double x = 0;
    double y = 0;
    float left = std::numeric_limits<float>::infinity();
    float right = -left;
    for (const auto i : under) {
      x += points.x[i];
      y += points.y[i];
      left = std::min(left, points.x[i]);
      right = std::max(right, points.x[i]);
    }
    const auto size = static_cast<double>(under.size());
    BOOST_CHECK_EQUAL(node.mass, size);
    BOOST_CHECK_SMALL(node.x - x / size, 1e-4);
    BOOST_CHECK_SMALL(node.y - y / size, 1e-4);
    // The side of the square is no less than what it holds is wide.
    BOOST_CHECK_GE(theta * std::sqrt(node.reach) * 1.0001f, right - left);
  }
}

BOOST_DATA_TEST_CASE(holds_each_point_once, data::make({1, 2, 8, 9, 100, 3000}), size) {
  const auto points = test::random_layout(static_cast<std::size_t>(size), 20);
  QuadTree tree(0.5f);
  tree.build(points);
  check(tree, points, 0.5f);
  for (const auto& node : tree.nodes()) BOOST_CHECK_LE(node.count, QuadTree::kLeafSize);
}

BOOST_AUTO_TEST_CASE(is_built_anew) {
  QuadTree tree(0.5f);
  for (const auto size : {500U, 20U, 900U}) {
    const auto points = test::random_layout(size, static_cast<float>(size));
    tree.build(points);
    check(tree, points, 0.5f);
  }
}

BOOST_AUTO_TEST_CASE(holds_equal_points) {
  auto points = test::random_layout(100, 1);
  for (std::size_t i = 20; i < 70; ++i) {
    points.x[i] = points.x[0];
    points.y[i] = points.y[0];
  }
  QuadTree tree(0.5f);
  tree.build(points);
  check(tree, points, 0.5f);
  tree.build({FloatVector(40, 3.0f), FloatVector(40, -2.0f)});
  BOOST_CHECK_EQUAL(tree.nodes().size(), 1);
  BOOST_CHECK_EQUAL(tree.nodes()[0].count, 40);
}

BOOST_AUTO_TEST_CASE(keeps_neighbours_together) {
  // Along the curve, points of a quarter follow each other.
  const auto points = test::random_layout(1000, 2);
  QuadTree tree(0.5f);
  tree.build(points);
  int changes = 0;
  for (std::size_t place = 1; place < 1000; ++place) {
    const auto quarter = [&](std::size_t at) {
      return std::pair(tree.places().x[at] > 0, tree.places().y[at] > 0);
    };
    changes += quarter(place) == quarter(place - 1) ? 0 : 1;
  }
  BOOST_CHECK_LE(changes, 12);  // 3, but for points near the border
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
