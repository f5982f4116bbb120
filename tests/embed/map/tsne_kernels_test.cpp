#include "embed/map/tsne_kernels.h"

#include <cmath>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "embed/train/hogwild_kernels.h"
#include "tests/support/instruction_sets.h"
#include "tests/support/layouts.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(tsne_kernels)

namespace data = boost::unit_test::data;

struct Push {
  double x = 0;
  double y = 0;
  double weight = 0;

  void add(double mass, double dx, double dy) {
    const auto near = 1 / (1 + dx * dx + dy * dy);
    x += mass * near * near * dx;
    y += mass * near * near * dy;
    weight += mass * near;
  }
};

// One point's walk through the tree, in double.
Push walked(const QuadTree& tree, float x, float y) {
  Push push;
  for (std::size_t i = 0; i < tree.nodes().size();) {
    const auto& node = tree.nodes()[i];
    const double dx = double{x} - node.x;
    const double dy = double{y} - node.y;
    if (dx * dx + dy * dy > node.reach) {
      push.add(node.mass, dx, dy);
      i = node.after;
      continue;
    }
    for (auto place = node.first; place < node.first + node.count; ++place) {
      push.add(1, double{x} - tree.places().x[place], double{y} - tree.places().y[place]);
    }
    ++i;
  }
  return push;
}

Push exact(const Layout& points, std::size_t i) {
  Push push;
  for (std::size_t j = 0; j < points.size(); ++j) {
    push.add(1, double{points.x[i]} - points.x[j], double{points.y[i]} - points.y[j]);
  }
  return push;
}

Repulsion repulsion_of(const Layout& points, float theta) {
  QuadTree tree(theta);
  tree.build(points);
  Repulsion repulsion{layout_of_size(points.size()), FloatVector(points.size())};
  // In uneven pieces, as threads may have them.
  for (std::size_t begin = 0; begin < points.size(); begin += 37) {
    repel(tree, begin, std::min(begin + 37, points.size()), repulsion);
  }
  return repulsion;
}

BOOST_DATA_TEST_CASE(points_repel_each_other_exactly_where_theta_is_0,
                     test::kSets* data::make({1, 2, 15, 16, 17, 400}), set, size) {
  const test::Forced forced(set, hogwild_instruction_set);
  const auto points = test::random_layout(static_cast<std::size_t>(size), 30);
  const auto found = repulsion_of(points, 0);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto expected = exact(points, i);
    BOOST_CHECK_SMALL(found.force.x[i] - expected.x, 1e-4);
    BOOST_CHECK_SMALL(found.force.y[i] - expected.y, 1e-4);
    BOOST_CHECK_CLOSE(found.weight[i], expected.weight, 1e-3);
  }
}

BOOST_DATA_TEST_CASE(each_point_meets_the_squares_that_it_would_meet_alone, test::kSets, set) {
  const test::Forced forced(set, hogwild_instruction_set);
  const auto points = test::random_layout(2000, 80);
  QuadTree tree(0.5f);
  tree.build(points);
  const auto found = repulsion_of(points, 0.5f);
  int different = 0;  // whose distance is the border between near and far, but for rounding
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto expected = walked(tree, points.x[i], points.y[i]);
    if (std::abs(found.weight[i] - expected.weight) > 1e-5 * expected.weight) ++different;
  }
  BOOST_CHECK_LE(different, 5);
}

BOOST_AUTO_TEST_CASE(squares_seen_as_one_change_forces_little) {
  const auto points = test::random_layout(3000, 100);
  const auto found = repulsion_of(points, 0.5f);
  double error = 0;
  double size = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto expected = exact(points, i);
    error += std::hypot(found.force.x[i] - expected.x, found.force.y[i] - expected.y);
    size += std::hypot(expected.x, expected.y);
    BOOST_CHECK_CLOSE(found.weight[i], expected.weight, 3);
  }
  BOOST_CHECK_LE(error, 0.02 * size);
}

BOOST_DATA_TEST_CASE(points_attract_each_other, test::kSets, set) {
  const test::Forced forced(set, hogwild_instruction_set);
  const auto points = test::random_layout(60, 10);
  // Rows of 0 to 59 entries: of lengths around all numbers of lanes.
  Affinities affinities{.offsets = {0}, .columns = {}, .values = {}};
  auto random = stream(1, "affinities", 0);
  for (std::int32_t i = 0; i < 60; ++i) {
    for (std::int32_t j = 0; j < i; ++j) {
      affinities.columns.push_back(j);
      affinities.values.push_back(random.uniform());
    }
    affinities.offsets.push_back(affinities.columns.size());
  }
  affinities.columns.resize(affinities.columns.size() + Affinities::kSlack);
  affinities.values.resize(affinities.values.size() + Affinities::kSlack);
  auto found = layout_of_size(60);
  attract(affinities, points, 0, 23, found);
  attract(affinities, points, 23, 60, found);
  for (std::size_t i = 0; i < 60; ++i) {
    double x = 0;
    double y = 0;
    for (auto at = affinities.offsets[i]; at < affinities.offsets[i + 1]; ++at) {
      const auto j = static_cast<std::size_t>(affinities.columns[at]);
      const double dx = double{points.x[i]} - points.x[j];
      const double dy = double{points.y[i]} - points.y[j];
      x += affinities.values[at] * dx / (1 + dx * dx + dy * dy);
      y += affinities.values[at] * dy / (1 + dx * dx + dy * dy);
    }
    BOOST_CHECK_SMALL(found.x[i] - x, 1e-5);
    BOOST_CHECK_SMALL(found.y[i] - y, 1e-5);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
