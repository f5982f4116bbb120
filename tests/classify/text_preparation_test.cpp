#include "classify/text_preparation.h"

#include <algorithm>
#include <array>
#include <ostream>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "common/random.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

namespace data = boost::unit_test::data;

constexpr TextPreparation kAsIs{Letters::kKeep, Numbers::kKeep};
constexpr TextPreparation kLower{Letters::kLower, Numbers::kKeep};
constexpr TextPreparation kSpelled{Letters::kLower, Numbers::kSpell};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string prepared(std::string_view text, const TextPreparation& preparation = kLower) {
  return joined(prepare_text(text, preparation));
}

// A text and its words, joined by blanks.
struct Case {
  std::string text;
  std::string words;

  friend std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.text; }
};

BOOST_AUTO_TEST_SUITE(prepared_text)

const auto kCases = data::make(std::vector<Case>{
    {"", ""},
    {" \t\r\n\v\f ", ""},
    {"The cat  sat.", "the cat sat ."},
    {"x1 mp3 90 3.14", "x1 mp3 90 3 . 14"},
    // Apostrophes.
    {"Don't", "don't"},
    {"Don\u2019t", "don't"},
    {"rock'n'roll 'tis dogs' 'quoted'", "rock'n'roll ' tis dogs ' ' quoted '"},
    {"a''b", "a '' b"},
    {"caf\u00e9's \u00e9'\u00e9", "caf\u00e9's \u00e9'\u00e9"},
    {"\u2019\u2019", "''"},
    {"a'", "a '"},
    {"a'<br>b", "a ' b"},
    {"'\u4e2d'a'\u4e2d", "' \u4e2d ' a ' \u4e2d"},
    // Punctuation.
    {"Wow!!!!! Well...", "wow !!! well ..."},
    {"!! !!!", "!! !!!"},
    {"?!?!", "? ! ? !"},
    {"a-b (c) $5 50%", "a - b ( c ) $ 5 50 %"},
    {"\u3002\u3002\u3002\u3002\uff01", "\u3002\u3002\u3002 \uff01"},
    {"\u201cso\u2026\u201d", "\u201c so \u2026 \u201d"},
    {"\U0001F600\U0001F600\U0001F600\U0001F600", "\U0001F600 \U0001F600 \U0001F600 \U0001F600"},
    // HTML's line breaks and nothing else of HTML.
    {"one<br>two<BR/>three<Br />four<br\t>five", "one two three four five"},
    {"a<br / >b", "a < br / > b"},
    {"a<brr>b<br", "a < brr > b < br"},
    {"<<br>>", "< >"},
    {"<b>x</b>", "< b > x < / b >"},
    // Beyond ASCII.
    {"\u00c9COLE \u041c\u043e\u0441\u043a\u0432\u0430",
     "\u00e9cole \u043c\u043e\u0441\u043a\u0432\u0430"},
    {"e\u0301t\u00e9 \u0301x", "e\u0301t\u00e9 \u0301x"},
    {"\u212aelvin", "kelvin"},
    {"\u0130", "i"},
    {"x\u00b2 \u2167 \u00bd", "x\u00b2 \u2177 \u00bd"},
    {"\u0663\u0664", "\u0663\u0664"},
    {"\u0e53\u0e54", "\u0e53\u0e54"},
    // Scripts without spaces.
    {"\u6211\u7231\u4f60,ok\u5417", "\u6211 \u7231 \u4f60 , ok \u5417"},
    {"\u3007\u3005", "\u3007 \u3005"},
    {"\u30ab\u30fc\u30c9\u304c", "\u30ab \u30fc \u30c9 \u304c"},
    {"\u304b\u3099\u304d", "\u304b\u3099 \u304d"},
    {"\u0e01\u0e48\u0e2d", "\u0e01\u0e48 \u0e2d"},
    {"\u0e81\u0e82 \u1780\u1781 \u1000\u102d\u1001",
     "\u0e81 \u0e82 \u1780 \u1781 \u1000\u102d \u1001"},
    {"\ud55c\uad6d\uc5b4", "\ud55c\uad6d\uc5b4"},
    // White space and what cannot be seen.
    {"a\u00a0b\u3000c\u2028d\u0085e", "a b c d e"},
    {"\ufeffa\u200bb\u00adc", "a b c"},
    {"\u0645\u06cc\u200c\u062e a\u200d b", "\u0645\u06cc\u200c\u062e a b"},
    {"\u2764\ufe0f!", "\u2764 !"},
    // Ill-formed UTF-8: a lone byte, a surrogate, an overlong form, one cut short.
    {"a\xff"
     "b\xed\xa0\x80"
     "c\xc0\x80"
     "d\xe2\x82",
     "a b c d"},
    {"a\ufffd"
     "b",
     "a b"},
    {std::string("a\0b\x7f", 4), "a b"},
});

BOOST_DATA_TEST_CASE(is_words, kCases, c) { BOOST_CHECK_EQUAL(prepared(c.text), c.words); }

BOOST_DATA_TEST_CASE(is_the_same_when_it_is_prepared_again, kCases, c) {
  BOOST_CHECK_EQUAL(prepared(c.words), c.words);
}

BOOST_AUTO_TEST_CASE(keeps_upper_case_where_it_is_asked_to) {
  BOOST_CHECK_EQUAL(prepared("The \u00c9COLE don\u2019T \u212a", kAsIs),
                    "The \u00c9COLE don'T \u212a");
}

BOOST_AUTO_TEST_CASE(spells_each_ascii_digit_where_it_is_asked_to) {
  BOOST_CHECK_EQUAL(prepared("In 1984, mp3 90's 0 \u0663", kSpelled),
                    "in one nine eight four , mp three nine zero ' s zero \u0663");
  BOOST_CHECK_EQUAL(prepared("23567", kSpelled), "two three five six seven");
}

// Of all kinds that the rules tell apart, and ill-formed bytes.
constexpr std::array<std::string_view, 40> kPieces{
    "a",      "B",      "z",      "7",        "0",      "'",      "\u2019",     "\u2018",
    "!",      ".",      "<",      "<br",      ">",      "/",      "<br/>",      " ",
    "\n",     "\u00a0", "\u00c9", "\u0301",   "\ufe0f", "\u0130", "\u212a",     "\u24b6",
    "\u24d0", "\u4e2d", "\u30fc", "\u304b",   "\u0e48", "\u0e01", "\U0001F600", "\u200c",
    "\u200d", "\u200b", "\xff",   "\xe4\xb8", "\ufffd", "\u0345", "\u20e3",     "\u1e9e"};

BOOST_AUTO_TEST_CASE(of_random_characters_is_the_same_when_it_is_prepared_again) {
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    auto random = stream(seed, "random text", 0);
    std::string text;
    for (auto left = 1 + random.below(12); left > 0; --left) {
      text += kPieces[random.below(kPieces.size())];
    }
    for (const auto& preparation : {kAsIs, kLower, kSpelled}) {
      const auto words = prepare_text(text, preparation);
      BOOST_REQUIRE_MESSAGE(prepare_text(joined(words), preparation) == words,
                            "'" << text << "' becomes '" << joined(words) << "'");
      BOOST_REQUIRE(std::ranges::none_of(words, [](const auto& word) {
        return word.empty() || word.find_first_of(" \t\n") != word.npos;
      }));
    }
  }
}

BOOST_AUTO_TEST_CASE(of_random_bytes_is_the_same_when_it_is_prepared_again) {
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    auto random = stream(seed, "random bytes", 0);
    std::string text(random.below(40), ' ');
    for (char& c : text) c = static_cast<char>(random.below(256));
    const auto words = prepare_text(text, kLower);
    BOOST_REQUIRE(prepare_text(joined(words), kLower) == words);
  }
}

BOOST_AUTO_TEST_CASE(may_be_long) {
  constexpr std::size_t kWords = 1'000'000;
  std::string text;
  for (std::size_t i = 0; i < kWords; ++i) text += i % 2 == 0 ? "Good " : "film\n";
  BOOST_CHECK_EQUAL(prepare_text(text, kLower).size(), kWords);
  BOOST_CHECK_EQUAL(prepared(std::string(1'000'000, '!')), "!!!");
  BOOST_CHECK_EQUAL(prepared("<br" + std::string(1'000'000, ' ')), "< br");
  BOOST_CHECK_EQUAL(prepared(std::string(100'000, 'A')), std::string(100'000, 'a'));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(text_preparation)

BOOST_AUTO_TEST_CASE(has_a_name) {
  BOOST_CHECK_EQUAL(TextPreparation().name(), "words-1 lower keep");
  BOOST_CHECK_EQUAL(kAsIs.name(), "words-1 keep keep");
  BOOST_CHECK_EQUAL(kSpelled.name(), "words-1 lower spell");
  for (const auto& preparation : {kAsIs, kLower, kSpelled}) {
    BOOST_CHECK(preparation_named(preparation.name()) == preparation);
  }
  BOOST_CHECK(kAsIs != kLower);
}

BOOST_AUTO_TEST_CASE(of_another_name_is_refused_with_the_names_there_are) {
  BOOST_CHECK_EXCEPTION(
      preparation_named("words-2 lower keep"), FormatError,
      test::says("found the text preparation 'words-2 lower keep', expected one of: words-1 keep "
                 "keep, words-1 keep spell, words-1 lower keep, words-1 lower spell"));
  BOOST_CHECK_THROW(preparation_named(""), FormatError);
}

TextPreparation preparation_for_words(std::string_view text) {
  StringTable words;
  for (const auto& word : prepare_text(text, kAsIs)) words.insert(word);
  return preparation_for(Vocabulary(std::move(words), {}));
}

constexpr std::string_view kDigits = "zero one two three four five six seven eight nine ";

BOOST_AUTO_TEST_CASE(lowers_letters_unless_a_word_has_an_upper_case_one) {
  BOOST_CHECK(preparation_for_words("the cat \u00c9") == kLower);
  BOOST_CHECK(preparation_for_words("the McDonald cat") == kAsIs);
  BOOST_CHECK(preparation_for(Vocabulary()) == kLower);
}

BOOST_AUTO_TEST_CASE(spells_numbers_where_the_vocabulary_does) {
  const std::string digits(kDigits);
  BOOST_CHECK(preparation_for_words(digits + "cat") == kSpelled);
  BOOST_CHECK(preparation_for_words(digits + "mp3") == kLower);
  BOOST_CHECK(preparation_for_words(digits.substr(5)) == kLower);
  BOOST_CHECK(
      (preparation_for_words(digits + "Cat") == TextPreparation{Letters::kKeep, Numbers::kSpell}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
