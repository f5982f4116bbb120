#include "embed/query/evaluation_sets.h"

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
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

// Words and answers, separated by spaces.
void check_question(const AnalogyQuestion& found, const std::string& expected) {
  auto text = found.a + ' ' + found.b + ' ' + found.c;
  for (const auto& answer : found.answers) text += ' ' + answer;
  BOOST_CHECK_EQUAL(text, expected);
}

void check_two_sections(const std::vector<AnalogySection>& sections) {
  BOOST_REQUIRE_EQUAL(sections.size(), 2);
  BOOST_CHECK_EQUAL(sections[0].name, "capitals");
  BOOST_REQUIRE_EQUAL(sections[0].questions.size(), 2);
  check_question(sections[0].questions[1], "Paris France Rome Italy");
  BOOST_CHECK(sections[0].relation == Relation::kSemantic);
  BOOST_CHECK_EQUAL(sections[1].name, "gram1-plural");
  BOOST_REQUIRE_EQUAL(sections[1].questions.size(), 1);
  check_question(sections[1].questions[0], "dog dogs cat cats");
  BOOST_CHECK(sections[1].relation == Relation::kSyntactic);
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

BOOST_AUTO_TEST_CASE(may_have_sections_with_spaces_in_their_names) {
  const auto sections = analogies_of(":I01 [noun - plural]\na b c d\n");
  BOOST_CHECK_EQUAL(sections.at(0).name, "I01 [noun - plural]");
}

const auto kTagged = data::make(std::vector<std::string>{
    "good better rough JJ_JJR rougher\ncar cars dog NN_NNS dogs\nbad worse big JJ_JJR bigger\n",
    "good better rough rougher JJ_JJR\ncar cars dog dogs NN_NNS\nbad worse big bigger JJ_JJR\n",
});

void check_tagged(const std::vector<AnalogySection>& sections) {
  BOOST_REQUIRE_EQUAL(sections.size(), 2);
  BOOST_CHECK_EQUAL(sections[0].name, "JJ_JJR");
  BOOST_REQUIRE_EQUAL(sections[0].questions.size(), 2);
  check_question(sections[0].questions[0], "good better rough rougher");
  check_question(sections[0].questions[1], "bad worse big bigger");
  BOOST_CHECK_EQUAL(sections[1].name, "NN_NNS");
  check_question(sections[1].questions.at(0), "car cars dog dogs");
  for (const auto& section : sections) BOOST_CHECK(section.relation == Relation::kSyntactic);
}

BOOST_DATA_TEST_CASE(with_tags_have_a_section_for_each, kTagged, text) {
  check_tagged(analogies_of(text));
}

BOOST_AUTO_TEST_CASE(of_three_words_have_their_answers_in_a_file_beside) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("x.questions", "good better rough\ncar cars dog\nbad worse big\n");
  BOOST_CHECK_EXCEPTION(read_analogies(path), FormatError,
                        test::says("line 1: found 'good better rough', expected four words; or for "
                                   "lines of three words a file NAME.questions"));
  folder.write("x.answers", "JJ_JJR rougher\nNN_NNS dogs\nJJ_JJR bigger\n");
  check_tagged(read_analogies(path));
  folder.write("x.answers", "JJ_JJR rougher\nNN_NNS dogs\n");
  BOOST_CHECK_EXCEPTION(read_analogies(path), FormatError,
                        test::says("x.answers: found 2 answers, expected 3"));
  folder.write("x.answers", "JJ_JJR rougher\ndogs\nJJ_JJR bigger\n");
  BOOST_CHECK_EXCEPTION(read_analogies(path), FormatError,
                        test::says("x.answers: line 2: found 'dogs', expected a tag such as"));
}

BOOST_AUTO_TEST_CASE(of_a_relation_are_all_ordered_pairs_of_lines) {
  const auto sections = analogies_of("king queen\ndog\tbitch/hound\nbull cow/\n");
  BOOST_REQUIRE_EQUAL(sections.size(), 1);
  BOOST_CHECK_EQUAL(sections[0].name, "questions");
  const auto& questions = sections[0].questions;
  BOOST_REQUIRE_EQUAL(questions.size(), 6);
  check_question(questions[0], "king queen dog bitch hound");
  check_question(questions[1], "king queen bull cow");
  check_question(questions[2], "dog bitch king queen");
  check_question(questions[3], "dog bitch bull cow");
  check_question(questions[5], "bull cow dog bitch hound");
  BOOST_CHECK_EXCEPTION(analogies_of("a b\nc d e\n"), FormatError,
                        test::says("line 2: found 'c d e', expected a word and its answers"));
  BOOST_CHECK_EXCEPTION(analogies_of("a b\nc //\n"), FormatError, test::says("line 2"));
  std::string many;
  for (int i = 0; i < 1001; ++i) many += "word answer\n";
  BOOST_CHECK_EXCEPTION(analogies_of(many), FormatError,
                        test::says("found 1001 lines of two words, expected at most 1000"));
  const auto long_line = "word " + std::string(200, 'x') + '\n';
  std::string large;
  for (int i = 0; i < 500; ++i) large += long_line;
  BOOST_CHECK_EXCEPTION(
      analogies_of(large), FormatError,
      test::says("500 lines of two words of 102500 bytes in all, expected at most 67108 bytes"));
}

BOOST_AUTO_TEST_CASE(of_a_folder_are_those_of_its_files_in_order) {
  const test::TemporaryFolder folder;
  BOOST_CHECK_EXCEPTION(read_analogies(folder / ""), FormatError, test::says("no .txt files"));
  std::filesystem::create_directories(folder / "1_Inflectional_morphology");
  std::filesystem::create_directories(folder / "3_Encyclopedic_semantics");
  folder.write("3_Encyclopedic_semantics/E01 [country - capital].txt",
               "france paris\nitaly rome\n");
  folder.write("1_Inflectional_morphology/I02 [plural].txt", "cat cats\ndog dogs\nox oxen\n");
  folder.write("1_Inflectional_morphology/I01 [past].txt", "go went\nsee saw\n");
  folder.write("metadata.json", "{}");
  const auto sections = read_analogies(folder / "");
  BOOST_REQUIRE_EQUAL(sections.size(), 3);
  BOOST_CHECK_EQUAL(sections[0].name, "I01 [past]");
  BOOST_CHECK_EQUAL(sections[1].name, "I02 [plural]");
  BOOST_CHECK_EQUAL(sections[1].questions.size(), 6);
  BOOST_CHECK(sections[1].relation == Relation::kSyntactic);
  BOOST_CHECK_EQUAL(sections[2].name, "E01 [country - capital]");
  BOOST_CHECK(sections[2].relation == Relation::kSemantic);
}

const auto kBadAnalogies = data::make(std::vector<BadFile>{
    {"", "no analogy questions"},
    {"\n\n", "no analogy questions"},
    {": section\n", "no analogy questions"},
    {": section\na b c\n",
     "line 2: found 'a b c', expected ': section', four words, or four words and a tag"},
    {": section\na b c d\n\na b c d e\n", "line 4: found 'a b c d e'"},
    {":\na b c d\n", "line 1: found ':', expected a section's name after ':'"},
    {"a b c\n", "line 1: found 'a b c', expected four words"},
    {"a b c d\r\na b\r\n", "line 2: found 'a b', expected ': section', four words"},
    {"a b c JJ_JJR d\na b c jj_jjr d\n", "line 2"},
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
    if (section.relation == Relation::kSyntactic) syntactic += section.questions.size();
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
    "\xef\xbb\xbfWord 1,Word 2,\"Human (mean), of "
    "10\"\r\n\"tiger\",\"cat\",7.35\r\ncup,coffee,-0.6\r\n",
    "# The \"set\" of 1, 2\n# word1\tword2\ntiger\tcat\t7.35\ncup\tcoffee\t-0.6\n",
    "word1\tword2\tPOS\tscore\tother\ntiger\tcat\tN\t7.35\t1\ncup\tcoffee\tN\t-0.6\t2\n",
    "tiger cat N 7.35 SYNONYMS\ncup coffee N -0.6 NONE\n",
    "tiger,cat,7.35,7,8,6\ncup,coffee,-0.6,0,-1,0\n",
    "Word 1,Word 2,Human (mean),1,2\ntiger,cat,7.35,9,6\ncup,coffee,-0.6,0,-1\n",
    "id,word_1,word_2,mean\n0,tiger,cat,7.35\n1,cup,coffee,-0.6\n",
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

BOOST_AUTO_TEST_CASE(may_be_of_the_word_that_begins_comments) {
  BOOST_CHECK_EQUAL(similarities_of("#\thash\t5\n# no pair\n").at(0).a, "#");
}

BOOST_AUTO_TEST_CASE(may_have_spaces_and_commas_within_words_between_tabs) {
  const auto pairs = similarities_of("New York\ta,b\t5\n");
  BOOST_CHECK_EQUAL(pairs.at(0).a, "New York");
  BOOST_CHECK_EQUAL(pairs.at(0).b, "a,b");
}

const auto kBadSimilarities = data::make(std::vector<BadFile>{
    {"", "no pairs"},
    {"word1\tword2\tscore\n", "no pairs"},
    {"tiger cat\n",
     "line 1: found 'tiger cat', expected two words and a score, a number in column 3"},
    {"tiger cat 7.35\ntiger cat\n", "line 2: found 'tiger cat'"},
    {"tiger cat 7.35\ncup coffee much\n", "line 2: found 'cup coffee much'"},
    {"tiger\tcat\t7.35\n\ncup\tcoffee\t6.0x\n", "line 3: found 'cup"},
    {"tiger cat 7.35\ncup coffee nan\n", "line 2"},
    {"tiger cat 7.35\ncup coffee inf\n", "line 2"},
    {"tiger,cat,7.35\ncup,coffee,\n", "line 2"},
    {"tiger, cat, 7.35\ncup, coffee, 6 x\n", "line 2"},
    {"tiger,cat,7,35\n",
     "line 1: found 'tiger,cat,7,35', expected a header line, or scores with a"},
    {"tiger cat 1e999\ncup coffee 5\n", "line 1: found 'tiger cat 1e999'"},
    {"tiger cat 7.3.5\ncup coffee 5\n", "line 1: found 'tiger cat 7.3.5'"},
    {"tiger,,7.35\n", "line 1: found 'tiger,,7.35'"},
    {"a,b,score\n\n\"tiger,cat,7.35\n", "line 3: found a quote without end"},
    {"a,b,score\ntiger,cat,7.35\n\"cup\"x,coffee,1\n", "line 3: found 'x,coffee,1' after a quoted"},
    {"a,b,score\ntiger,cat,7.35\ncup,coffee\n", "line 3: found 'cup,coffee', expected two words"},
    {": capitals\nParis France Rome Italy\n", "line 1: found ': capitals'"},
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
