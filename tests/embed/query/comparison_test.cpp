#include "embed/query/comparison.h"

#include <cmath>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "common/parallel.h"
#include "tests/support/random_embeddings.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

// Two sets of vectors of the same words, and what asks them.
struct Pair {
  Pair(const Embeddings& of_a, const Embeddings& of_b)
      : shared(share_words(of_a, of_b)),
        a(shared.a),
        b(shared.b),
        lookup(shared.a.vocabulary(), a.size(), Case::kSensitive) {}

  SharedVectors shared;
  UnitVectors a, b;
  WordLookup lookup;
};

BOOST_AUTO_TEST_SUITE(shared_words)

Embeddings counted(const test::WordVectors& rows, std::vector<std::uint64_t> counts) {
  return {Vocabulary(test::words_of(rows), std::move(counts)), test::matrix_of(rows)};
}

BOOST_AUTO_TEST_CASE(are_in_the_order_of_the_first_with_their_own_vectors) {
  const auto a =
      counted({{"x", {1, 2}}, {"y", {3, 4}}, {"z", {5, 6}}, {"w", {7, 8}}}, {9, 8, 7, 6});
  const auto b = test::embeddings_of({{"w", {1, 0, 0}}, {"v", {2, 0, 0}}, {"x", {3, 0, 0}}});
  const auto shared = share_words(a, b);
  test::check_same(shared.a, counted({{"x", {1, 2}}, {"w", {7, 8}}}, {9, 6}));
  BOOST_CHECK_EQUAL(shared.a.vocabulary().count(1), 6);
  test::check_same(shared.b, test::embeddings_of({{"x", {3, 0, 0}}, {"w", {1, 0, 0}}}));
  BOOST_CHECK_EQUAL(shared.only_in_a, 2);
  BOOST_CHECK_EQUAL(shared.only_in_b, 1);
}

BOOST_AUTO_TEST_CASE(are_of_the_first_words_of_each_where_restricted) {
  const auto a = test::embeddings_of({{"x", {1}}, {"y", {1}}, {"z", {1}}});
  const auto b = test::embeddings_of({{"z", {1}}, {"y", {1}}, {"x", {1}}});
  const auto shared = share_words(a, b, 2);
  BOOST_CHECK_EQUAL(shared.a.size(), 1);
  BOOST_CHECK_EQUAL(shared.a.vocabulary().word(0), "y");
  BOOST_CHECK_EQUAL(shared.only_in_a, 1);
  BOOST_CHECK_EQUAL(shared.only_in_b, 1);
  BOOST_CHECK_EQUAL(share_words(a, b, 99).a.size(), 3);
}

BOOST_AUTO_TEST_CASE(have_to_be_there) {
  BOOST_CHECK_EXCEPTION(
      share_words(test::embeddings_of({{"the", {1}}}), test::embeddings_of({{"The", {1}}})),
      UsageError, test::says("no word is in both files: the first has 'the', the second 'The'"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(compared_analogies)

// In `solved`, a country lies above its capital; in `unsolved`, right of the next one.
const std::vector<std::string> kCountries{"a", "b", "c", "d", "e", "f"};

Embeddings solved() {
  test::WordVectors rows;
  for (std::size_t i = 0; i < kCountries.size(); ++i) {
    std::vector<float> capital(kCountries.size() + 1);
    capital[i] = 3;
    auto country = capital;
    country.back() = 2;
    rows.emplace_back(kCountries[i], country);
    rows.emplace_back("capital of " + kCountries[i], capital);
  }
  return test::embeddings_of(rows);
}

Embeddings unsolved() {
  test::WordVectors rows;
  for (std::size_t i = 0; i < kCountries.size(); ++i) {
    std::vector<float> capital(kCountries.size() + 1);
    capital[(i + 1) % kCountries.size()] = 3;
    std::vector<float> country(kCountries.size() + 1);
    country[i] = 3;
    country.back() = 2;
    rows.emplace_back(kCountries[i], country);
    rows.emplace_back("capital of " + kCountries[i], capital);
  }
  return test::embeddings_of(rows);
}

// One question of each country, and one that nobody knows.
std::vector<AnalogySection> questions() {
  AnalogySection section{"capitals", Relation::kSemantic, {{"x", "y", "z", {"u"}}}};
  for (std::size_t i = 0; i < kCountries.size(); ++i) {
    const auto& one = kCountries[i];
    const auto& other = kCountries[(i + 2) % kCountries.size()];
    section.questions.push_back({"capital of " + one, one, "capital of " + other, {other}});
  }
  return {section, {"nothing", Relation::kSyntactic, {{"x", "y", "z", {"u"}}}}};
}

BOOST_AUTO_TEST_CASE(have_the_p_of_mcnemar) {
  const Pair pair(unsolved(), solved());
  const auto found = compare_analogies(pair.a, pair.b, questions(), pair.lookup);
  BOOST_REQUIRE_EQUAL(found.sections.size(), 2);
  BOOST_CHECK_EQUAL(found.total.questions, 8);
  BOOST_CHECK_EQUAL(found.total.answered, 6);
  BOOST_CHECK_EQUAL(found.unknown.words, 4);
  for (const auto& row : {found.total, found.semantic, found.sections[0]}) {
    BOOST_CHECK_EQUAL(row.accuracy.a.value(), 0);
    BOOST_CHECK_EQUAL(row.accuracy.b.value(), 1);
    BOOST_CHECK_EQUAL(row.accuracy.difference.value(), 1);
    BOOST_CHECK(row.accuracy.interval.value() == (Interval{1, 1}));
    BOOST_CHECK_CLOSE_FRACTION(row.accuracy.p_value.value(), 2.0 / 64, 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(that_nobody_knows_have_no_figures) {
  const Pair pair(unsolved(), solved());
  const auto found = compare_analogies(pair.a, pair.b, questions(), pair.lookup);
  for (const auto& row : {found.syntactic, found.sections[1]}) {
    BOOST_CHECK_EQUAL(row.questions, 1);
    BOOST_CHECK(!row.accuracy.a && !row.accuracy.b && !row.accuracy.difference);
    BOOST_CHECK(!row.accuracy.interval && !row.accuracy.p_value);
  }
}

BOOST_AUTO_TEST_CASE(of_a_set_and_itself_do_not_differ) {
  const Pair pair(solved(), solved());
  const auto found = compare_analogies(pair.a, pair.b, questions(), pair.lookup).total.accuracy;
  BOOST_CHECK_EQUAL(found.difference.value(), 0);
  BOOST_CHECK(found.interval.value() == (Interval{0, 0}));
  BOOST_CHECK_EQUAL(found.p_value.value(), 1);
}

BOOST_AUTO_TEST_CASE(are_of_the_same_words) {
  const auto one = test::random_embeddings(5, 3);
  const auto other = test::random_embeddings(6, 3);
  const UnitVectors a(one);
  const UnitVectors b(other);
  const WordLookup lookup(one.vocabulary(), a.size(), Case::kSensitive);
  BOOST_CHECK_THROW(compare_analogies(a, b, questions(), lookup), UsageError);
  BOOST_CHECK_THROW(compare_similarities(a, b, {}, lookup), UsageError);
  BOOST_CHECK_THROW(compare_neighbors(a, b), UsageError);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(compared_similarities)

// Words on a circle, by degrees from the word "0".
Embeddings circle(const std::vector<std::pair<std::string, double>>& degrees) {
  test::WordVectors rows;
  for (const auto& [word, angle] : degrees) {
    const auto radians = angle * 3.14159265358979 / 180;
    rows.push_back(
        {word, {static_cast<float>(std::cos(radians)), static_cast<float>(std::sin(radians))}});
  }
  return test::embeddings_of(rows);
}

const std::vector<SimilarityPair> kPairs{
    {"0", "x", 9}, {"0", "y", 5}, {"0", "z", 1}, {"0", "unknown", 3}};

BOOST_AUTO_TEST_CASE(have_the_p_of_sign_flips) {
  // a orders the pairs as people do, b the other way round. The ranks, standardised, are
  // -1/sqrt(2), 0 and 1/sqrt(2), and the pairs' parts of the difference -1, 0 and -1: half of the
  // 8 choices of signs reach 2.
  const Pair pair(circle({{"0", 0}, {"x", 10}, {"y", 40}, {"z", 80}}),
                  circle({{"0", 0}, {"x", 80}, {"y", 40}, {"z", 10}}));
  const auto found = compare_similarities(pair.a, pair.b, kPairs, pair.lookup);
  BOOST_CHECK_EQUAL(found.pairs, 4);
  BOOST_CHECK_EQUAL(found.found, 3);
  BOOST_CHECK_EQUAL(found.unknown.words, 1);
  BOOST_CHECK_CLOSE_FRACTION(found.spearman.a.value(), 1, 1e-12);
  BOOST_CHECK_CLOSE_FRACTION(found.spearman.b.value(), -1, 1e-12);
  BOOST_CHECK_CLOSE_FRACTION(found.spearman.difference.value(), -2, 1e-12);
  BOOST_CHECK_CLOSE_FRACTION(found.spearman.p_value.value(), 0.5, 1e-12);
  BOOST_CHECK_LT(found.pearson.difference.value(), -1.9);
  BOOST_CHECK(!found.spearman.interval);  // a ninth of the resamples are three times one pair
}

BOOST_AUTO_TEST_CASE(that_are_undefined_have_no_difference) {
  const Pair pair(circle({{"0", 0}, {"x", 10}, {"y", 40}, {"z", 80}}),
                  circle({{"0", 0}, {"x", 80}, {"y", 80}, {"z", 80}}));
  const auto found = compare_similarities(pair.a, pair.b, kPairs, pair.lookup).spearman;
  BOOST_CHECK(found.a);
  BOOST_CHECK(!found.b && !found.difference && !found.interval && !found.p_value);
  BOOST_CHECK(!compare_similarities(pair.a, pair.b, {}, pair.lookup).spearman.a);
}

BOOST_AUTO_TEST_CASE(of_other_vectors_have_intervals_and_do_not_depend_on_threads) {
  const Pair pair(test::random_embeddings(50, 6), test::random_embeddings(60, 9));
  auto random = stream(1, "pairs", 0);
  std::vector<SimilarityPair> pairs;
  for (int i = 0; i < 60; ++i) {
    const WordId one = random.below(50);
    const WordId other = random.below(50);
    const auto similarity = cosine(pair.b.unit(one), pair.b.unit(other));
    pairs.push_back({"w" + std::to_string(one), "w" + std::to_string(other),
                     similarity + 0.1 * static_cast<double>(random.uniform())});
  }
  const auto compared_by = [&](int threads) {
    return with_threads(threads,
                        [&] { return compare_similarities(pair.a, pair.b, pairs, pair.lookup); });
  };
  const auto found = compared_by(1);
  for (const auto& one : {found.spearman, found.pearson}) {
    BOOST_CHECK_GT(one.b.value(), 0.8);
    BOOST_CHECK_CLOSE_FRACTION(one.difference.value(), *one.b - *one.a, 1e-12);
    BOOST_CHECK_GT(one.interval.value().low, 0);
    BOOST_CHECK_LT(one.interval.value().low, *one.difference);
    BOOST_CHECK_GT(one.interval.value().high, *one.difference);
    BOOST_CHECK_LT(one.p_value.value(), 0.001);
  }
  const auto again = compared_by(3);
  BOOST_CHECK(again.spearman.interval == found.spearman.interval);
  BOOST_CHECK_EQUAL(again.spearman.p_value.value(), found.spearman.p_value.value());
  BOOST_CHECK(again.pearson.interval == found.pearson.interval);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(compared_neighbors)

BOOST_AUTO_TEST_CASE(overlap_as_counted_by_hand) {
  // Nearest to each of p, q, r and s: by a q, p, s, r; by b q, p, q, q.
  const Pair pair(
      test::embeddings_of(
          {{"p", {1, 0}}, {"q", {10, 1}}, {"r", {1, 10}}, {"s", {0, 1}}, {"only a", {1, 1}}}),
      test::embeddings_of({{"p", {1, 0, 0}},
                           {"q", {1, 1, 0}},
                           {"r", {0, 1, -9}},
                           {"s", {0, 1, 1}},
                           {"only b", {1, 1, 1}}}));
  const auto found = compare_neighbors(pair.a, pair.b, {.neighbors = 1, .words = 1000, .seed = 1});
  BOOST_REQUIRE_EQUAL(found.size(), 3);
  BOOST_CHECK(found[0].band == FrequencyBand::kFrequent);  // p
  BOOST_CHECK_EQUAL(found[0].words, 1);
  BOOST_CHECK_EQUAL(found[0].overlap.value(), 1);
  BOOST_CHECK_EQUAL(found[1].words, 1);  // q
  BOOST_CHECK_EQUAL(found[1].overlap.value(), 1);
  BOOST_CHECK_EQUAL(found[2].words, 2);  // r and s
  BOOST_CHECK_EQUAL(found[2].overlap.value(), 0);
  // With three neighbours, which are all the others, nothing differs.
  for (const auto& band :
       compare_neighbors(pair.a, pair.b, {.neighbors = 10, .words = 1000, .seed = 1})) {
    BOOST_CHECK_EQUAL(band.overlap.value(), 1);
    BOOST_CHECK(band.interval.value() == (Interval{1, 1}));
  }
}

BOOST_AUTO_TEST_CASE(are_drawn_from_each_third) {
  const Pair pair(test::random_embeddings(301, 6), test::random_embeddings(301, 6));
  const auto found = compare_neighbors(pair.a, pair.b, {.neighbors = 10, .words = 50, .seed = 1});
  for (const auto& band : found) {
    BOOST_CHECK_EQUAL(band.words, 50);
    BOOST_CHECK_EQUAL(band.overlap.value(), 1);
  }
  std::uint64_t words = 0;
  for (const auto& band : compare_neighbors(pair.a, pair.b)) words += band.words;
  BOOST_CHECK_EQUAL(words, 301);
}

BOOST_AUTO_TEST_CASE(of_unrelated_vectors_are_the_same_by_chance_only_for_any_number_of_threads) {
  const Pair pair(test::random_embeddings(400, 30), test::random_embeddings(401, 20));
  const auto by = [&](int threads) {
    return with_threads(threads, [&] { return compare_neighbors(pair.a, pair.b); });
  };
  const auto found = by(1);
  const auto again = by(3);
  for (std::size_t i = 0; i < 3; ++i) {
    BOOST_CHECK_SMALL(found[i].overlap.value() - 10 / 399.0, 0.02);
    BOOST_CHECK_LT(found[i].interval.value().low, *found[i].overlap);
    BOOST_CHECK_GT(found[i].interval.value().high, *found[i].overlap);
    BOOST_CHECK_EQUAL(again[i].overlap.value(), *found[i].overlap);
    BOOST_CHECK(again[i].interval == found[i].interval);
  }
}

BOOST_AUTO_TEST_CASE(of_zero_vectors_and_of_one_word_are_none) {
  const Pair pair(test::embeddings_of({{"a", {0, 0}}, {"b", {1, 0}}, {"c", {1, 1}}}),
                  test::embeddings_of({{"a", {1, 0}}, {"b", {0, 0}}, {"c", {1, 1}}}));
  const auto found = compare_neighbors(pair.a, pair.b);
  BOOST_CHECK_EQUAL(found[0].words, 0);
  BOOST_CHECK(!found[0].overlap && !found[0].interval);
  BOOST_CHECK_EQUAL(found[1].words, 0);
  BOOST_CHECK_EQUAL(found[2].words, 1);
  const Pair one(test::embeddings_of({{"a", {1, 0}}}), test::embeddings_of({{"a", {1, 0}}}));
  for (const auto& band : compare_neighbors(one.a, one.b)) BOOST_CHECK(!band.overlap);
}

BOOST_AUTO_TEST_CASE(can_be_interrupted_and_have_options_in_range) {
  const Pair pair(test::random_embeddings(30, 4), test::random_embeddings(30, 4));
  std::stop_source stop;
  stop.request_stop();
  BOOST_CHECK_THROW(
      compare_neighbors(pair.a, pair.b, {}, {}, {.on_progress = {}, .stop = stop.get_token()}),
      Interrupted);
  BOOST_CHECK_THROW(compare_neighbors(pair.a, pair.b, {.neighbors = 0, .words = 1, .seed = 1}),
                    UsageError);
  BOOST_CHECK_THROW(compare_neighbors(pair.a, pair.b, {.neighbors = 1, .words = 0, .seed = 1}),
                    UsageError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
