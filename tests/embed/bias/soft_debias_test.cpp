#include <cmath>
#include <limits>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "common/parallel.h"
#include "embed/bias/axis.h"
#include "embed/bias/debias.h"
#include "tests/support/random_embeddings.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(soft_debiasing)

namespace data = boost::unit_test::data;

DenseVector to_dense(std::span<const float> row) { return {row.begin(), row.end()}; }

DenseVectors first_axis(const Embeddings& embeddings) {
  const std::vector<WordId> words{0, 1};
  const std::vector<DenseVectors> sets{unit_vectors_of(embeddings, words)};
  return principal_axis(sets).basis;
}

double mean_square_projection(const Matrix& vectors, const DenseVector& direction) {
  double sum = 0;
  for (std::size_t i = 2; i < vectors.rows(); ++i) {
    sum += std::pow(dot(to_dense(vectors.row(i)), direction), 2);
  }
  return sum / static_cast<double>(vectors.rows() - 2);
}

BOOST_AUTO_TEST_CASE(worked_by_hand) {
  // Words along the coordinate axes, all of them neutral: S is I / 2, X is diagonal, and of the
  // direction (0, 1) the least of (x - 1)^2 / 4 + t x^2 / 2 is at x = 1 / (1 + 2 t).
  const auto embeddings = test::embeddings_of({{"a", {2, 0}}, {"b", {0, 3}}});
  const auto result = soft_debias(embeddings, {{0, 1}}, {.tradeoff = 1.5, .specific = {}});
  BOOST_CHECK_CLOSE(result.inner_product_change, 0.75 / 2, 1e-4);
  BOOST_CHECK_CLOSE(result.neutral_projection, 0.25 * std::sqrt(0.5), 1e-4);
}

BOOST_DATA_TEST_CASE(nothing_near_it_is_better, data::make({0.05, 0.2, 5.0}), tradeoff) {
  // The objective of the paper, on T's effect: measured, not solved. With more trade-off inner
  // products change more and neutral words are more neutral.
  const auto embeddings = test::random_embeddings(300, 12);
  const auto basis = first_axis(embeddings);
  const auto at = [&](double t) {
    return soft_debias(embeddings, basis, {.tradeoff = t, .specific = {0, 1}});
  };
  const auto least = at(tradeoff);
  const auto objective = [&](const SoftDebiased& x) {
    return std::pow(x.inner_product_change, 2) + tradeoff * std::pow(x.neutral_projection, 2);
  };
  for (const double factor : {0.5, 0.9, 1.1, 2.0}) {
    BOOST_CHECK_GT(objective(at(tradeoff * factor)), objective(least));
  }
  const auto more = at(2 * tradeoff);
  BOOST_CHECK_GT(more.inner_product_change, least.inner_product_change);
  BOOST_CHECK_LT(more.neutral_projection, least.neutral_projection);
}

BOOST_AUTO_TEST_CASE(neutral_words_lose_the_axis_as_the_trade_off_grows) {
  const auto embeddings = test::random_embeddings(1000, 20);
  const auto basis = first_axis(embeddings);
  double last = 1;
  for (const double tradeoff : {1e-6, 0.02, 0.2, 2.0, 200.0}) {
    const auto result = soft_debias(embeddings, basis, {.tradeoff = tradeoff, .specific = {0, 1}});
    const auto projection = mean_square_projection(result.vectors, basis.front());
    BOOST_CHECK_LT(projection, last);
    last = projection;
    for (std::size_t i = 0; i < 1000; ++i) {
      const auto vector = to_dense(result.vectors.row(i));
      BOOST_REQUIRE_SMALL(dot(vector, vector) - 1, 1e-5);
    }
  }
  BOOST_CHECK_LT(last, 1e-4);
}

BOOST_AUTO_TEST_CASE(hardly_any_trade_off_leaves_the_vectors_as_they_are) {
  const auto embeddings = test::random_embeddings(200, 6);
  const auto result =
      soft_debias(embeddings, first_axis(embeddings), {.tradeoff = 1e-9, .specific = {0, 1}});
  for (WordId word = 0; word < embeddings.size(); ++word) {
    const auto unit = unit_vector_of(embeddings, word);
    BOOST_REQUIRE_SMALL(dot(unit, to_dense(result.vectors.row(word))) - 1, 1e-5);
  }
}

BOOST_AUTO_TEST_CASE(fewer_words_than_dimensions_and_zero_vectors) {
  const auto embeddings = test::embeddings_of({{"a", {1, 0, 1, 0, 0}},
                                               {"b", {1, 0, -1, 0, 0}},
                                               {"c", {0, 1, 1, 0, 0}},
                                               {"nothing", {0, 0, 0, 0, 0}}});
  const auto result =
      soft_debias(embeddings, {{0, 0, 1, 0, 0}}, {.tradeoff = 1, .specific = {0, 1}});
  for (std::size_t i = 0; i < 4; ++i) {
    for (const float x : result.vectors.row(i)) BOOST_CHECK(std::isfinite(x));
  }
}

BOOST_AUTO_TEST_CASE(the_number_of_threads_does_not_matter) {
  const auto embeddings = test::random_embeddings(9000, 16);
  const auto basis = first_axis(embeddings);
  const auto run = [&](int threads) {
    return with_threads(threads, [&] {
      return soft_debias(embeddings, basis, {.tradeoff = 1, .specific = {0, 1}}).vectors;
    });
  };
  BOOST_CHECK(test::same_bits(run(1), run(3)));
}

BOOST_AUTO_TEST_CASE(bad_options) {
  const auto embeddings = test::random_embeddings(2, 3);
  for (const double tradeoff : {0.0, -1.0, std::numeric_limits<double>::infinity()}) {
    BOOST_CHECK_EXCEPTION(
        soft_debias(embeddings, {{1, 0, 0}}, {.tradeoff = tradeoff, .specific = {}}), UsageError,
        test::says("expected a number above 0"));
  }
  BOOST_CHECK_EXCEPTION(soft_debias(embeddings, {{1, 0, 0}}, {.tradeoff = 1, .specific = {0, 1}}),
                        UsageError, test::says("every word is specific"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
