#include "embed/query/nearest.h"

#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/parallel.h"
#include "tests/support/random_embeddings.h"
#include "tests/support/reference.h"

namespace wordkin {

std::ostream& operator<<(std::ostream& out, const Neighbor& neighbor) {
  return out << neighbor.word << ' ' << neighbor.similarity;
}

namespace {

namespace data = boost::unit_test::data;
using boost::test_tools::per_element;

test::Rows to_double(const UnitVectors& vectors) {
  test::Rows rows;
  for (WordId id = 0; id < vectors.size(); ++id) {
    rows.push_back(test::to_double(vectors.unit(id)));
  }
  return rows;
}

// The dot products of a query's direction with all unit vectors.
test::Vector scores_of(const test::Rows& units, const Query& query) {
  const auto direction = test::to_double(query.direction);
  test::Vector scores;
  for (const auto& unit : units) scores.push_back(test::dot(unit, direction));
  return scores;
}

// The `count` words of the highest scores, or all if they are fewer, without the excluded ones: the
// highest first, lower ids first among equals.
std::vector<WordId> ranking(const test::Vector& scores, const std::vector<WordId>& excluded,
                            std::size_t count) {
  std::vector<WordId> words;
  for (WordId id = 0; id < scores.size(); ++id) {
    if (std::ranges::find(excluded, id) == excluded.end()) words.push_back(id);
  }
  const auto last = words.begin() + static_cast<std::ptrdiff_t>(std::min(count, words.size()));
  std::partial_sort(words.begin(), last, words.end(), [&](WordId a, WordId b) {
    return std::pair(-scores[a], a) < std::pair(-scores[b], b);
  });
  words.erase(last, words.end());
  return words;
}

Query query_of(const UnitVectors& vectors, WordId id, std::vector<WordId> excluded) {
  const auto row = vectors.unit(id);
  return {{row.begin(), row.end()}, std::move(excluded)};
}

BOOST_AUTO_TEST_SUITE(unit_vectors)

BOOST_AUTO_TEST_CASE(have_length_1_and_the_direction_of_the_vectors) {
  const auto embeddings = test::random_embeddings(300, 19);
  const UnitVectors vectors(embeddings);
  BOOST_CHECK_EQUAL(vectors.size(), 300);
  BOOST_CHECK_EQUAL(vectors.dim(), 19);
  for (WordId id = 0; id < vectors.size(); ++id) {
    auto expected = test::to_double(embeddings.vector(id));
    const double norm = std::sqrt(test::dot(expected, expected));
    for (double& value : expected) value /= norm;
    BOOST_CHECK_LE(test::relative_error(test::to_double(vectors.unit(id)), expected), 1e-6);
  }
}

BOOST_AUTO_TEST_CASE(of_zero_is_zero) {
  const auto embeddings = test::embeddings_of({{"a", {3, 4}}, {"zero", {0, 0}}});
  const UnitVectors vectors(embeddings);
  BOOST_TEST(vectors.unit(0) == std::vector<float>({0.6f, 0.8f}), per_element());
  BOOST_TEST(vectors.unit(1) == std::vector<float>({0, 0}), per_element());
}

BOOST_DATA_TEST_CASE(do_not_overflow_or_vanish, data::make({1e-40f, 1e-30f, 1e19f, 1e30f, 1e38f}),
                     size) {
  const auto embeddings = test::embeddings_of({{"a", {size, -size, size, size}}});
  const UnitVectors vectors(embeddings);
  BOOST_TEST(vectors.unit(0) == std::vector<float>({0.5f, -0.5f, 0.5f, 0.5f}), per_element());
}

BOOST_AUTO_TEST_CASE(can_be_restricted_to_the_first_words) {
  const auto embeddings = test::random_embeddings(10, 3);
  BOOST_CHECK_EQUAL(UnitVectors(embeddings, 4).size(), 4);
  BOOST_CHECK_EQUAL(UnitVectors(embeddings, 0).size(), 10);
  BOOST_CHECK_EQUAL(UnitVectors(embeddings, 1000).size(), 10);
  BOOST_CHECK(
      std::ranges::equal(UnitVectors(embeddings, 4).unit(3), UnitVectors(embeddings).unit(3)));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(cosines)

struct KnownCosine {
  std::vector<float> a;
  std::vector<float> b;
  double cosine;

  friend std::ostream& operator<<(std::ostream& out, const KnownCosine& known) {
    return out << known.cosine << " of " << known.a[0];
  }
};

const auto kKnownCosines = data::make(std::vector<KnownCosine>{
    {{1, 0}, {0, 1}, 0},
    {{1, 0}, {1, 1}, std::sqrt(0.5)},
    {{1, 2, 3}, {-2, -4, -6}, -1},
    {{1, 2, 3}, {3, 1, 2}, 11.0 / 14},
    {{0, 0}, {1, 1}, 0},
    {{0, 0}, {0, 0}, 0},
    {{1e30f, 0}, {1e30f, 1e30f}, std::sqrt(0.5)},
    {{3e38f, 3e38f}, {3e38f, 3e38f}, 1},
    {{1e-30f, 0}, {1e-30f, 1e-30f}, std::sqrt(0.5)},
    {{1e-40f, 0}, {1e38f, 1e38f}, std::sqrt(0.5)},
});

BOOST_DATA_TEST_CASE(are_known_for_simple_vectors, kKnownCosines, known) {
  BOOST_CHECK_SMALL(cosine(known.a, known.b) - known.cosine, 1e-7);
  BOOST_CHECK_SMALL(cosine(known.b, known.a) - known.cosine, 1e-7);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(nearest_words)

// Sizes around those of the blocks of words and of queries.
BOOST_DATA_TEST_CASE(are_those_of_a_plain_search,
                     data::make({1, 7, 2047, 2048, 2049, 4100}) * data::make({1, 63, 64, 65, 257}),
                     size, count) {
  constexpr double kError = 1e-6;  // of a dot product of floats
  const auto embeddings = test::random_embeddings(static_cast<std::size_t>(size), 33);
  const UnitVectors vectors(embeddings);
  std::vector<Query> queries;
  auto random = stream(1, "queries", 0);
  for (int i = 0; i < count; ++i) {
    const auto word = random.below(static_cast<std::uint32_t>(size));
    const auto other = random.below(static_cast<std::uint32_t>(size));
    queries.push_back(query_of(vectors, word, {word, other}));
  }
  const auto results = nearest(vectors, queries, 5);
  const auto units = to_double(vectors);
  BOOST_REQUIRE_EQUAL(results.size(), queries.size());
  for (std::size_t q = 0; q < queries.size(); ++q) {
    const auto scores = scores_of(units, queries[q]);
    const auto expected = ranking(scores, queries[q].excluded, 5);
    BOOST_REQUIRE_EQUAL(results[q].size(), expected.size());
    for (std::size_t i = 0; i < results[q].size(); ++i) {
      const auto [word, similarity] = results[q][i];
      BOOST_CHECK_SMALL(similarity - scores[word], kError);
      BOOST_CHECK_SMALL(scores[word] - scores[expected[i]], kError);
      BOOST_CHECK(std::ranges::find(queries[q].excluded, word) == queries[q].excluded.end());
      if (i > 0) BOOST_CHECK_LE(similarity, results[q][i - 1].similarity);
    }
  }
}

// Unit vectors along the axes: their products are exact, and thousands of them are equal.
Embeddings axes(std::size_t size) {
  test::WordVectors named(size);
  for (std::size_t i = 0; i < size; ++i) {
    named[i] = {"w" + std::to_string(i), std::vector<float>(5)};
    named[i].second[i * i % 5] = i % 3 == 0 ? -2.0f : 2.0f;
  }
  return test::embeddings_of(named);
}

BOOST_DATA_TEST_CASE(come_in_the_order_of_their_ids_among_equals, data::make({1, 3, 1700, 9000}),
                     top) {
  const auto embeddings = axes(4500);
  const UnitVectors vectors(embeddings);
  std::vector<Query> queries;
  for (WordId id = 0; id < 70; ++id) queries.push_back(query_of(vectors, id, {id, 3, 3000}));
  const auto results = nearest(vectors, queries, static_cast<std::size_t>(top));
  const auto units = to_double(vectors);
  for (std::size_t q = 0; q < queries.size(); ++q) {
    const auto scores = scores_of(units, queries[q]);
    std::vector<Neighbor> expected;
    for (const auto word : ranking(scores, queries[q].excluded, static_cast<std::size_t>(top))) {
      expected.push_back({word, static_cast<float>(scores[word])});
    }
    BOOST_REQUIRE(results[q] == expected);
  }
}

BOOST_AUTO_TEST_CASE(equal_vectors_are_equally_near) {
  // Each vector occurs in several places of the tiles.
  const auto few = test::random_embeddings(100, 50);
  test::WordVectors named(4500);
  for (std::size_t i = 0; i < named.size(); ++i) {
    const auto row = few.vector(static_cast<WordId>(i % 100));
    named[i] = {"w" + std::to_string(i), {row.begin(), row.end()}};
  }
  const auto embeddings = test::embeddings_of(named);
  const UnitVectors vectors(embeddings);
  std::vector<Query> queries;
  for (WordId id = 0; id < 67; ++id) queries.push_back(query_of(vectors, id, {}));
  const auto results = nearest(vectors, queries, 45);
  for (WordId id = 0; id < 67; ++id) {
    for (WordId i = 0; i < 45; ++i) BOOST_CHECK_EQUAL(results[id][i].word, 100 * i + id);
  }
}

BOOST_DATA_TEST_CASE(do_not_depend_on_other_queries, data::make({7, 100}), dim) {
  const auto embeddings = test::random_embeddings(3000, static_cast<std::size_t>(dim));
  const UnitVectors vectors(embeddings);
  std::vector<Query> queries;
  for (WordId id = 0; id < 130; ++id) queries.push_back(query_of(vectors, id, {id}));
  const auto together = nearest(vectors, queries, 20);
  for (std::size_t q = 0; q < queries.size(); ++q) {
    BOOST_TEST(nearest(vectors, {&queries[q], 1}, 20).front() == together[q], per_element());
  }
}

BOOST_AUTO_TEST_CASE(do_not_depend_on_the_number_of_threads) {
  const auto embeddings = test::random_embeddings(3000, 20);
  const UnitVectors vectors(embeddings);
  std::vector<Query> queries;
  for (WordId id = 0; id < 300; ++id) queries.push_back(query_of(vectors, id, {id}));
  const auto with = [&](int threads) {
    return with_threads(threads, [&] { return nearest(vectors, queries, 10); });
  };
  const auto expected = with(1);
  for (const int threads : {2, 8}) BOOST_CHECK(with(threads) == expected);
}

BOOST_AUTO_TEST_CASE(are_all_words_where_more_are_asked_for) {
  const auto embeddings = test::random_embeddings(10, 3);
  const UnitVectors vectors(embeddings);
  const auto query = query_of(vectors, 0, {0, 5});
  BOOST_CHECK_EQUAL(nearest(vectors, {&query, 1}, 1000)[0].size(), 8);
}

BOOST_AUTO_TEST_CASE(are_none_where_none_are_asked_for_or_left) {
  const auto embeddings = test::random_embeddings(3, 3);
  const UnitVectors vectors(embeddings);
  const std::vector<Query> queries{query_of(vectors, 0, {}), query_of(vectors, 0, {2, 1, 0})};
  BOOST_CHECK(nearest(vectors, queries, 0)[0].empty());
  BOOST_CHECK(nearest(vectors, queries, 5)[1].empty());
  BOOST_CHECK(nearest(vectors, {}, 5).empty());
}

BOOST_AUTO_TEST_CASE(are_only_those_that_vectors_are_restricted_to) {
  const auto embeddings = axes(100);
  const UnitVectors vectors(embeddings, 20);
  const auto query = query_of(vectors, 1, {});
  const auto results = nearest(vectors, {&query, 1}, 100);
  BOOST_CHECK_EQUAL(results[0].size(), 20);
  for (const auto& neighbor : results[0]) BOOST_CHECK_LT(neighbor.word, 20);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(highest_scores)

const std::vector<float> kScores{1, 5, -3, 5, 2, 5};

BOOST_AUTO_TEST_CASE(come_first_and_lower_ids_among_equals) {
  const std::vector<Neighbor> expected{{1, 5}, {3, 5}, {5, 5}, {4, 2}};
  BOOST_TEST(highest(kScores, {}, 4) == expected, per_element());
}

BOOST_AUTO_TEST_CASE(leave_out_excluded_words) {
  const std::vector<WordId> excluded{3, 1, 3};
  const std::vector<Neighbor> expected{{5, 5}, {4, 2}};
  BOOST_TEST(highest(kScores, excluded, 2) == expected, per_element());
}

BOOST_AUTO_TEST_CASE(are_no_more_than_there_are_words) {
  BOOST_CHECK_EQUAL(highest(kScores, {}, 10).size(), 6);
  BOOST_CHECK_EQUAL(highest(kScores, {}, 10).back().word, 2);
  BOOST_CHECK(highest(kScores, {}, 0).empty());
  BOOST_CHECK(highest({}, {}, 3).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
