#include "embed/map/affinities.h"

#include <cmath>
#include <map>
#include <utility>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/parallel.h"
#include "tests/support/random_embeddings.h"

namespace wordkin {
namespace {

namespace data = boost::unit_test::data;

double perplexity_of(const std::vector<double>& affinities) {
  double entropy = 0;
  for (const auto p : affinities) {
    if (p > 0) entropy -= p * std::log2(p);
  }
  return std::exp2(entropy);
}

double sum_of(const std::vector<double>& values) {
  double sum = 0;
  for (const auto value : values) sum += value;
  return sum;
}

std::map<std::pair<std::size_t, std::int32_t>, double> entries_of(const Affinities& affinities) {
  std::map<std::pair<std::size_t, std::int32_t>, double> entries;
  for (std::size_t i = 0; i < affinities.size(); ++i) {
    for (auto at = affinities.offsets[i]; at < affinities.offsets[i + 1]; ++at) {
      entries[{i, affinities.columns[at]}] = affinities.values[at];
    }
  }
  return entries;
}

BOOST_AUTO_TEST_SUITE(affinities_of_neighbors)

BOOST_DATA_TEST_CASE(have_the_perplexity_asked_for, data::make({1.5, 5.0, 30.0, 60.0}),
                     perplexity) {
  const auto embeddings = test::random_embeddings(400, 20);
  const UnitVectors vectors(embeddings);
  for (const auto& neighbors : neighborhoods(vectors, static_cast<std::size_t>(3 * perplexity))) {
    const auto affinities = conditional_affinities(neighbors, perplexity);
    BOOST_CHECK_CLOSE(perplexity_of(affinities), perplexity, 1e-3);
    BOOST_CHECK_CLOSE(sum_of(affinities), 1, 1e-9);
    BOOST_CHECK(std::ranges::is_sorted(affinities, std::greater<>()));
  }
}

BOOST_AUTO_TEST_CASE(are_gaussian) {
  const std::vector<Neighbor> neighbors{{1, 0.9f}, {2, 0.5f}, {3, 0.2f}, {4, -0.3f}};
  const auto p = conditional_affinities(neighbors, 2);
  const auto precision = std::log(p[0] / p[1]) / (2 * 0.4);
  BOOST_CHECK_CLOSE(std::log(p[0] / p[2]), precision * 2 * 0.7, 1e-4);
  BOOST_CHECK_CLOSE(std::log(p[0] / p[3]), precision * 2 * 1.2, 1e-4);
}

BOOST_AUTO_TEST_CASE(are_equal_for_equal_distances) {
  const std::vector<Neighbor> neighbors{{1, 0.5f}, {2, 0.5f}, {3, 0.5f}, {4, 0.5f}};
  for (const auto perplexity : {1.0, 2.0, 4.0}) {
    for (const auto p : conditional_affinities(neighbors, perplexity)) {
      BOOST_CHECK_CLOSE(p, 0.25, 1e-9);
    }
  }
}

BOOST_AUTO_TEST_CASE(go_to_equal_points_first) {
  // Three points at the same place are more than the perplexity of 2: they share all.
  const std::vector<Neighbor> neighbors{{1, 1.0f}, {2, 1.0f}, {3, 1.0f}, {4, 0.5f}, {5, 0.1f}};
  const auto p = conditional_affinities(neighbors, 2);
  for (std::size_t j = 0; j < 3; ++j) BOOST_CHECK_CLOSE(p[j], 1.0 / 3, 1e-6);
  BOOST_CHECK_SMALL(p[3] + p[4], 1e-9);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(joint)

BOOST_AUTO_TEST_CASE(affinities_are_the_means_of_both_directions) {
  // 0 and 1 are each other's only neighbours, and 2 has 0: p is 1 in each case.
  const Neighborhoods neighbors{{{1, 0.9f}, {2, 0.1f}, {3, 0.0f}},
                                {{0, 0.9f}, {2, 0.1f}, {3, 0.0f}},
                                {{0, 0.2f}, {1, 0.1f}, {3, 0.0f}},
                                {{2, 0.3f}, {1, 0.1f}, {0, 0.0f}}};
  auto found = entries_of(joint_affinities(neighbors, 1));
  BOOST_CHECK_SMALL((found[std::pair(0UL, 1)] - 2.0 / 8), 1e-4);
  BOOST_CHECK_SMALL((found[std::pair(0UL, 2)] - 1.0 / 8), 1e-4);
  BOOST_CHECK_SMALL((found[std::pair(2UL, 3)] - 1.0 / 8), 1e-4);
  BOOST_CHECK_SMALL((found[std::pair(1UL, 3)]), 1e-4);
}

BOOST_AUTO_TEST_CASE(affinities_are_symmetric_and_sum_to_1) {
  const auto embeddings = test::random_embeddings(700, 12);
  const UnitVectors vectors(embeddings);
  const auto joint = joint_affinities(neighborhoods(vectors, 40), 10);
  const auto entries = entries_of(joint);
  BOOST_CHECK_EQUAL(entries.size(), joint.offsets.back());
  double sum = 0;
  for (const auto& [place, value] : entries) {
    const auto mirrored = entries.find(
        {static_cast<std::size_t>(place.second), static_cast<std::int32_t>(place.first)});
    BOOST_REQUIRE(mirrored != entries.end());
    BOOST_CHECK_EQUAL(mirrored->second, value);
    BOOST_CHECK_NE(place.first, static_cast<std::size_t>(place.second));
    sum += value;
  }
  BOOST_CHECK_CLOSE(sum, 1, 1e-3);
  for (std::size_t i = 0; i < joint.size(); ++i) {
    const auto row = joint.columns.begin() + static_cast<std::ptrdiff_t>(joint.offsets[i]);
    BOOST_CHECK(std::is_sorted(
        row, joint.columns.begin() + static_cast<std::ptrdiff_t>(joint.offsets[i + 1])));
    // Thirty neighbours each, and those that have it for one.
    BOOST_CHECK_GE(joint.offsets[i + 1] - joint.offsets[i], 30);
  }
}

BOOST_AUTO_TEST_CASE(affinities_do_not_depend_on_the_number_of_threads) {
  const auto embeddings = test::random_embeddings(900, 12);
  const UnitVectors vectors(embeddings);
  const auto neighbors = neighborhoods(vectors, 30);
  const auto with = [&](int threads) {
    return with_threads(threads, [&] { return joint_affinities(neighbors, 10); });
  };
  const auto expected = with(1);
  for (const int threads : {2, 3, 8}) {
    const auto found = with(threads);
    BOOST_CHECK(found.values == expected.values && found.columns == expected.columns);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
