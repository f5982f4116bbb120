#include "embed/text/text_check.h"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(text_check)

TextFacts check(std::string_view text, int threads = 0) {
  const test::TemporaryFolder folder;
  const std::vector<fs::path> inputs{folder.write("text", text)};
  return check_text(inputs, 0, threads);
}

// "line:offset" of the places of a fault.
std::string places_of(const TextFault& fault) {
  std::string text;
  for (const auto& place : fault.places) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : " ", place.line, place.offset);
  }
  return text;
}

BOOST_AUTO_TEST_CASE(counts_bytes_lines_and_tokens) {
  const auto facts = check("one two\n\n three\nfour");
  BOOST_TEST(facts.bytes == 20u);
  BOOST_TEST(facts.lines == 3u);
  BOOST_TEST(facts.tokens == 4u);
  BOOST_TEST(facts.invalid_utf8.count == 0u);
  BOOST_TEST(facts.errors.empty());
  BOOST_TEST(!facts.is_part);
  BOOST_TEST(check("").tokens == 0u);
}

BOOST_AUTO_TEST_CASE(finds_bytes_that_are_no_text) {
  const auto facts = check(std::string("good\nb\xff"
                                       "d \xc3\n") +
                           std::string("a\0b\n\0", 5) + "\xe2\x82\xac");
  BOOST_TEST(facts.invalid_utf8.count == 2u);
  BOOST_TEST(places_of(facts.invalid_utf8) == "2:6 2:9");
  BOOST_TEST(facts.nul_bytes.count == 2u);
  BOOST_TEST(places_of(facts.nul_bytes) == "3:12 4:15");
  BOOST_TEST(facts.invalid_utf8.places[0].file.ends_with("/text"));
}

BOOST_AUTO_TEST_CASE(compares_lines_wherever_blocks_of_text_end) {
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += "the same line is in this text once more, and more\n";
  const auto facts = check(text);
  BOOST_TEST(facts.repeated.count == 59'999u);
  BOOST_TEST(facts.repeated_lines == 59'999 / 60'000.0);
}

BOOST_AUTO_TEST_CASE(counts_a_line_once_through_however_many_blocks) {
  std::string line;
  while (line.size() < 5'000'000) line += "words without an end ";
  BOOST_TEST(check(line).lines == 1u);
  BOOST_TEST(check("one\n" + line + "\n\n" + line + "\nfour").lines == 4u);
  BOOST_TEST(check("\n" + std::string(3'000'000, ' ') + "one").lines == 1u);
}

BOOST_AUTO_TEST_CASE(does_not_compare_pieces_of_lines) {
  const auto facts = check(std::string(3 << 20, ' ') + "\nword\n" + std::string(3 << 20, ' '));
  BOOST_TEST(facts.repeated.count == 0u);
  BOOST_TEST(facts.longest_line.bytes == 3u << 20);
}

BOOST_AUTO_TEST_CASE(names_the_first_places_and_counts_all) {
  const auto facts = check("\xff \xff \xff \xff \xff");
  BOOST_TEST(facts.invalid_utf8.count == 5u);
  BOOST_TEST(places_of(facts.invalid_utf8) == "1:0 1:2 1:4");
}

BOOST_AUTO_TEST_CASE(finds_byte_order_marks_and_windows_line_ends) {
  const auto facts = check(
      "\xef\xbb\xbf"
      "a\r\nb\n\rc\r\n");
  BOOST_TEST(facts.byte_order_marks.count == 1u);
  BOOST_TEST(facts.windows_line_ends.count == 2u);
  BOOST_TEST(places_of(facts.windows_line_ends) == "1:4 3:10");
  BOOST_TEST(facts.tokens == 3u);
}

BOOST_AUTO_TEST_CASE(measures_lines_and_tokens_through_blocks_of_any_size) {
  const std::string token(3'000'000, 'x');
  const auto facts = check("short\n" + std::string(2'500'000, ' ') + token + " end\nshort\n");
  BOOST_TEST(facts.longest_token.bytes == token.size());
  BOOST_TEST(facts.longest_token.place.line == 2u);
  BOOST_TEST(facts.longest_token.place.offset == 2'500'006u);
  BOOST_TEST(facts.longest_line.bytes == 5'500'004u);
  BOOST_TEST(facts.longest_line.place.line == 2u);
  BOOST_TEST(facts.longest_line.place.offset == 6u);
  BOOST_TEST(facts.long_tokens.count == 1u);
  BOOST_TEST(facts.tokens == 4u);
  BOOST_TEST(facts.lines == 3u);
}

BOOST_AUTO_TEST_CASE(tells_numbers_glued_punctuation_and_case) {
  const auto facts = check(
      "The 1,234 12:30 -- . (word word, isn't well-known U.S. «mot» "
      "\xe4\xbd\xa0\xe5\xa5\xbd\xef\xbc\x8c \xc3\x84hre B2");
  BOOST_TEST(facts.numbers == 2u);
  BOOST_TEST(facts.glued == 5u);        // (word word, U.S. «mot» and the Chinese one
  BOOST_TEST(facts.capitalised == 4u);  // The U.S. Ähre B2
  BOOST_TEST(facts.lower_case == 3u);   // word, isn't well-known
}

BOOST_AUTO_TEST_CASE(counts_lines_that_repeat_earlier_ones) {
  const std::string line = "a line that is long enough to count\n";
  const auto facts =
      check(line + "short\nshort\n" + line + "another line that is long enough\n" + line);
  BOOST_TEST(facts.repeated.count == 2u);
  BOOST_TEST(facts.repeated_lines == 0.5);
  BOOST_TEST(places_of(facts.repeated) == "4:48 6:117");
  BOOST_TEST(!facts.repeated_is_estimate);
}

BOOST_AUTO_TEST_CASE(goes_on_after_files_that_cannot_be_read) {
  const test::TemporaryFolder folder;
  const std::vector<fs::path> inputs{folder.write("utf16", std::string("\xff\xfe"
                                                                       "a\0b\0",
                                                                       6)),
                                     folder.write("good", "one two\n")};
  const auto facts = check_text(inputs, 0, 2);
  BOOST_REQUIRE(facts.errors.size() == 1u);
  BOOST_TEST(facts.errors[0].find("utf16: is UTF-16 text") != std::string::npos);
  BOOST_TEST(facts.tokens == 2u);
  const std::vector<fs::path> missing{folder / "missing"};
  BOOST_CHECK_EXCEPTION(check_text(missing, 0, 1), IoError, test::says("missing"));
}

BOOST_AUTO_TEST_CASE(is_the_same_for_any_number_of_threads) {
  std::string text;
  for (int i = 0; i < 200'000; ++i)
    text += fmt::format("line {} of many, {}\n", i % 150'000, "x\xff");
  const auto one = check(text, 1);
  for (const int threads : {2, 8}) {
    const auto many = check(text, threads);
    BOOST_TEST(many.tokens == one.tokens);
    BOOST_TEST(many.glued == one.glued);
    BOOST_TEST(many.repeated_lines == one.repeated_lines);
    BOOST_TEST(places_of(many.repeated) == places_of(one.repeated));
    BOOST_TEST(places_of(many.invalid_utf8) == places_of(one.invalid_utf8));
  }
}

BOOST_AUTO_TEST_CASE(looks_at_a_part_when_asked_to) {
  const test::TemporaryFolder folder;
  const std::vector<fs::path> inputs{folder.write("long", std::string(8'000'000, 'a') + " b"),
                                     folder.write("next", "c")};
  std::string text;
  while (text.size() < 8'000'000) text += "words and words\n";
  folder.write("long", text);
  const auto facts = check_text(inputs, 1'000'000, 1);
  BOOST_TEST(facts.is_part);
  BOOST_TEST(facts.bytes >= 1'000'000u);
  BOOST_TEST(facts.bytes < 4'000'000u);
}

BOOST_AUTO_TEST_CASE(finds_words_in_several_cases) {
  StringTable words;
  for (const auto* word : {"the", "The", "Apple", "THE", "\xc3\xa4hre", "\xc3\x84hre"})
    words.insert(word);
  const auto variants = count_case_variants(Vocabulary(std::move(words), {50, 10, 7, 3, 2, 1}));
  BOOST_TEST(variants.words == 3u);
  BOOST_TEST(variants.occurrences == 14u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
