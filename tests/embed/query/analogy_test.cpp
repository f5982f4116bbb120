#include "embed/query/analogy.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/parallel.h"
#include "tests/support/random_embeddings.h"
#include "tests/support/reference.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(analogies)

namespace data = boost::unit_test::data;

// cos(x - y, z - w); 0 where one of the differences is.
double cosine_of_differences(test::Vector x, const test::Vector& y, test::Vector z,
                             const test::Vector& w) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] -= y[i];
    z[i] -= w[i];
  }
  const auto norms = std::sqrt(test::dot(x, x) * test::dot(z, z));
  return norms == 0 ? 0 : test::dot(x, z) / norms;
}

std::vector<Neighbor> solve_analogy(const UnitVectors& vectors, const Analogy& analogy,
                                    AnalogyMethod method, std::size_t top) {
  return solve_analogies(vectors, {&analogy, 1}, method, top).front();
}

// The scores of all words, by the formulas of the papers.
test::Vector scores_of(const UnitVectors& vectors, const Analogy& analogy, AnalogyMethod method) {
  const auto unit = [&](WordId id) { return test::to_double(vectors.unit(id)); };
  const auto [a, b, c] = analogy;
  test::Vector direction(vectors.dim());
  for (std::size_t i = 0; i < direction.size(); ++i)
    direction[i] = unit(b)[i] - unit(a)[i] + unit(c)[i];
  const double length = std::sqrt(test::dot(direction, direction));
  test::Vector scores;
  for (WordId id = 0; id < vectors.size(); ++id) {
    const auto shifted = [&](WordId other) { return (test::dot(unit(id), unit(other)) + 1) / 2; };
    switch (method) {
      case AnalogyMethod::k3CosAdd:
        scores.push_back(test::dot(unit(id), direction) / length);
        break;
      case AnalogyMethod::k3CosMul:
        scores.push_back(shifted(b) * shifted(c) / (shifted(a) + 0.001));
        break;
      case AnalogyMethod::kPairDirection:
        scores.push_back(cosine_of_differences(unit(id), unit(c), unit(b), unit(a)));
    }
  }
  return scores;
}

// Four words of two pairs along two axes, and others.
Embeddings royal_family() {
  return test::embeddings_of({{"man", {1, 0, 0, 0.1f}},
                              {"woman", {1, 1, 0, 0.1f}},
                              {"king", {1, 0, 1, 0.1f}},
                              {"queen", {1, 1, 1, 0.1f}},
                              {"pauper", {1, 0, -1, 0.1f}},
                              {"apple", {0, 0, 0.1f, 1}},
                              {"nothing", {0, 0, 0, 0}}});
}

const auto kMethods = data::make({"3cosadd", "3cosmul", "pairdirection"});

BOOST_DATA_TEST_CASE(man_is_to_king_as_woman_is_to_queen, kMethods, name) {
  const auto method = enum_from_name<AnalogyMethod>(name).value();
  const auto embeddings = royal_family();
  const UnitVectors vectors(embeddings);
  const auto& vocabulary = embeddings.vocabulary();
  const auto id = [&](std::string_view word) { return vocabulary.find(word).value(); };
  const auto answers = solve_analogy(vectors, {id("man"), id("king"), id("woman")}, method, 1);
  BOOST_REQUIRE_EQUAL(answers.size(), 1);
  BOOST_CHECK_EQUAL(vocabulary.word(answers[0].word), "queen");
}

BOOST_DATA_TEST_CASE(answers_are_those_of_the_formula, kMethods, name) {
  constexpr double kError = 1e-5;
  const auto method = enum_from_name<AnalogyMethod>(name).value();
  const auto embeddings = test::random_embeddings(3000, 25);
  const UnitVectors vectors(embeddings);
  auto random = stream(1, "analogies", 0);
  for (int i = 0; i < 20; ++i) {
    const Analogy analogy{random.below(3000), random.below(3000), random.below(3000)};
    const auto scores = scores_of(vectors, analogy, method);
    auto expected = scores;
    for (const auto word : {analogy.a, analogy.b, analogy.c}) expected[word] = -HUGE_VAL;
    std::ranges::sort(expected, std::greater<>());
    const auto answers = solve_analogy(vectors, analogy, method, 10);
    BOOST_REQUIRE_EQUAL(answers.size(), 10);
    for (std::size_t k = 0; k < answers.size(); ++k) {
      const auto [word, similarity] = answers[k];
      BOOST_CHECK(word != analogy.a && word != analogy.b && word != analogy.c);
      BOOST_CHECK_SMALL(similarity - scores[word], kError);
      BOOST_CHECK_SMALL(scores[word] - expected[k], kError);
    }
  }
}

BOOST_DATA_TEST_CASE(the_words_of_the_question_are_no_answer, kMethods, name) {
  const auto method = enum_from_name<AnalogyMethod>(name).value();
  const auto embeddings = royal_family();
  const UnitVectors vectors(embeddings);
  // b - a + c is c itself.
  for (const auto& [word, similarity] : solve_analogy(vectors, {1, 1, 2}, method, 100)) {
    BOOST_CHECK(word != 1 && word != 2);
    BOOST_CHECK(std::isfinite(similarity));
  }
  BOOST_CHECK_EQUAL(solve_analogy(vectors, {1, 1, 2}, method, 100).size(), 5);
  BOOST_CHECK(solve_analogy(vectors, {0, 1, 2}, method, 0).empty());
}

BOOST_DATA_TEST_CASE(several_are_answered_as_one_by_one_by_any_number_of_threads, kMethods, name) {
  const auto method = enum_from_name<AnalogyMethod>(name).value();
  const auto embeddings = test::random_embeddings(300, 25);
  const UnitVectors vectors(embeddings);
  auto random = stream(1, "analogies", 1);
  std::vector<Analogy> analogies(100);
  for (auto& analogy : analogies)
    analogy = {random.below(300), random.below(300), random.below(300)};
  const auto answers =
      with_threads(1, [&] { return solve_analogies(vectors, analogies, method, 5); });
  BOOST_CHECK(answers ==
              with_threads(3, [&] { return solve_analogies(vectors, analogies, method, 5); }));
  for (std::size_t i = 0; i < analogies.size(); ++i)
    BOOST_CHECK_EQUAL(answers[i].front().word,
                      solve_analogy(vectors, analogies[i], method, 1).front().word);
  BOOST_CHECK(solve_analogies(vectors, {}, method, 5).empty());
}

BOOST_AUTO_TEST_CASE(pair_direction_keeps_its_digits_where_words_are_near) {
  // Of d1 and d2, d - c is 0.001 b - a and its opposite; d3 has the vector of c.
  const auto embeddings = test::embeddings_of({{"a", {1, 0, 0}},
                                               {"b", {0, 1, 0}},
                                               {"c", {1, 1, 5}},
                                               {"d1", {0.9998f, 1.0002f, 5}},
                                               {"d2", {1.0002f, 0.9998f, 5}},
                                               {"d3", {2, 2, 10}}});
  const UnitVectors vectors(embeddings);
  const auto answers = solve_analogy(vectors, {0, 1, 2}, AnalogyMethod::kPairDirection, 6);
  BOOST_REQUIRE_EQUAL(answers.size(), 3);
  BOOST_CHECK_EQUAL(answers[0].word, 3);
  BOOST_CHECK_SMALL(answers[0].similarity - 1, 1e-3f);
  BOOST_CHECK(answers[1] == (Neighbor{5, 0}));
  BOOST_CHECK_EQUAL(answers[2].word, 4);
  BOOST_CHECK_SMALL(answers[2].similarity + 1, 1e-3f);
}

BOOST_AUTO_TEST_CASE(pair_direction_without_a_direction_is_0_for_all) {
  const auto embeddings = royal_family();
  const UnitVectors vectors(embeddings);
  for (const auto& answer : solve_analogy(vectors, {1, 1, 2}, AnalogyMethod::kPairDirection, 9))
    BOOST_CHECK_EQUAL(answer.similarity, 0);
}

BOOST_AUTO_TEST_CASE(the_direction_has_length_1) {
  const auto embeddings = test::random_embeddings(50, 9);
  const UnitVectors vectors(embeddings);
  const auto query = analogy_query(vectors, {1, 2, 3});
  const auto direction = test::to_double(query.direction);
  BOOST_CHECK_SMALL(test::dot(direction, direction) - 1, 1e-6);
  BOOST_TEST(query.excluded == std::vector<WordId>({1, 2, 3}), boost::test_tools::per_element());
}

BOOST_DATA_TEST_CASE(a_direction_of_zero_has_finite_scores, kMethods, name) {
  const auto method = enum_from_name<AnalogyMethod>(name).value();
  const auto embeddings = royal_family();
  const UnitVectors vectors(embeddings);
  constexpr WordId kNothing = 6;
  const auto answers = solve_analogy(vectors, {kNothing, kNothing, kNothing}, method, 100);
  BOOST_CHECK_EQUAL(answers.size(), 6);
  for (const auto& answer : answers) BOOST_CHECK(std::isfinite(answer.similarity));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
