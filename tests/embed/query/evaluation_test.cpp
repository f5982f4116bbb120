#include "embed/query/evaluation.h"

#include <cmath>
#include <numeric>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "common/parallel.h"
#include "common/statistics.h"
#include "tests/support/random_embeddings.h"

namespace wordkin {
namespace {

namespace data = boost::unit_test::data;

// A plane: countries to the right of their capitals, plurals above. The order is that of frequency.
Embeddings atlas() {
  return test::embeddings_of({{"paris", {1, 0, 4, 0}},
                              {"france", {1, 2, 4, 0}},
                              {"rome", {1, 0, 0, 4}},
                              {"italy", {1, 2, 0, 4}},
                              {"Rome", {9, 9, 0, 1}},
                              {"dog", {-4, 1, 0, 0}},
                              {"dogs", {-4, 1, 3, 0}},
                              {"cat", {-3, -2, 0, 0}},
                              {"cats", {-3, -2, 3, 0}}});
}

const std::vector<AnalogySection> kQuestions{
    {"capitals",
     Relation::kSemantic,
     {{"paris", "france", "rome", {"italy"}},
      {"rome", "italy", "paris", {"france"}},
      {"paris", "france", "oslo", {"norway"}},    // two unknown words
      {"paris", "france", "rome", {"norway"}}}},  // an unknown answer
    {"plural",
     Relation::kSyntactic,
     {{"dog", "dogs", "cat", {"cats"}}, {"dog", "dogs", "cat", {"paris"}}}},
    {"unknown", Relation::kSemantic, {{"x", "y", "z", {"u"}}}},
};

AnalogyScores scores_of(const Embeddings& embeddings, const std::vector<AnalogySection>& sections,
                        std::size_t restrict_to = 0, Case letter_case = Case::kSensitive) {
  const UnitVectors vectors(embeddings, restrict_to);
  const WordLookup lookup(embeddings.vocabulary(), vectors.size(), letter_case);
  return evaluate_analogies(vectors, sections, lookup);
}

void check(const Accuracy& found, std::uint64_t questions, std::uint64_t answered,
           std::uint64_t correct) {
  BOOST_CHECK_EQUAL(found.questions, questions);
  BOOST_CHECK_EQUAL(found.answered, answered);
  BOOST_CHECK_EQUAL(found.correct, correct);
}

BOOST_AUTO_TEST_SUITE(analogy_scores)

BOOST_AUTO_TEST_CASE(count_questions_known_and_answered_by_section) {
  const auto scores = scores_of(atlas(), kQuestions);
  BOOST_REQUIRE_EQUAL(scores.sections.size(), 3);
  for (std::size_t i = 0; i < 3; ++i)
    BOOST_CHECK_EQUAL(scores.sections[i].name, kQuestions[i].name);
  check(scores.sections[0].accuracy, 4, 2, 2);
  check(scores.sections[1].accuracy, 2, 2, 1);
  check(scores.sections[2].accuracy, 1, 0, 0);
  check(scores.semantic, 5, 2, 2);
  check(scores.syntactic, 2, 2, 1);
  check(scores.total, 7, 4, 3);
}

BOOST_AUTO_TEST_CASE(are_shares_of_what_is_known) {
  const auto scores = scores_of(atlas(), kQuestions);
  BOOST_CHECK_EQUAL(scores.total.accuracy().value(), 0.75);
  BOOST_CHECK_EQUAL(scores.total.coverage(), 4.0 / 7);
  BOOST_CHECK(!scores.sections[2].accuracy.accuracy());
  BOOST_CHECK_EQUAL(scores.sections[2].accuracy.coverage(), 0);
  BOOST_CHECK_EQUAL(Accuracy{}.coverage(), 0);
}

BOOST_AUTO_TEST_CASE(have_the_interval_of_wilson) {
  const auto scores = scores_of(atlas(), kQuestions);
  BOOST_CHECK(scores.total.interval().value() == wilson_interval(3, 4));
  BOOST_CHECK(!scores.sections[2].accuracy.interval());
}

BOOST_AUTO_TEST_CASE(tell_which_questions_were_right) {
  const auto scores = scores_of(atlas(), kQuestions);
  BOOST_TEST(scores.sections[0].right == std::vector<std::uint32_t>({1, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(scores.sections[1].right == std::vector<std::uint32_t>({1, 0}),
             boost::test_tools::per_element());
  BOOST_CHECK(scores.sections[2].right.empty());
}

BOOST_AUTO_TEST_CASE(take_any_of_the_answers) {
  const std::vector<AnalogySection> questions{
      {"capitals",
       Relation::kSemantic,
       {{"paris", "france", "rome", {"norway", "cat", "italy"}},
        {"paris", "france", "rome", {"norway", "cat"}},
        {"paris", "france", "rome", {"norway", "oslo"}}}}};
  const auto scores = scores_of(atlas(), questions);
  check(scores.total, 3, 2, 1);
  BOOST_CHECK_EQUAL(scores.unknown.words, 1);  // one of the answers is enough to know
  BOOST_CHECK_EQUAL(scores.unknown.first.at(0), "norway");
}

BOOST_AUTO_TEST_CASE(say_which_words_are_unknown_and_what_would_find_them) {
  const auto unknown = scores_of(atlas(), kQuestions).unknown;
  BOOST_CHECK_EQUAL(unknown.words, 6);
  BOOST_TEST(unknown.first == std::vector<std::string>({"oslo", "norway", "x"}),
             boost::test_tools::per_element());
  BOOST_CHECK_EQUAL(unknown.in_another_case, 0);
  BOOST_CHECK_EQUAL(unknown.beyond_size, 0);
  BOOST_CHECK_EQUAL(scores_of(atlas(), kQuestions, 7).unknown.beyond_size, 2);  // cat and cats
  const std::vector<AnalogySection> upper{
      {"capitals", Relation::kSemantic, {{"PARIS", "france", "PARIS", {"Cats"}}}}};
  const auto in_upper = scores_of(atlas(), upper).unknown;
  BOOST_CHECK_EQUAL(in_upper.words, 2);
  BOOST_CHECK_EQUAL(in_upper.in_another_case, 2);
  BOOST_CHECK_EQUAL(scores_of(atlas(), upper, 7, Case::kIgnored).unknown.beyond_size, 1);
}

BOOST_AUTO_TEST_CASE(may_be_by_any_method) {
  const auto embeddings = atlas();
  const UnitVectors vectors(embeddings);
  const WordLookup lookup(embeddings.vocabulary(), vectors.size(), Case::kSensitive);
  for (const auto method : {AnalogyMethod::k3CosMul, AnalogyMethod::kPairDirection}) {
    const auto scores = evaluate_analogies(vectors, kQuestions, lookup, method);
    check(scores.sections[0].accuracy, 4, 2, 2);
    check(scores.total, 7, 4, 3);
  }
}

BOOST_AUTO_TEST_CASE(are_of_the_first_words_where_restricted) {
  const auto scores = scores_of(atlas(), kQuestions, 7);  // without cat and cats
  check(scores.semantic, 5, 2, 2);
  check(scores.syntactic, 2, 0, 0);
}

BOOST_AUTO_TEST_CASE(tell_spellings_apart_unless_case_is_ignored) {
  const std::vector<AnalogySection> questions{
      {"capitals",
       Relation::kSemantic,
       {{"Paris", "France", "ROME", {"Italy"}}, {"Rome", "italy", "paris", {"france"}}}}};
  check(scores_of(atlas(), questions).total, 2, 1, 0);
  check(scores_of(atlas(), questions, 0, Case::kIgnored).total, 2, 2, 2);
}

BOOST_AUTO_TEST_CASE(of_nothing_are_zero) {
  const auto scores = scores_of(atlas(), {});
  BOOST_CHECK(scores.sections.empty());
  check(scores.total, 0, 0, 0);
}

// Thousands of questions, more than are answered at a time.
std::vector<AnalogySection> many_questions(const Embeddings& embeddings) {
  std::vector<AnalogySection> sections{{"one", Relation::kSemantic, {}},
                                       {"two", Relation::kSyntactic, {}}};
  auto random = stream(1, "questions", 0);
  const auto word = [&] {
    return std::string(embeddings.vocabulary().word(random.below(embeddings.size())));
  };
  for (int i = 0; i < 5000; ++i) {
    sections[static_cast<std::size_t>(i % 2)].questions.push_back(
        {word(), word(), word(), {word()}});
  }
  return sections;
}

BOOST_AUTO_TEST_CASE(do_not_depend_on_the_number_of_threads) {
  const auto embeddings = test::random_embeddings(30, 4);
  const auto sections = many_questions(embeddings);
  const auto expected = with_threads(1, [&] { return scores_of(embeddings, sections).total; });
  BOOST_CHECK_GT(expected.correct, 0);
  for (const int threads : {2, 8}) {
    const auto found = with_threads(threads, [&] { return scores_of(embeddings, sections).total; });
    BOOST_CHECK_EQUAL(found.correct, expected.correct);
  }
}

BOOST_AUTO_TEST_CASE(report_their_progress_and_can_be_interrupted) {
  const auto embeddings = test::random_embeddings(30, 4);
  const UnitVectors vectors(embeddings);
  const WordLookup lookup(embeddings.vocabulary(), vectors.size(), Case::kSensitive);
  const auto sections = many_questions(embeddings);
  std::vector<Progress> reports;
  std::stop_source stop;
  Monitor monitor{[&](const Progress& progress) { reports.push_back(progress); }, stop.get_token()};
  evaluate_analogies(vectors, sections, lookup, AnalogyMethod::k3CosAdd, monitor);
  BOOST_REQUIRE_GE(reports.size(), 2);
  BOOST_CHECK_EQUAL(reports.front().done, 0);
  BOOST_CHECK_EQUAL(reports.back().done, 5000);
  for (const auto& report : reports) BOOST_CHECK_EQUAL(report.total, 5000);
  stop.request_stop();
  BOOST_CHECK_THROW(evaluate_analogies(vectors, sections, lookup, AnalogyMethod::k3CosAdd, monitor),
                    Interrupted);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(similarity_scores)

SimilarityScores similarity_of(const std::vector<SimilarityPair>& pairs,
                               std::size_t restrict_to = 0, Case letter_case = Case::kSensitive) {
  const auto embeddings = test::embeddings_of({{"east", {1, 0}},
                                               {"north", {0, 1}},
                                               {"northeast", {1, 1}},
                                               {"West", {-1, 0}},
                                               {"up", {1, 2}}});
  const UnitVectors vectors(embeddings, restrict_to);
  return evaluate_similarities(vectors, pairs,
                               WordLookup(embeddings.vocabulary(), vectors.size(), letter_case));
}

// Cosines 1, 0.707, 0, -1; the scores have the same order.
const std::vector<SimilarityPair> kPairs{{"east", "east", 10},
                                         {"northeast", "north", 9},
                                         {"east", "north", 5},
                                         {"east", "West", 0},
                                         {"east", "nowhere", 7}};

BOOST_AUTO_TEST_CASE(correlate_scores_with_cosines) {
  const auto scores = similarity_of(kPairs);
  BOOST_CHECK_EQUAL(scores.pairs, 5);
  BOOST_CHECK_EQUAL(scores.found, 4);
  BOOST_CHECK_EQUAL(scores.coverage(), 0.8);
  BOOST_CHECK_CLOSE_FRACTION(scores.spearman.value.value(), 1, 1e-12);
  const auto expected =
      pearson(std::vector<double>{10, 9, 5, 0}, std::vector<double>{1, std::sqrt(0.5), 0, -1});
  BOOST_CHECK_CLOSE_FRACTION(scores.pearson.value.value(), expected.value(), 1e-6);
}

BOOST_AUTO_TEST_CASE(are_of_the_first_words_where_restricted) {
  BOOST_CHECK_EQUAL(similarity_of(kPairs, 3).found, 3);
  BOOST_CHECK_EQUAL(similarity_of(kPairs, 1).found, 1);
}

BOOST_AUTO_TEST_CASE(ignore_case_where_asked_to) {
  const std::vector<SimilarityPair> pairs{{"East", "WEST", 1}, {"NORTH", "up", 2}};
  BOOST_CHECK_EQUAL(similarity_of(pairs).found, 0);
  BOOST_CHECK_EQUAL(similarity_of(pairs, 0, Case::kIgnored).found, 2);
}

BOOST_AUTO_TEST_CASE(have_intervals_around_the_correlations_that_do_not_depend_on_threads) {
  const auto embeddings = test::random_embeddings(60, 8);
  const UnitVectors vectors(embeddings);
  const WordLookup lookup(embeddings.vocabulary(), vectors.size(), Case::kSensitive);
  auto random = stream(1, "pairs", 0);
  std::vector<SimilarityPair> pairs;
  for (int i = 0; i < 80; ++i) {
    const WordId a = random.below(60);
    const WordId b = random.below(60);
    const auto similarity = cosine(vectors.unit(a), vectors.unit(b));
    pairs.push_back({"w" + std::to_string(a), "w" + std::to_string(b),
                     similarity + static_cast<double>(random.uniform())});
  }
  const auto scores_by = [&](int threads) {
    return with_threads(threads, [&] { return evaluate_similarities(vectors, pairs, lookup); });
  };
  const auto scores = scores_by(1);
  for (const auto& [value, interval] : {scores.spearman, scores.pearson}) {
    BOOST_CHECK_LT(interval.value().low, value.value());
    BOOST_CHECK_GT(interval.value().high, value.value());
    // Fisher's interval is about 4 / sqrt(80) wide at 0.
    BOOST_CHECK_LT(interval.value().high - interval.value().low, 0.45);
  }
  const auto again = scores_by(3);
  BOOST_CHECK(again.spearman.interval == scores.spearman.interval);
  BOOST_CHECK(again.pearson.interval == scores.pearson.interval);
}

BOOST_AUTO_TEST_CASE(of_two_pairs_have_no_interval) {
  const auto scores = similarity_of({kPairs[0], kPairs[2]});
  BOOST_CHECK_CLOSE_FRACTION(scores.spearman.value.value(), 1, 1e-12);
  BOOST_CHECK(!scores.spearman.interval);  // half of the resamples do not vary
}

BOOST_AUTO_TEST_CASE(count_unknown_words) {
  BOOST_CHECK_EQUAL(similarity_of(kPairs).unknown.words, 1);
  BOOST_CHECK_EQUAL(similarity_of(kPairs).unknown.first.at(0), "nowhere");
}

BOOST_AUTO_TEST_CASE(without_two_different_pairs_are_nothing) {
  for (const auto& pairs :
       {std::vector<SimilarityPair>{}, {kPairs[4]}, {kPairs[0]}, {kPairs[0], kPairs[0]}}) {
    const auto scores = similarity_of(pairs);
    BOOST_CHECK(!scores.spearman.value);
    BOOST_CHECK(!scores.spearman.interval);
    BOOST_CHECK(!scores.pearson.value);
    BOOST_CHECK(!scores.pearson.interval);
  }
  BOOST_CHECK_EQUAL(similarity_of({}).coverage(), 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
