#include "embed/text/vocabulary.h"

#include <string>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

using Entries = std::vector<std::pair<std::string, std::uint64_t>>;

Entries entries_of(const Vocabulary& vocabulary) {
  Entries entries;
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    entries.emplace_back(vocabulary.word(id), vocabulary.count(id));
  }
  return entries;
}

Vocabulary by_count(const Entries& entries, const VocabularyOptions& options) {
  StringTable words;
  std::vector<std::uint64_t> counts;
  for (const auto& [word, count] : entries) {
    words.insert(word);
    counts.push_back(count);
  }
  return Vocabulary::by_count(words, counts, options);
}

Vocabulary read(std::string_view text, const VocabularyOptions& options = {.min_count = 1}) {
  const test::TemporaryFolder folder;
  return read_vocabulary(folder.write("vocab.txt", text), options);
}

BOOST_AUTO_TEST_SUITE(vocabulary)

BOOST_AUTO_TEST_CASE(is_ordered_by_count_and_then_by_bytes) {
  const Entries mixed{{"b", 2}, {"\xc3\xa9", 2}, {"z", 9}, {"a", 2}, {"B", 2}, {"ab", 2}};
  const Entries ordered{{"z", 9}, {"B", 2}, {"a", 2}, {"ab", 2}, {"b", 2}, {"\xc3\xa9", 2}};
  const auto vocabulary = by_count(mixed, {.min_count = 1});
  BOOST_TEST((entries_of(vocabulary) == ordered));
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    BOOST_TEST(vocabulary.find(vocabulary.word(id)).value() == id);
  }
  BOOST_TEST(!vocabulary.find("c").has_value());
}

BOOST_AUTO_TEST_CASE(keeps_the_words_that_its_options_ask_for) {
  const Entries words{{"a", 1}, {"b", 5}, {"c", 3}, {"d", 3}};
  struct Case {
    VocabularyOptions options;
    Entries kept;
    std::uint64_t total;
  };
  const Case cases[] = {
      {{.min_count = 1}, {{"b", 5}, {"c", 3}, {"d", 3}, {"a", 1}}, 12},
      {{.min_count = 3}, {{"b", 5}, {"c", 3}, {"d", 3}}, 11},
      {{.min_count = 4}, {{"b", 5}}, 5},
      {{.min_count = 6}, {}, 0},
      {{.min_count = 1, .max_words = 2}, {{"b", 5}, {"c", 3}}, 8},
      {{.min_count = 4, .max_words = 2}, {{"b", 5}}, 5},
      {{.min_count = 1, .max_words = 9}, {{"b", 5}, {"c", 3}, {"d", 3}, {"a", 1}}, 12},
  };
  for (const auto& [options, kept, total] : cases) {
    BOOST_TEST_CONTEXT("at least " << options.min_count << ", at most " << options.max_words) {
      const auto vocabulary = by_count(words, options);
      BOOST_TEST((entries_of(vocabulary) == kept));
      BOOST_TEST(vocabulary.total() == total);
      BOOST_TEST(vocabulary.empty() == kept.empty());
    }
  }
  BOOST_CHECK_EXCEPTION(by_count(words, {.min_count = 0}), UsageError,
                        test::says("--min-count: expected at least 1"));
}

BOOST_AUTO_TEST_CASE(keeps_the_order_that_it_is_given_and_needs_no_counts) {
  StringTable words;
  for (const auto* word : {"z", "a"}) words.insert(word);
  const Vocabulary without(words, {});
  BOOST_TEST(without.word(0) == "z");
  BOOST_TEST(!without.has_counts());
  BOOST_TEST(without.count(1) == 0u);
  BOOST_TEST(without.total() == 0u);
  const Vocabulary with(words, {1, 2});
  BOOST_TEST(with.has_counts());
  BOOST_TEST(with.count(1) == 2u);
  BOOST_TEST(with.total() == 3u);
  BOOST_CHECK_EXCEPTION(Vocabulary(words, {1, 2, 3}), UsageError,
                        test::says("a vocabulary of 2 words needs 2 counts, found 3"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(vocabulary_file)

BOOST_AUTO_TEST_CASE(comes_back_as_it_was_written) {
  const Entries words{{"the", 1'000'000'000'000}, {"new york", 7}, {"\xff", 7}, {"a", 1}};
  const auto text = test::written(
      [&](OutputFile& file) { write_vocabulary(file, by_count(words, {.min_count = 1})); });
  BOOST_TEST(text == "the 1000000000000\nnew york 7\n\xff 7\na 1\n");
  BOOST_TEST((entries_of(read(text)) == words));
}

BOOST_AUTO_TEST_CASE(may_have_any_order_and_the_habits_of_other_programs) {
  struct Case {
    std::string_view text;
    Entries words;
  };
  const Case cases[] = {
      {"a 1\nb 2\n", {{"b", 2}, {"a", 1}}},
      {"a 1\nb 2", {{"b", 2}, {"a", 1}}},
      {"a 1\r\nb 2\r\n", {{"b", 2}, {"a", 1}}},
      {"a\t1\nb\t2\n", {{"b", 2}, {"a", 1}}},
      {"new york 3\nlos\tangeles 2\n", {{"new york", 3}, {"los\tangeles", 2}}},
      {"7 1\n", {{"7", 1}}},
      {"</s> 0\nthe 3\n", {{"the", 3}}},  // word2vec.c
      {"a 281474976710656\n", {{"a", std::uint64_t{1} << 48}}},
  };
  for (const auto& [text, words] : cases) {
    BOOST_TEST((entries_of(read(text)) == words), text);
  }
}

BOOST_AUTO_TEST_CASE(is_cut_down_to_what_the_options_keep) {
  BOOST_TEST(
      (entries_of(read("a 5\nb 4\nc 3\n", {.min_count = 4})) == Entries{{"a", 5}, {"b", 4}}));
  BOOST_TEST(
      (entries_of(read("a 5\nb 4\nc 3\n", {.min_count = 1, .max_words = 1})) == Entries{{"a", 5}}));
}

BOOST_AUTO_TEST_CASE(is_refused_with_the_line_that_is_wrong) {
  struct Case {
    std::string_view text;
    std::string message;
  };
  const Case cases[] = {
      {"a 1\nb\n", "vocab.txt: line 2: found 'b', expected a word, a space and its count"},
      {"a 1\n\nb 2\n", "line 2: found ''"},
      {"a 1\nb two\n", "line 2: found 'b two'"},
      {"a -1\n", "line 1: found 'a -1'"},
      {"a +1\n", "line 1: found 'a +1'"},
      {"a 1.0\n", "line 1: found 'a 1.0'"},
      {"a 1 \n", "line 1: found 'a 1 '"},
      {" 1\n", "line 1: found ' 1'"},
      {"1\n", "line 1: found '1'"},
      {"a 281474976710657\n", "line 1: found 'a 281474976710657'"},
      {"a 281474976710656\nb 1\n", "line 2: found 'b 1'"},
      {"a 99999999999999999999\n", "line 1: found 'a 99999999999999999999'"},
      {"a 1\nb 1\na 2\n", "line 3: the word 'a' occurs a second time; remove one"},
      {"", "none of its 0 words occurs at least 1 times; lower --min-count"},
      {"a 0\n", "none of its 1 words occurs at least 1 times"},
  };
  for (const auto& [text, message] : cases) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_CHECK_EXCEPTION(read(text), FormatError, test::says(message));
    }
  }
  BOOST_CHECK_THROW(read_vocabulary("missing/vocab.txt", {}), IoError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
