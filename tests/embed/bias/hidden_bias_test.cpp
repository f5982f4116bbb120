#include "embed/bias/hidden_bias.h"

#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "common/random.h"
#include "embed/bias/two_means.h"
#include "tests/support/embeddings.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(hidden_biases)

constexpr std::size_t kDim = 10;

// Words at `distance` from the origin along the first axis, one half on either side, and small
// random parts along the others.
Embeddings two_camps(std::size_t words, float distance) {
  auto random = stream(1, "camps", 0);
  test::WordVectors rows(words);
  for (std::size_t i = 0; i < words; ++i) {
    rows[i].first = "w" + std::to_string(i);
    rows[i].second.push_back(i % 2 == 0 ? distance : -distance);
    for (std::size_t k = 1; k < kDim; ++k) rows[i].second.push_back(random.uniform() - 0.5f);
  }
  return test::embeddings_of(rows);
}

DenseVector first_axis() {
  DenseVector direction(kDim);
  direction.front() = 1;
  return direction;
}

BOOST_AUTO_TEST_CASE(the_most_biased_words) {
  const auto embeddings = test::embeddings_of({{"a", {3, 4}},
                                               {"b", {-1, 1}},
                                               {"c", {4, 3}},
                                               {"d", {-2, 1}},
                                               {"e", {0, 1}},
                                               {"f", {-1, 0}}});
  const DenseVector direction{1, 0};
  const auto words = most_biased_words(embeddings, direction, {}, {});
  BOOST_TEST(words.positive == std::vector<WordId>({2, 0}), boost::test_tools::per_element());
  BOOST_TEST(words.negative == std::vector<WordId>({5, 3}), boost::test_tools::per_element());
  const std::vector<WordId> excluded{2};
  const auto fewer = most_biased_words(embeddings, direction, excluded, {.restrict_to = 4});
  BOOST_TEST(fewer.positive == std::vector<WordId>({0}), boost::test_tools::per_element());
  BOOST_TEST(fewer.negative == std::vector<WordId>({3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(camps_are_found) {
  const auto embeddings = two_camps(400, 2);
  const HiddenBiasOptions options{.words = 40};
  const auto words = most_biased_words(embeddings, first_axis(), {}, options);
  const auto hidden = hidden_bias(embeddings, words, options).value();
  BOOST_CHECK_EQUAL(hidden.clustered, 80);
  BOOST_CHECK_EQUAL(hidden.cluster_accuracy, 1);
  BOOST_CHECK_EQUAL(hidden.trained, 2 * (200 / 5));
  BOOST_CHECK_EQUAL(hidden.tested, 400 - hidden.trained);
  BOOST_CHECK_EQUAL(hidden.classifier_accuracy.value(), 1);
}

BOOST_AUTO_TEST_CASE(without_camps_it_is_chance) {
  const auto embeddings = two_camps(2000, 0);
  BiasedWords words;
  for (WordId word = 0; word < 2000; ++word) {
    (word % 2 == 0 ? words.positive : words.negative).push_back(word);
  }
  const auto hidden = hidden_bias(embeddings, words, {.words = 500}).value();
  BOOST_CHECK_LT(hidden.cluster_accuracy, 0.6);
  BOOST_CHECK_SMALL(hidden.classifier_accuracy.value() - 0.5, 0.06);
}

BOOST_AUTO_TEST_CASE(too_few_words) {
  const auto embeddings = two_camps(20, 2);
  BOOST_CHECK(!hidden_bias(embeddings, {{0}, {1}}));
  const auto hidden = hidden_bias(embeddings, {{0, 2, 4}, {1, 3, 5}}).value();
  BOOST_CHECK_EQUAL(hidden.clustered, 6);
  BOOST_CHECK(!hidden.classifier_accuracy);
  BOOST_CHECK_EXCEPTION(hidden_bias(embeddings, {}, {.words = 1}), UsageError,
                        test::says("at least 2"));
}

BOOST_AUTO_TEST_CASE(clusters_of_equal_vectors_and_of_one) {
  BOOST_CHECK_EQUAL(two_means({{1, 2}}, 1).size(), 1);
  BOOST_CHECK_EQUAL(two_means({{1, 2}, {1, 2}, {1, 2}}, 1).size(), 3);
  const auto clusters = two_means({{0}, {10}, {0.1}, {10.1}, {9.9}}, 1);
  BOOST_CHECK(clusters[0] == clusters[2] && clusters[1] == clusters[3] &&
              clusters[1] == clusters[4]);
  BOOST_CHECK_NE(clusters[0], clusters[1]);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
