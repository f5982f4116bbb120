#include "embed/text/unicode.h"

#include <boost/test/unit_test.hpp>

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(unicode)

using namespace std::string_view_literals;

BOOST_AUTO_TEST_CASE(replaces_each_maximal_ill_formed_part_by_one_mark) {
  struct Case {
    std::string_view text;
    std::string_view replaced;
  };
  const Case cases[] = {
      // well-formed
      {"", ""},
      {"plain", "plain"},
      {"a\0b"sv, "a\0b"sv},
      {"\x7f", "\x7f"},
      {"\xc2\x80", "\xc2\x80"},                  // U+0080
      {"\xdf\xbf", "\xdf\xbf"},                  // U+07FF
      {"\xe0\xa0\x80", "\xe0\xa0\x80"},          // U+0800
      {"\xed\x9f\xbf", "\xed\x9f\xbf"},          // U+D7FF
      {"\xee\x80\x80", "\xee\x80\x80"},          // U+E000
      {"\xef\xbf\xbf", "\xef\xbf\xbf"},          // U+FFFF
      {"\xf0\x90\x80\x80", "\xf0\x90\x80\x80"},  // U+10000
      {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},  // U+10FFFF
      // bytes that occur nowhere, and continuations of nothing
      {"\xff", "\ufffd"},
      {"\xfe", "\ufffd"},
      {"a\x80z", "a\ufffdz"},
      {"\xbf\x80", "\ufffd\ufffd"},
      // overlong
      {"\xc0\x80", "\ufffd\ufffd"},
      {"\xc1\xbf", "\ufffd\ufffd"},
      {"\xe0\x9f\xbf", "\ufffd\ufffd\ufffd"},
      {"\xf0\x8f\xbf\xbf", "\ufffd\ufffd\ufffd\ufffd"},
      // surrogates
      {"\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
      {"\xed\xbf\xbf", "\ufffd\ufffd\ufffd"},
      // beyond U+10FFFF
      {"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
      {"\xf5\x80\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},
      // cut short: the part that began well counts as one
      {"\xc3", "\ufffd"},
      {"\xe2\x82", "\ufffd"},
      {"\xf0\x9f\x98", "\ufffd"},
      {"\xf0\x9f\x98z", "\ufffdz"},
      {"\xe2\x82\xe2\x82\xac", "\ufffd\u20ac"},
      {"\xc3\xc3\xa9", "\ufffd\u00e9"},
      // the examples of the Unicode standard, tables 3-8, 3-9, 3-10 and 3-11
      {"\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41",
       "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\x41"},
      {"\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41",
       "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\x41"},
      {"\xf4\x91\x92\x93\xff\x41\x80\xbf\x42",
       "\ufffd\ufffd\ufffd\ufffd\ufffd\x41\ufffd\ufffd\x42"},
      {"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", "\ufffd\ufffd\ufffd\ufffd\x41"},
  };
  for (const auto& [text, replaced] : cases) {
    BOOST_TEST_CONTEXT(replaced) {
      BOOST_TEST(replace_invalid_utf8(text) == replaced);
      BOOST_TEST(is_valid_utf8(text) == (text == replaced));
      BOOST_TEST(is_valid_utf8(replaced));
    }
  }
}

BOOST_AUTO_TEST_CASE(folds_texts_that_differ_only_in_case_to_the_same_bytes) {
  struct Case {
    std::string_view text;
    std::string_view folded;
  };
  const Case cases[] = {
      {"", ""},
      {"The Cat", "the cat"},
      {"a\0B"sv, "a\0b"sv},
      {"Straße", "strasse"},
      {"STRASSE", "strasse"},
      {"ẞ", "ss"},
      {"ΌΣΟΣ", "όσοσ"},  // both small sigmas fold to one
      {"όσος", "όσοσ"},
      {"İ", "i\xcc\x87"},  // i and a combining dot
      {"ı", "ı"},          // the dotless i is a letter of its own
      {"ÄÖÜ", "äöü"},
      {"ЖИЗНЬ", "жизнь"},
      {"東京 123", "東京 123"},
  };
  for (const auto& [text, folded] : cases) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(fold_case(text) == folded);
      BOOST_TEST(fold_case(folded) == folded);
    }
  }
}

BOOST_AUTO_TEST_CASE(has_names_for_what_to_do_with_invalid_text) {
  BOOST_TEST((enum_from_name<InvalidUtf8>("fail") == InvalidUtf8::kFail));
  BOOST_TEST((enum_from_name<InvalidUtf8>("replace") == InvalidUtf8::kReplace));
  BOOST_TEST((enum_from_name<InvalidUtf8>("keep") == InvalidUtf8::kKeep));
}

BOOST_AUTO_TEST_CASE(lower_upper_and_title_case) {
  BOOST_TEST(to_lower("King\u00c9 \u4eba") == "king\u00e9 \u4eba");
  BOOST_TEST(to_upper("stra\u00dfe") == "STRASSE");
  BOOST_TEST(to_title("ex_GIRLfriend's 2nd \u00e9t\u00e9") == "Ex_Girlfriend'S 2Nd \u00c9t\u00e9");
  BOOST_TEST(to_title("\u01c6") == "\u01c5");  // one letter whose title case is no upper case
  BOOST_TEST(to_title("\u5973\u4eba") == "\u5973\u4eba");
  for (const auto& change : {to_lower, to_upper, to_title}) BOOST_TEST(change("") == "");
}

BOOST_AUTO_TEST_CASE(code_points_of_well_formed_and_other_text) {
  BOOST_CHECK(code_points("a\u00e9\u4eba\U0001f600") == U"a\u00e9\u4eba\U0001f600");
  BOOST_CHECK(code_points("a\xff") == U"a\ufffd");
  BOOST_CHECK(code_points("").empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
