#include <algorithm>
#include <cmath>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "common/parallel.h"
#include "embed/bias/axis.h"
#include "embed/bias/debias.h"
#include "embed/query/nearest.h"
#include "tests/support/random_embeddings.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(hard_debiasing)

DenseVector to_dense(std::span<const float> row) { return {row.begin(), row.end()}; }

DenseVectors axes_of(const Embeddings& embeddings,
                     std::initializer_list<std::pair<WordId, WordId>> pairs) {
  std::vector<BiasAxis> axes;
  for (const auto& [a, b] : pairs) {
    const std::vector<WordId> words{a, b};
    const std::vector<DenseVectors> sets{unit_vectors_of(embeddings, words)};
    axes.push_back(principal_axis(sets));
  }
  return joint_basis(axes);
}

BOOST_AUTO_TEST_CASE(worked_by_hand) {
  const auto embeddings = test::embeddings_of({{"she", {0, 3, 4}},
                                               {"he", {0, 6, -8}},
                                               {"nurse", {3, 0, 4}},
                                               {"axis", {0, 0, 2}},
                                               {"nothing", {0, 0, 0}}});
  const auto result =
      hard_debias(embeddings, {{0, 0, 1}}, {.specific = {1}, .equalized = {{0, 1}}});
  const auto row = [&](WordId word) { return to_dense(result.vectors.row(word)); };
  // m = (0, 0.6, 0), so that sqrt(1 - 0.36) = 0.8 is left for the axis.
  BOOST_CHECK_SMALL(cosine(result.vectors.row(0), std::vector<float>{0, 0.6f, 0.8f}) - 1, 1e-6);
  BOOST_CHECK_SMALL(cosine(result.vectors.row(1), std::vector<float>{0, 0.6f, -0.8f}) - 1, 1e-6);
  BOOST_TEST(row(2) == DenseVector({1, 0, 0}), boost::test_tools::per_element());
  BOOST_TEST(row(3) == DenseVector({0, 0, 0}), boost::test_tools::per_element());
  BOOST_TEST(row(4) == DenseVector({0, 0, 0}), boost::test_tools::per_element());
  BOOST_TEST(result.emptied == std::vector<WordId>{3}, boost::test_tools::per_element());
  BOOST_CHECK_EQUAL(result.neutralized, 3);
  BOOST_CHECK_EQUAL(result.equalized, 1);
}

BOOST_AUTO_TEST_CASE(neutral_words_have_no_projection_and_the_same_distance_from_equalized_ones) {
  constexpr double kError = 1e-6;
  const auto embeddings = test::random_embeddings(2000, 50);
  const auto basis = axes_of(embeddings, {{0, 1}, {2, 3}});
  const std::vector<std::vector<WordId>> sets{{0, 1}, {10, 11}, {12, 13, 14}};
  const auto result = hard_debias(embeddings, basis, {.specific = {2, 3}, .equalized = sets});
  BOOST_CHECK_EQUAL(result.equalized, 3);
  BOOST_CHECK_EQUAL(result.neutralized, 2000 - 2 - 7);
  for (WordId word = 0; word < embeddings.size(); ++word) {
    const auto vector = to_dense(result.vectors.row(word));
    BOOST_REQUIRE_SMALL(dot(vector, vector) - 1, kError);
    if (word < 4 || (word >= 10 && word <= 14)) continue;
    for (const auto& direction : basis) BOOST_REQUIRE_SMALL(dot(vector, direction), kError);
    for (const auto& set : sets) {
      const auto first = dot(vector, to_dense(result.vectors.row(set.front())));
      for (const auto other : set) {
        BOOST_REQUIRE_SMALL(dot(vector, to_dense(result.vectors.row(other))) - first, kError);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(specific_words_stay_as_they_are_but_for_their_length) {
  const auto embeddings = test::random_embeddings(50, 8);
  const auto basis = axes_of(embeddings, {{0, 1}});
  const auto result = hard_debias(embeddings, basis, {.specific = {5}, .equalized = {}});
  BOOST_CHECK_SMALL(cosine(result.vectors.row(5), embeddings.vector(5)) - 1, 1e-6);
  BOOST_CHECK_GT(std::abs(dot(to_dense(result.vectors.row(5)), basis.front())), 1e-3);
}

BOOST_AUTO_TEST_CASE(sets_that_cannot_be_equalized_are_named) {
  const auto embeddings = test::embeddings_of(
      {{"a", {1, 0, 1}}, {"b", {1, 0, -1}}, {"c", {0, 1, 1}}, {"d", {0, 1, 1}}, {"e", {1, 1, 0}}});
  const auto result =
      hard_debias(embeddings, {{0, 0, 1}}, {.specific = {}, .equalized = {{0, 1}, {1, 4}, {2, 3}}});
  BOOST_CHECK_EQUAL(result.equalized, 1);
  BOOST_TEST(result.overlapping == std::vector<std::size_t>{1}, boost::test_tools::per_element());
  BOOST_TEST(result.not_different == std::vector<std::size_t>{2}, boost::test_tools::per_element());
  BOOST_CHECK_EQUAL(result.vectors.row(2)[2], 0);  // neutralised instead
}

BOOST_AUTO_TEST_CASE(the_number_of_threads_does_not_matter) {
  const auto embeddings = test::random_embeddings(9000, 20);
  const auto basis = axes_of(embeddings, {{0, 1}});
  const auto run = [&](int threads) {
    return with_threads(threads, [&] {
      return hard_debias(embeddings, basis, {.specific = {0, 1}, .equalized = {{2, 3}}}).vectors;
    });
  };
  BOOST_CHECK(test::same_bits(run(1), run(3)));
}

BOOST_AUTO_TEST_CASE(bad_bases) {
  const auto embeddings = test::random_embeddings(10, 2);
  BOOST_CHECK_EXCEPTION(hard_debias(embeddings, {{1, 0, 0}}, {}), UsageError,
                        test::says("the axis has 3 dimensions, and the vectors have 2"));
  BOOST_CHECK_EXCEPTION(hard_debias(embeddings, {{1, 0}, {0, 1}}, {}), UsageError,
                        test::says("2 directions to remove from vectors of 2 dimensions"));
  BOOST_CHECK_EXCEPTION(hard_debias(embeddings, {}, {}), UsageError, test::says("0 directions"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
