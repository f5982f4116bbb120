#include "embed/bias/known_words.h"

#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/embeddings.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(known_words)

using Words = std::vector<std::string>;
using Ids = std::vector<WordId>;

Embeddings made() {
  return test::embeddings_of({{"he", {1, 0}},
                              {"she", {0, 1}},
                              {"He", {1, 1}},
                              {"She", {1, 2}},
                              {"Mary", {2, 1}},
                              {"none", {0, 0}},
                              {"JOHN", {3, 1}}});
}

BOOST_AUTO_TEST_CASE(missing_and_zero_and_repeated_words) {
  const auto embeddings = made();
  const WordFinder finder(embeddings, Case::kSensitive);
  const auto known = finder.find(Words{"she", "mary", "none", "she", "he"});
  BOOST_TEST(known.ids == Ids({1, 0}), boost::test_tools::per_element());
  BOOST_TEST(known.places == std::vector<std::size_t>({0, 4}), boost::test_tools::per_element());
  BOOST_TEST(known.missing == Words{"mary"}, boost::test_tools::per_element());
  BOOST_TEST(known.zero == Words{"none"}, boost::test_tools::per_element());
  BOOST_CHECK_EXCEPTION(
      require_known(finder.find(Words{"x", "none"}), "jobs"), Error,
      test::says("jobs: none of its words has a vector, for example 'x', 'none'"));
}

BOOST_AUTO_TEST_CASE(case_is_ignored_only_where_the_spelling_is_not_there) {
  const auto embeddings = made();
  const WordFinder finder(embeddings, Case::kIgnored);
  BOOST_TEST(finder.find(Words{"HE", "He", "mary", "John"}).ids == Ids({0, 2, 4, 6}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(sets_need_two_words) {
  const auto embeddings = made();
  const WordFinder finder(embeddings, Case::kSensitive);
  const std::vector<WordSet> sets{{"she", "he"}, {"Mary", "John"}, {"she", "xx", "Mary"}};
  const auto known = find_sets(finder, sets);
  BOOST_REQUIRE_EQUAL(known.sets.size(), 2);
  BOOST_TEST(known.sets[1] == Ids({1, 4}), boost::test_tools::per_element());
  BOOST_TEST(known.missing == Words({"John", "xx"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(sets_to_equalize_come_in_all_cases) {
  const auto embeddings = made();
  const WordFinder finder(embeddings, Case::kSensitive);
  const std::vector<WordSet> sets{{"SHE", "HE"}, {"She", "He"}, {"king", "queen"}};
  const auto known = find_equality_sets(finder, sets);
  BOOST_REQUIRE_EQUAL(known.sets.size(), 2);
  BOOST_TEST(known.sets[0] == Ids({1, 0}), boost::test_tools::per_element());
  BOOST_TEST(known.sets[1] == Ids({3, 2}), boost::test_tools::per_element());
  BOOST_TEST(known.missing == Words({"king", "queen"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(specific_words_in_all_spellings_where_case_is_ignored) {
  const auto embeddings = made();
  const auto ids = [&](Case letter_case) {
    return find_specific(WordFinder(embeddings, letter_case), Words{"he"}).ids;
  };
  BOOST_TEST(ids(Case::kSensitive) == Ids{0}, boost::test_tools::per_element());
  BOOST_TEST(ids(Case::kIgnored) == Ids({0, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
