#include "classify/text_encoding.h"

#include <ostream>
#include <string>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/parallel.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(text_encoding)

namespace data = boost::unit_test::data;
using boost::test_tools::per_element;
using Strings = std::vector<std::string>;
using Ids = std::vector<WordId>;

Vocabulary vocabulary_of(const Strings& words) {
  StringTable table;
  for (const auto& word : words) table.insert(word);
  return {std::move(table), {}};
}

const Vocabulary kVocabulary = vocabulary_of({"a", "b", "c", "d", "e", "f", "g"});
constexpr WordId kUnknown = 7;

EncodedText encode(std::string_view text, std::size_t max_words = 1000) {
  return encode_text(text, {.preparation = {}, .max_words = max_words}, kVocabulary);
}

// What is left of "a b c d e f g".
struct Cut {
  std::size_t max_words;
  Strings words;

  friend std::ostream& operator<<(std::ostream& out, const Cut& cut) {
    return out << "at most " << cut.max_words;
  }
};

BOOST_AUTO_TEST_CASE(gives_the_words_and_their_ids) {
  const auto text = encode("C, a\tB c");
  BOOST_TEST(text.words == Strings({"c", ",", "a", "b", "c"}), per_element());
  BOOST_TEST(text.ids == Ids({2, kUnknown, 0, 1, 2}), per_element());
  BOOST_TEST(text.unknown == 1);
  BOOST_TEST(text.cut == 0);
  BOOST_TEST(!text.empty);
}

BOOST_AUTO_TEST_CASE(prepares_as_it_is_told) {
  const TextEncoding keeping{{.letters = Letters::kKeep, .numbers = Numbers::kSpell}};
  const auto text = encode_text("A a 1", keeping, kVocabulary);
  BOOST_TEST(text.words == Strings({"A", "a", "one"}), per_element());
  BOOST_TEST(text.ids == Ids({kUnknown, 0, kUnknown}), per_element());
  BOOST_TEST(text.unknown == 2);
}

const auto kCuts = data::make(std::vector<Cut>{
    {1, {"a"}},
    {2, {"a", "g"}},
    {3, {"a", "b", "g"}},
    {4, {"a", "b", "f", "g"}},
    {5, {"a", "b", "c", "f", "g"}},
    {6, {"a", "b", "c", "e", "f", "g"}},
    {7, {"a", "b", "c", "d", "e", "f", "g"}},
    {8, {"a", "b", "c", "d", "e", "f", "g"}},
    {static_cast<std::size_t>(-1), {"a", "b", "c", "d", "e", "f", "g"}},
    {0, {"a", "b", "c", "d", "e", "f", "g"}},
});

BOOST_DATA_TEST_CASE(keeps_the_first_and_the_last_half_of_a_longer_text, kCuts, cut) {
  const auto text = encode("a b c d e f g", cut.max_words);
  BOOST_TEST(text.words == cut.words, per_element());
  BOOST_TEST(text.cut == 7 - cut.words.size());
  BOOST_TEST_REQUIRE(text.ids.size() == cut.words.size());
  for (std::size_t i = 0; i < text.ids.size(); ++i) {
    BOOST_TEST(kVocabulary.word(text.ids[i]) == cut.words[i]);
  }
}

BOOST_AUTO_TEST_CASE(keeps_a_thousand_words_unless_it_is_told_otherwise) {
  std::string long_text;
  for (int i = 0; i < 1003; ++i) long_text += i < 500 ? "a " : i < 503 ? "b " : "c ";
  const auto text = encode_text(long_text, {}, kVocabulary);
  Ids expected(500, 0);
  expected.resize(1000, 2);
  BOOST_TEST(text.ids == expected, per_element());
  BOOST_TEST(text.cut == 3);
}

BOOST_AUTO_TEST_CASE(counts_unknown_words_before_any_are_cut) {
  const auto text = encode("a x y z x b", 3);
  BOOST_TEST(text.words == Strings({"a", "x", "b"}), per_element());
  BOOST_TEST(text.ids == Ids({0, kUnknown, 1}), per_element());
  BOOST_TEST(text.unknown == 4);
  BOOST_TEST(text.cut == 3);
}

BOOST_AUTO_TEST_CASE(makes_one_unknown_word_of_a_text_without_words) {
  for (const auto* nothing : {"", " \t\r\n", "<br />", "\xff\xfe", "\xef\xbb\xbf"}) {
    for (const std::size_t max_words : {0, 1, 1000}) {
      const auto text = encode(nothing, max_words);
      BOOST_TEST(text.words == Strings({""}), per_element());
      BOOST_TEST(text.ids == Ids({kUnknown}), per_element());
      BOOST_TEST(text.unknown == 0);
      BOOST_TEST(text.cut == 0);
      BOOST_TEST(text.empty);
    }
  }
}

BOOST_AUTO_TEST_CASE(knows_no_words_without_a_vocabulary) {
  const auto text = encode_text("a b", {}, {});
  BOOST_TEST(text.ids == Ids({0, 0}), per_element());
  BOOST_TEST(text.unknown == 2);
}

void check_figures(const EncodingFigures& found, const EncodingFigures& expected) {
  BOOST_TEST(found.texts == expected.texts);
  BOOST_TEST(found.words == expected.words);
  BOOST_TEST(found.unknown == expected.unknown);
  BOOST_TEST(found.cut_texts == expected.cut_texts);
  BOOST_TEST(found.cut_words == expected.cut_words);
  BOOST_TEST(found.empty_texts == expected.empty_texts);
}

BOOST_AUTO_TEST_CASE(reports_what_all_texts_and_those_of_each_class_are_like) {
  const LabelledTexts texts{
      {"neg", "none", "pos"},
      {"a b c d e", "x y a", "", "b", "x x x x x x", "  "},
      {0, 2, 2, 0, 2, 0},
  };
  const auto [encoded, report] = encode_texts(texts, {{}, 4}, kVocabulary);
  check_figures(
      report.all,
      {.texts = 6, .words = 15, .unknown = 8, .cut_texts = 2, .cut_words = 3, .empty_texts = 2});
  BOOST_TEST_REQUIRE(report.classes.size() == 3);
  check_figures(report.classes[0],
                {.texts = 3, .words = 6, .cut_texts = 1, .cut_words = 1, .empty_texts = 1});
  check_figures(report.classes[1], {});
  check_figures(
      report.classes[2],
      {.texts = 3, .words = 9, .unknown = 8, .cut_texts = 1, .cut_words = 2, .empty_texts = 1});
  BOOST_TEST(report.lengths == std::vector<std::size_t>({0, 0, 1, 3, 5, 6}), per_element());
  BOOST_TEST(encoded.classes() == texts.classes, per_element());
  const std::vector<Ids> expected{{0, 1, 3, 4}, {kUnknown, kUnknown, 0}, {kUnknown},
                                  {1},          Ids(4, kUnknown),        {kUnknown}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    BOOST_TEST(encoded.text(i) == expected[i], per_element());
  }
}

BOOST_AUTO_TEST_CASE(keeps_the_order_of_the_texts_on_any_number_of_threads) {
  LabelledTexts texts{{"even", "odd"}, {}, {}};
  for (std::uint32_t i = 0; i < 1000; ++i) {
    texts.texts.push_back(fmt::format("{}", fmt::join(Strings(1 + i % 7, i % 3 ? "a" : "x"), " ")));
    texts.classes.push_back(i % 2);
  }
  for (const int threads : {1, 2, 5}) {
    const auto encoded =
        with_threads(threads, [&] { return encode_texts(texts, {}, kVocabulary).texts; });
    BOOST_TEST_REQUIRE(encoded.size() == 1000);
    for (std::uint32_t i = 0; i < 1000; ++i) {
      BOOST_TEST_REQUIRE(encoded.text_class(i) == i % 2);
      BOOST_TEST_REQUIRE(encoded.text(i) == Ids(1 + i % 7, i % 3 ? 0 : kUnknown), per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(of_no_texts_is_of_no_texts) {
  const auto [encoded, report] = encode_texts({{"a", "b"}, {}, {}}, {}, kVocabulary);
  BOOST_TEST(encoded.size() == 0);
  check_figures(report.all, {});
  BOOST_TEST(report.classes.size() == 2);
  BOOST_TEST(report.lengths.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
