#include "embed/bias/word_sets.h"

#include <string_view>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(word_sets)

using Words = std::vector<std::string>;

void check_same(const Words& found, const Words& expected) {
  BOOST_TEST(found == expected, boost::test_tools::per_element());
}

constexpr std::string_view kWeat = R"({
  "targ1": {"category": "X", "examples": ["x1", "x2"]},
  "targ2": {"category": "Y", "examples": ["y1"]},
  "attr1": {"category": "A", "examples": ["a1"]},
  "attr2": {"category": "B", "examples": ["b1", "b2"]}})";

BOOST_AUTO_TEST_CASE(lists_by_themselves) {
  const test::TemporaryFolder folder;
  const auto axis = read_axis(folder.write("gender.json", R"([["she", "he"], ["her", "his"]])"));
  BOOST_CHECK_EQUAL(axis.name, "gender");
  BOOST_REQUIRE_EQUAL(axis.sets.size(), 2);
  check_same(axis.sets[1], {"her", "his"});
  BOOST_CHECK(!axis.ends);
  check_same(read_specific_words(folder.write("s.json", R"(["a", "b"])")), {"a", "b"});
  check_same(read_equality_sets(folder.write("e.json", R"([["a", "b", "c"]])"))[0],
             {"a", "b", "c"});
  const auto lists =
      read_word_lists(folder.write("jobs.json", R"([["nurse", 0.5, -1], ["cook", 2]])"));
  BOOST_REQUIRE_EQUAL(lists.size(), 1);
  BOOST_CHECK_EQUAL(lists[0].name, "jobs");
  check_same(lists[0].words, {"nurse", "cook"});
  BOOST_TEST(lists[0].scores == std::vector<double>({-1, 2}), boost::test_tools::per_element());
  const auto tests = read_weat(folder.write("w.jsonl", kWeat));
  BOOST_REQUIRE_EQUAL(tests.size(), 1);
  BOOST_CHECK_EQUAL(tests[0].name, "w");
  BOOST_CHECK_EQUAL(tests[0].b.name, "B");
  check_same(tests[0].b.words, {"b1", "b2"});
}

BOOST_AUTO_TEST_CASE(an_axis_between_two_lists) {
  const test::TemporaryFolder folder;
  const auto axis =
      read_axis(folder.write("a.json", R"({"old": ["old"], "young": ["new", "young"]})"));
  BOOST_REQUIRE(axis.ends);
  BOOST_CHECK_EQUAL((*axis.ends)[0].name, "old");
  check_same((*axis.ends)[1].words, {"new", "young"});
}

BOOST_AUTO_TEST_CASE(all_in_one_file) {
  const test::TemporaryFolder folder;
  const auto path =
      folder.write("all.json", std::string(R"({"name": "gender", "pairs": [["she", "he"]],
      "equalize": [["queen", "king"]], "specific": ["beard"],
      "words": {"jobs": ["nurse"], "traits": ["kind", "wise"]}, "weat": [)") +
                                   std::string(kWeat) + "]}");
  BOOST_CHECK_EQUAL(read_axis(path).name, "gender");
  check_same(read_equality_sets(path)[0], {"queen", "king"});
  check_same(read_specific_words(path), {"beard"});
  const auto lists = read_word_lists(path);
  BOOST_REQUIRE_EQUAL(lists.size(), 2);
  BOOST_CHECK_EQUAL(lists[1].name, "traits");
  BOOST_CHECK(lists[1].scores.empty());
  BOOST_CHECK_EQUAL(read_weat(path)[0].name, "gender 1");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_and_where) {
  struct Case {
    std::string_view text, message;
  };
  const test::TemporaryFolder folder;
  for (const auto& [text, message] : {
           Case{"[[\"a\", \"b\"],\n  [\"c\" \"d\"]]",
                "bad.json: line 2, column 10: found broken JSON"},
           Case{"", "line 1, column 1: found broken JSON"},
           Case{"[[\"a\", 1e999]]", "a number beyond all bounds"},
           Case{"3", "bad.json: found 3, expected a list of pairs of words"},
           Case{"[]", "found [], expected a list of pairs of words that is not empty"},
           Case{"[\"a\"]", "bad.json, entry 1: found \"a\", expected a list of words"},
           Case{"[[\"a\", \"b\"], [\"a\"]]", "entry 2: found [\"a\"], expected two words or more"},
           Case{"[[\"a\", 7]]", "bad.json, entry 1, entry 2: found 7, expected a word"},
           Case{"[[\"a\", \"\"]]", "entry 2: found \"\", expected a word"},
           Case{R"({"pairs": []})", "bad.json, pairs: found [], expected"},
           Case{R"({"a": ["b"]})", "or an object of two lists of words"},
           Case{R"({"a": ["b"], "c": []})", "bad.json, c: found [], expected"},
           Case{R"({"a": ["b"], "c\n": []})", "bad.json, c\\x0a: found [], expected"},
           Case{R"(["a long word that has no end)",
                "found broken JSON: syntax error while parsing "
                "value - invalid string: missing closing quote"},
       }) {
    const auto path = folder.write("bad.json", text);
    BOOST_CHECK_EXCEPTION(read_axis(path), FormatError, test::says(std::string(message)));
  }
  BOOST_CHECK_EXCEPTION(read_weat(folder.write("bad.json", R"({"targ1": {"category": "X"}})")),
                        FormatError,
                        test::says("targ1: found {\"category\":\"X\"}, expected an "
                                   "object with \"examples\""));
  BOOST_CHECK_EXCEPTION(read_word_lists(folder.write("bad.json", R"([["a", "b"]])")), FormatError,
                        test::says("entry 1, entry 2: found \"b\", expected a number"));
  BOOST_CHECK_EXCEPTION(read_word_lists(folder.write("bad.json", "{}")), FormatError,
                        test::says("expected lists of words"));
  BOOST_CHECK_THROW(read_axis(folder / "none.json"), IoError);
  const auto deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  BOOST_CHECK_EXCEPTION(read_specific_words(folder.write("bad.json", deep)), FormatError,
                        test::says("entry 1: found a value nested too deep, expected a word"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
