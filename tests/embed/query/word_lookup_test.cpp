#include "embed/query/word_lookup.h"

#include <optional>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(word_lookup)

Vocabulary vocabulary_of(const std::vector<std::string>& words) {
  StringTable table;
  for (const auto& word : words) table.insert(word);
  return {std::move(table), {}};
}

// In the order of their frequency.
const std::vector<std::string> kWords{"the",   "Paris",  "paris",   "PARIS", "école",
                                      "École", "straße", "Σίσυφος", "rare",  "Rare"};

BOOST_AUTO_TEST_CASE(finds_the_very_spelling) {
  const auto vocabulary = vocabulary_of(kWords);
  const WordLookup lookup(vocabulary, vocabulary.size(), Case::kSensitive);
  for (WordId id = 0; id < kWords.size(); ++id) BOOST_CHECK(lookup.find(kWords[id]) == id);
  BOOST_CHECK(!lookup.find("THE"));
  BOOST_CHECK(!lookup.find(""));
}

BOOST_AUTO_TEST_CASE(finds_the_most_frequent_spelling_where_case_is_ignored) {
  const auto vocabulary = vocabulary_of(kWords);
  const WordLookup lookup(vocabulary, vocabulary.size(), Case::kIgnored);
  for (const auto* word : {"paris", "Paris", "PARIS", "pArIs"})
    BOOST_CHECK(lookup.find(word) == 1u);
  for (const auto* word : {"école", "École", "ÉCOLE"}) BOOST_CHECK(lookup.find(word) == 4u);
  BOOST_CHECK(lookup.find("STRASSE") == 6u);
  BOOST_CHECK(lookup.find("σίσυφοσ") == 7u);
  BOOST_CHECK(lookup.find("RARE") == 8u);
  BOOST_CHECK(!lookup.find("ecole"));
}

BOOST_AUTO_TEST_CASE(finds_only_the_first_words_where_it_is_restricted) {
  const auto vocabulary = vocabulary_of(kWords);
  const WordLookup sensitive(vocabulary, 2, Case::kSensitive);
  BOOST_CHECK(sensitive.find("Paris") == 1u);
  BOOST_CHECK(!sensitive.find("paris"));
  const WordLookup ignoring(vocabulary, 2, Case::kIgnored);
  BOOST_CHECK(ignoring.find("paris") == 1u);
  BOOST_CHECK(!ignoring.find("rare"));
}

BOOST_AUTO_TEST_CASE(matches_words_as_it_finds_them) {
  const auto vocabulary = vocabulary_of(kWords);
  const WordLookup sensitive(vocabulary, vocabulary.size(), Case::kSensitive);
  BOOST_CHECK(sensitive.matches(2, "paris"));
  BOOST_CHECK(!sensitive.matches(3, "paris"));
  const WordLookup ignoring(vocabulary, vocabulary.size(), Case::kIgnored);
  for (const WordId id : {1, 2, 3}) BOOST_CHECK(ignoring.matches(id, "PaRiS"));
  BOOST_CHECK(!ignoring.matches(0, "paris"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
