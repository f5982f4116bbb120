#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "embed/query/evaluation.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

namespace data = boost::unit_test::data;
using boost::test_tools::per_element;

// A file's text, and a part of what is said about it.
struct BadFile {
  std::string text;
  std::string message;

  friend std::ostream& operator<<(std::ostream& out, const BadFile& bad) {
    return out << "the file of '" << bad.message << "'";
  }
};

BOOST_AUTO_TEST_SUITE(analogy_files)

std::vector<AnalogySection> analogies_of(std::string_view text) {
  const test::TemporaryFolder folder;
  return read_analogies(folder.write("questions", text));
}

void check_two_sections(const std::vector<AnalogySection>& sections) {
  BOOST_REQUIRE_EQUAL(sections.size(), 2);
  BOOST_CHECK_EQUAL(sections[0].name, "capitals");
  BOOST_REQUIRE_EQUAL(sections[0].questions.size(), 2);
  BOOST_TEST(sections[0].questions[1] == AnalogyQuestion({"Paris", "France", "Rome", "Italy"}),
             per_element());
  BOOST_CHECK_EQUAL(sections[1].name, "gram1-plural");
  BOOST_REQUIRE_EQUAL(sections[1].questions.size(), 1);
  BOOST_CHECK_EQUAL(sections[1].questions[0][3], "cats");
}

const auto kForms = data::make(std::vector<std::string>{
    ": capitals\nRome Italy Paris France\nParis France Rome Italy\n: gram1-plural\ndog dogs cat "
    "cats\n",
    // No end of the last line.
    ": capitals\nRome Italy Paris France\nParis France Rome Italy\n: gram1-plural\ndog dogs cat "
    "cats",
    ": capitals\r\nRome Italy Paris France\r\nParis France Rome Italy\r\n: gram1-plural\r\n"
    "dog dogs cat cats\r\n",
    ":\tcapitals\nRome\tItaly\tParis\tFrance\nParis\tFrance\tRome\tItaly\n:\tgram1-plural\n"
    "dog\tdogs\tcat\tcats\n",
    "\n  : capitals  \n Rome  Italy Paris France \n\nParis France Rome Italy\n \n: gram1-plural\n"
    "dog dogs cat cats\n\n",
});

BOOST_DATA_TEST_CASE(may_end_lines_and_separate_words_in_all_usual_ways, kForms, text) {
  check_two_sections(analogies_of(text));
}

BOOST_AUTO_TEST_CASE(may_have_no_sections) {
  const auto sections = analogies_of("a b c d\n");
  BOOST_REQUIRE_EQUAL(sections.size(), 1);
  BOOST_CHECK_EQUAL(sections[0].name, "questions");
  BOOST_CHECK_EQUAL(sections[0].questions.size(), 1);
}

BOOST_AUTO_TEST_CASE(may_have_a_section_without_questions) {
  const auto sections = analogies_of(": empty\n: other\na b c d\n");
  BOOST_REQUIRE_EQUAL(sections.size(), 2);
  BOOST_CHECK(sections[0].questions.empty());
}

BOOST_AUTO_TEST_CASE(are_syntactic_where_the_name_says_so) {
  BOOST_CHECK((AnalogySection{"gram1-adjective-to-adverb", {}}.is_syntactic()));
  BOOST_CHECK(!(AnalogySection{"capital-world", {}}.is_syntactic()));
}

const auto kBadAnalogies = data::make(std::vector<BadFile>{
    {"", "no analogy questions"},
    {"\n\n", "no analogy questions"},
    {": section\n", "no analogy questions"},
    {": section\na b c\n", "line 2: found 'a b c'"},
    {": section\na b c d\n\na b c d e\n", "line 4: found 'a b c d e'"},
    {":\na b c d\n", "line 1: found ':'"},
    {": two words\na b c d\n", "line 1: found ': two words'"},
    {": a b c\n", "line 1"},
    {"a b c d\r\na b\r\n", "line 2: found 'a b', expected ': section' or four words"},
    {std::string(1000, 'x') + '\n', "xxx...', expected"},
});

BOOST_DATA_TEST_CASE(of_another_form_are_refused_with_the_line, kBadAnalogies, bad) {
  BOOST_CHECK_EXCEPTION(analogies_of(bad.text), FormatError, test::says(bad.message));
  BOOST_CHECK_EXCEPTION(analogies_of(bad.text), FormatError, test::says("questions: "));
}

BOOST_AUTO_TEST_CASE(that_are_absent_are_an_input_error) {
  BOOST_CHECK_THROW(read_analogies("/nowhere/questions"), IoError);
}

BOOST_AUTO_TEST_CASE(of_google_have_14_sections) {
  const auto folder = test::real_data();
  if (!folder) return;
  const auto sections = read_analogies(*folder / "evaluation" / "questions-words.txt");
  BOOST_CHECK_EQUAL(sections.size(), 14);
  std::size_t questions = 0;
  std::size_t syntactic = 0;
  for (const auto& section : sections) {
    questions += section.questions.size();
    if (section.is_syntactic()) syntactic += section.questions.size();
  }
  BOOST_CHECK_EQUAL(questions, 19'544);
  BOOST_CHECK_EQUAL(syntactic, 10'675);
  BOOST_CHECK_EQUAL(sections.front().name, "capital-common-countries");
  BOOST_CHECK_EQUAL(sections.back().name, "gram9-plural-verbs");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(similarity_files)

std::vector<SimilarityPair> similarities_of(std::string_view text) {
  const test::TemporaryFolder folder;
  return read_similarities(folder.write("pairs", text));
}

const auto kForms = data::make(std::vector<std::string>{
    "tiger cat 7.35\ncup coffee -6e-1\n",
    "tiger cat 7.35\ncup coffee -0.6",
    "tiger\tcat\t7.35\ncup\tcoffee\t-0.60\n",
    "tiger,cat,7.35\ncup,coffee,-0.6\n",
    "tiger\tcat\t7.35\r\ncup\tcoffee\t-0.6\r\n",
    "Word 1\tWord 2\tHuman (mean)\ntiger\tcat\t7.35\ncup\tcoffee\t-0.6\n",
    "word1,word2,score\ntiger,cat,7.35\n\ncup,coffee,-0.6\n",
    "word1 word2 score\ntiger  cat\v7.35\n cup coffee -0.6 \n",
    "tiger, cat, 7.35\ncup , coffee , -0.6 \n",
    "tiger \t cat\t 7.35 \n \ncup\tcoffee\t-0.6\n",
});

BOOST_DATA_TEST_CASE(may_separate_columns_by_tabs_commas_or_spaces, kForms, text) {
  const auto pairs = similarities_of(text);
  BOOST_REQUIRE_EQUAL(pairs.size(), 2);
  BOOST_CHECK_EQUAL(pairs[0].a, "tiger");
  BOOST_CHECK_EQUAL(pairs[0].b, "cat");
  BOOST_CHECK_EQUAL(pairs[0].score, 7.35);
  BOOST_CHECK_EQUAL(pairs[1].a, "cup");
  BOOST_CHECK_EQUAL(pairs[1].b, "coffee");
  BOOST_CHECK_EQUAL(pairs[1].score, -0.6);
}

BOOST_AUTO_TEST_CASE(may_have_spaces_and_commas_within_words_between_tabs) {
  const auto pairs = similarities_of("New York\ta,b\t5\n");
  BOOST_CHECK_EQUAL(pairs.at(0).a, "New York");
  BOOST_CHECK_EQUAL(pairs.at(0).b, "a,b");
}

const auto kBadSimilarities = data::make(std::vector<BadFile>{
    {"", "no pairs"},
    {"word1\tword2\tscore\n", "no pairs"},
    {"tiger cat\n", "line 1: found 'tiger cat', expected two words and a score"},
    {"tiger cat 7.35 extra\n", "line 1: found 'tiger cat 7.35 extra'"},
    {"tiger cat 7.35\ntiger cat\n", "line 2: found 'tiger cat'"},
    {"tiger cat 7.35\ncup coffee much\n", "line 2: found 'cup coffee much'"},
    {"tiger\tcat\t7.35\n\ncup\tcoffee\t6.0x\n", "line 3: found 'cup"},
    {"tiger cat 7.35\ncup coffee nan\n", "line 2"},
    {"tiger cat 7.35\ncup coffee inf\n", "line 2"},
    {"tiger,cat,7.35\ncup,coffee,\n", "line 2"},
    {"tiger, cat, 7.35\ncup, coffee, 6 x\n", "line 2"},
    {"tiger,cat,7,35\n", "line 1"},
});

BOOST_DATA_TEST_CASE(of_another_form_are_refused_with_the_line, kBadSimilarities, bad) {
  BOOST_CHECK_EXCEPTION(similarities_of(bad.text), FormatError, test::says(bad.message));
  BOOST_CHECK_EXCEPTION(similarities_of(bad.text), FormatError, test::says("pairs: "));
}

BOOST_AUTO_TEST_CASE(that_are_absent_are_an_input_error) {
  BOOST_CHECK_THROW(read_similarities("/nowhere/pairs"), IoError);
}

struct RealFile {
  std::string name;
  std::size_t pairs;
  std::string first;

  friend std::ostream& operator<<(std::ostream& out, const RealFile& file) {
    return out << file.name;
  }
};

const auto kRealFiles = data::make(std::vector<RealFile>{
    {"wordsim353.txt", 353, "love sex 6.77"},
    {"rg65.txt", 65, "gem jewel 3.94"},
    {"zh-wordsim240.txt", 240, "李白 诗 9.2"},
});

BOOST_DATA_TEST_CASE(of_others_are_read_whole, kRealFiles, file) {
  const auto folder = test::real_data();
  if (!folder) return;
  const auto pairs = read_similarities(*folder / "evaluation" / file.name);
  BOOST_CHECK_EQUAL(pairs.size(), file.pairs);
  std::ostringstream first;
  first << pairs.front().a << ' ' << pairs.front().b << ' ' << pairs.front().score;
  BOOST_CHECK_EQUAL(first.str(), file.first);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
