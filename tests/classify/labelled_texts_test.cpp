#include "classify/labelled_texts.h"

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "common/error.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

namespace data = boost::unit_test::data;
using boost::test_tools::per_element;
using Strings = std::vector<std::string>;
using Classes = std::vector<std::uint32_t>;

struct File {
  std::string name;
  std::string content;
  LabelledTextOptions options = {};

  LabelledTexts read() const {
    const test::TemporaryFolder folder;
    return read_labelled_texts(folder.write(name, content), options);
  }

  friend std::ostream& operator<<(std::ostream& out, const File& file) {
    return out << file.name << ": " << file.content;
  }
};

// A file and a part of what is said about it.
struct BadFile {
  File file;
  std::string message;

  friend std::ostream& operator<<(std::ostream& out, const BadFile& bad) {
    return out << "the file of '" << bad.message << "'";
  }
};

BOOST_AUTO_TEST_SUITE(labelled_texts)

// All say the same.
const auto kForms = data::make(std::vector<File>{
    {"x.tsv", "good film\tpos\nbad, \"so\tneg\n"},
    {"x.tsv", "pos\tgood film\nneg\tbad, \"so"},
    {"x.txt", "pos\tgood film\r\n\r\nneg\tbad, \"so\r\n\n"},
    {"x", "\xef\xbb\xbf pos \tgood film\nneg\tbad, \"so\n"},
    {"x", "label\ttext_a\npos\tgood film\nneg\tbad, \"so\n"},
    {"x", "Sentence\tLABEL\ngood film\tpos\nbad, \"so\tneg\n"},
    {"x", "comment\tlabel\ngood film\tpos\nbad, \"so\tneg\n"},
    {"x", "stars\ttext\npos\tgood film\nneg\tbad, \"so\n"},
    {"x", "pos\t9\ta.txt\tgood film\nneg\t1\tb.txt\tbad, \"so\n"},
    {"x", "id\treview\tsentiment\n1\tgood film\tpos\n2\tbad, \"so\tneg\n"},
    {"x", "1\tgood film\tpos\n2\tbad, \"so\tneg\n", {"2", "3"}},
    {"x", "pos\tgood film\t1\nneg\tbad, \"so\t2\n", {"2", ""}},
    {"x", "id\tcomment\tstars\n1\tgood film\tpos\n2\tbad, \"so\tneg\n", {"comment", "stars"}},
    {"x", "id\tcomment\tstars\n1\tgood film\tpos\n2\tbad, \"so\tneg\n", {"comment", "3"}},
    {"x", "id\tcomment\tlabel\n1\tgood film\tpos\n2\tbad, \"so\tneg\n", {"2", ""}},
    {"x.csv", "text,label\ngood film,pos\n\"bad, \"\"so\",neg\n"},
    {"x.CSV", "review,sentiment\r\n\"good film\",\"pos\"\r\n\r\n\"bad, \"\"so\",neg"},
    {"x.csv", "pos,good film\nneg,\"bad, \"\"so\"\n", {"2", "1"}},
    {"x.csv", "label,text\npos,good film\nneg,\"bad, \"\"so\"\n", {"2", "1"}},
    {"x.csv", "a,b\npos,good film\nneg,\"bad, \"\"so\"\n", {"b", "a"}},
    {"x.jsonl",
     R"({"text": "good film", "label": "pos"}
        {"label": "neg", "id": 7, "text": "bad, \"so"})"},
    {"x.json",
     "\n{\"content\": \"good film\", \"class\": \"pos\"}\r\n\n"
     "{\"content\": \"bad, \\\"so\", \"class\": \"neg\"}\n"},
    {"x",
     " {\"Sentence\": \"good film\", \"sentiment\": \"pos\"}\n"
     "{\"Sentence\": \"bad, \\\"so\", \"sentiment\": \"neg\"}\n"},
    {"x",
     "{\"body\": \"good film\", \"label\": \"x\", \"is\": \"pos\"}\n"
     "{\"body\": \"bad, \\\"so\", \"label\": \"x\", \"is\": \"neg\"}\n",
     {"body", "is"}},
});

BOOST_DATA_TEST_CASE(are_read_in_all_usual_forms, kForms, file) {
  const auto texts = file.read();
  BOOST_TEST(texts.labels == Strings({"neg", "pos"}), per_element());
  BOOST_TEST(texts.texts == Strings({"good film", "bad, \"so"}), per_element());
  BOOST_TEST(texts.classes == Classes({1, 0}), per_element());
  BOOST_CHECK_EQUAL(texts.size(), 2);
}

BOOST_AUTO_TEST_CASE(may_be_compressed) {
  const test::TemporaryFolder folder;
  const auto path = folder / "x.csv.gz";
  if (!test::append_compressed(path, "gzip", "label,text\n1,\"a,b\"\n")) return;
  BOOST_TEST(read_labelled_texts(path, {}).texts == Strings({"a,b"}), per_element());
}

BOOST_AUTO_TEST_CASE(have_a_label_column_of_fewer_different_or_else_shorter_values) {
  const auto labels = [](std::string_view text) {
    return File{"x", std::string(text)}.read().labels;
  };
  // The longer cells, but fewer different ones.
  BOOST_TEST(labels("a\tpositive\nb\tpositive\n") == Strings({"positive"}), per_element());
  BOOST_TEST(labels("positive\ta\npositive\tb\n") == Strings({"positive"}), per_element());
  BOOST_TEST(labels("good\t1\n") == Strings({"1"}), per_element());
  BOOST_TEST(labels("a\tb\n") == Strings({"a"}), per_element());
}

BOOST_AUTO_TEST_CASE(may_be_empty_or_have_lines) {
  const auto texts =
      File{"x.csv", "text,label\n,1\n\"two\r\nlines\n\",0\n\" \",0\n5\" disk,0"}.read();
  BOOST_TEST(texts.texts == Strings({"", "two\r\nlines\n", " ", "5\" disk"}), per_element());
  BOOST_TEST(File({"x", "1\t\n0\tb\n1\t c\r \n"}).read().texts == Strings({"", "b", " c\r "}),
             per_element());
}

BOOST_AUTO_TEST_CASE(may_begin_with_cells_like_the_numbers_of_columns) {
  for (const auto* name : {"x.tsv", "x.csv"}) {
    const char separator = std::string_view(name) == "x.tsv" ? '\t' : ',';
    std::string content = "1|2|good\n0|3|bad\n";
    std::ranges::replace(content, '|', separator);
    const auto texts = File{name, content, {"3", "1"}}.read();
    BOOST_TEST(texts.texts == Strings({"good", "bad"}), per_element());
    BOOST_TEST(texts.classes == Classes({1, 0}), per_element());
  }
}

BOOST_AUTO_TEST_CASE(may_be_of_one_class) {
  BOOST_TEST(File({"x", "1\tgood\n1\tfine\n"}).read().classes == Classes({0, 0}), per_element());
}

BOOST_AUTO_TEST_CASE(have_integers_for_labels_in_the_order_of_their_values) {
  BOOST_TEST(
      File({"x", "10\tthe a\n9\tthe b\n-1\tthe c\n"}).read().labels == Strings({"-1", "9", "10"}),
      per_element());
  BOOST_TEST(
      File({"x", "10\tthe a\n9\tthe b\nx\tthe c\n"}).read().labels == Strings({"10", "9", "x"}),
      per_element());
  BOOST_TEST(File({"x", "{\"text\": \"a\", \"label\": 10}\n{\"text\": \"b\", \"label\": -2}"})
                     .read()
                     .labels == Strings({"-2", "10"}),
             per_element());
}

void make_folder(const test::TemporaryFolder& folder) {
  for (const auto* name : {"pos", "neg", "unsup", "other", "pos/deeper"}) {
    std::filesystem::create_directory(folder / name);
  }
  folder.write("pos/2.txt", "fine\n");
  folder.write("pos/10.txt", "\xef\xbb\xbfgood");
  folder.write("neg/1.txt", "");
  folder.write("neg/notes.md", "no text");
  folder.write("unsup/1.txt", "of no class");
  folder.write("other/README", "no text");
  folder.write("urls.txt", "no text");
}

BOOST_AUTO_TEST_CASE(may_be_files_in_a_folder_for_each_label) {
  const test::TemporaryFolder folder;
  make_folder(folder);
  const auto texts = read_labelled_texts(folder.path(), {});
  BOOST_TEST(texts.labels == Strings({"neg", "pos"}), per_element());
  BOOST_TEST(texts.texts == Strings({"", "good", "fine\n"}), per_element());
  BOOST_TEST(texts.classes == Classes({0, 1, 1}), per_element());
}

BOOST_AUTO_TEST_CASE(of_a_folder_have_no_columns) {
  const test::TemporaryFolder folder;
  make_folder(folder);
  BOOST_CHECK_EXCEPTION(read_labelled_texts(folder.path(), {"text", ""}), UsageError,
                        test::says("is a folder, which has no columns to choose"));
}

BOOST_AUTO_TEST_CASE(of_a_folder_without_subfolders_are_refused) {
  const test::TemporaryFolder folder;
  folder.write("1.txt", "text");
  BOOST_CHECK_EXCEPTION(read_labelled_texts(folder.path(), {}), FormatError,
                        test::says(folder.path().string() +
                                   ": holds no texts, expected lines or folders of .txt files"));
}

BOOST_AUTO_TEST_CASE(may_have_the_labels_of_a_model) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("x.tsv", "label\ttext\npos\ta\n\nneg\tb\npos\tc\n");
  const auto texts = read_labelled_texts(path, {}, Strings{"pos", "mixed", "neg"});
  BOOST_TEST(texts.labels == Strings({"pos", "mixed", "neg"}), per_element());
  BOOST_TEST(texts.classes == Classes({0, 2, 0}), per_element());
  BOOST_CHECK_EXCEPTION(
      read_labelled_texts(path, {}, Strings{"pos", "mixed"}), FormatError,
      test::says("x.tsv: line 4: found the label 'neg', expected one of pos, mixed"));

  make_folder(folder);
  BOOST_CHECK_EXCEPTION(read_labelled_texts(folder.path(), {}, Strings{"pos"}), FormatError,
                        test::says(": found the label 'neg', expected one of pos"));
}

BOOST_AUTO_TEST_CASE(that_are_absent_are_an_input_error) {
  BOOST_CHECK_THROW(read_labelled_texts("/nowhere/texts", {}), IoError);
}

const auto kBadTables = data::make(std::vector<BadFile>{
    {{"x", ""}, "x: holds no texts"},
    {{"x.csv", "\n\n"}, "x.csv: holds no texts"},
    {{"x", "label\ttext\n"}, "x: holds no texts"},
    {{"x", "one\ntwo\n"}, "x: line 1: found one column, expected a label, a tab and a text"},
    {{"x", "\n1\ta\n0\tb\tc\n"}, "x: line 3: found 3 columns, expected 2 as in line 2"},
    {{"x", "1\ta\n \n"}, "x: line 2: found 1 columns, expected 2 as in line 1"},
    {{"x", "1\ta\n \tb\n"}, "x: line 2: found an empty label, expected a name"},
    {{"x", "a\tb\tlabel\n1\t2\t3\n"},
     "x: line 1: found the columns a, b, label, expected text or text_a or sentence or review or "
     "content; say which one holds the texts"},
    {{"x", "a\tb\ttext\n1\t2\t3\n"},
     "x: line 1: found the columns a, b, text, expected label or sentiment or class or target or "
     "polarity; say which one holds the labels"},
    {{"x", "label\ttext\n1\t2\n", {"body", ""}},
     "x: line 1: found the columns label, text, expected body; say which one holds the texts"},
    {{"x", "label\ttext\n1\t2\n", {"", "3"}}, "found the columns label, text, expected 3"},
    {{"x", "1\ta\n", {"", "0"}}, "found columns 1 to 2 without names, expected 0"},
    {{"x", "1\ta\n", {"body", ""}}, "found columns 1 to 2 without names, expected body"},
    {{"x.csv", "1,good\n0,bad\n"}, "x.csv: line 1: found the columns 1, good, expected label or"},
    {{"x.csv", "\"a\nb\",good\n0,bad\n"}, "found the columns a\\x0ab, good, expected label or"},
    {{"x.csv", "1,2,3,4,5,6,7,8,9,10,11,12,13,14\n"}, "10, 11, 12, ..., expected text or"},
    {{"x.csv", fmt::format("{0},{0},{0},{0},{0},{0}\n", std::string(100, 'y'))},
     "yyy..., ..., expected text or"},
    {{"x.csv", "label,text\n1,\"a\n\nb\"\n0,\"c\nd,\"\"\n"},
     "x.csv: line 5: found a quote without end; write one in a cell as \"\""},
    {{"x.csv", "label,text\n1,\"a\nb\" c,d\n"},
     "x.csv: line 3: found ' c,d' after a quoted cell, expected a comma or the end of the line; "
     "write a quote in a cell as \"\""},
    {{"x.csv", "label,text\n1,\"a\nb\"\n1,a,b\n"},
     "x.csv: line 4: found 3 columns, expected 2 as in line 1"},
    {{"x", std::string("1\ta\n0\tb\0", 8)},
     "x: line 2: found UTF-16 or a NUL byte, expected UTF-8; try: iconv -f UTF-16 -t UTF-8"},
    {{"x", "\xff\xfe\x4b\x6d"}, "x: line 1: found UTF-16 or a NUL byte"},
});

BOOST_DATA_TEST_CASE(in_a_bad_table_are_refused_with_the_line, kBadTables, bad) {
  BOOST_CHECK_EXCEPTION(bad.file.read(), FormatError, test::says(bad.message));
}

const auto kBadJson = data::make(std::vector<BadFile>{
    {{"x.jsonl", ""}, "x.jsonl: holds no texts"},
    {{"x.jsonl", "{\"text\": \"a\", \"label\": 1}\n\n{\"text\": a}\n"},
     "x.jsonl: line 3: found broken JSON at byte 10 of '{\"text\": a}', expected an object such "
     "as {\"text\": \"good\", \"label\": \"pos\"}"},
    {{"x.json", "[{\"text\": \"a\", \"label\": 1}]"}, "x.json: line 1: found '[{"},
    {{"x", "{\"text\": \"a\", \"label\": 1e999}"}, "x: line 1: found '{"},
    {{"x", "{\"text\": \"a\", \"label\": \"\"}"}, "x: line 1: found an empty label"},
    {{"x", "{\"text\": \"a\", \"label\": 1.5}"},
     "x: line 1: found 1.5 as the label 'label', expected a string or an integer"},
    {{"x", "{\"text\": 5, \"label\": 1}"},
     "x: line 1: found 5 as the text 'text', expected a string"},
    {{"x", "{\"text\": null, \"label\": 1}"}, "found null as the text 'text', expected a string"},
    {{"x", "{\"text\": \"a\", \"label\": [1]}"}, "found [1] as the label 'label'"},
    {{"x", "{\"text\": \"a\", \"label\": " + std::string(1'000'000, '[') +
               std::string(1'000'000, ']') + "}"},
     "found a value nested too deep as the label 'label'"},
    {{"x", "{\"text\": \"a\", \"label\": 1}\n{\"text\": \"a\", \"id\": 1}"},
     "x: line 2: found the keys id, text, expected label or sentiment or"},
    {{"x", "{\"text\": \"a\", \"label\": 1}", {"body", ""}},
     "x: line 1: found the keys label, text, expected body; say which one holds the texts"},
});

BOOST_DATA_TEST_CASE(in_bad_json_are_refused_with_the_line, kBadJson, bad) {
  BOOST_CHECK_EXCEPTION(bad.file.read(), FormatError, test::says(bad.message));
}

const auto kBadOptions = data::make(std::vector<BadFile>{
    {{"x", "label\ttext\n1\ta\n", {"text", "text"}},
     "the column 'text' is named as both text and label"},
    {{"x", "label\ttext\n1\ta\n", {"label", ""}}, "x: column 1 would be both text and label"},
    {{"x", "label\ttext\n1\ta\n", {"", "2"}}, "x: column 2 would be both text and label"},
    {{"x", "4\t5\t6\n", {"1", ""}},
     "x: column 1 would be both text and label; name the other one too"},
});

BOOST_DATA_TEST_CASE(cannot_be_their_labels, kBadOptions, bad) {
  BOOST_CHECK_EXCEPTION(bad.file.read(), UsageError, test::says(bad.message));
}

struct RealFile {
  std::string name;
  std::ptrdiff_t zeros;
  std::ptrdiff_t ones;
  std::string start;  // of the first text

  friend std::ostream& operator<<(std::ostream& out, const RealFile& file) {
    return out << file.name;
  }
};

const auto kRealFiles = data::make(std::vector<RealFile>{
    {"imdb.train.tsv", 12'500, 12'500, "Bromwell High is a cartoon comedy."},
    {"sst2.train.tsv", 3'310, 3'610, "a stirring , funny and finally transporting"},
    {"sst2.dev.tsv", 428, 444, "one long string of cliches"},
    {"chnsenticorp.train.tsv", 4'801, 4'799, "选择珠江花园的原因就是方便"},
    {"chnsenticorp.dev.tsv", 607, 593, "這間酒店環境和服務態度亦算不錯"},
});

BOOST_DATA_TEST_CASE(of_others_are_read_whole, kRealFiles, file) {
  const auto folder = test::real_data();
  if (!folder) return;
  const auto texts = read_labelled_texts(*folder / "sentiment" / file.name, {});
  BOOST_TEST(texts.labels == Strings({"0", "1"}), per_element());
  BOOST_CHECK_EQUAL(std::ranges::count(texts.classes, 0U), file.zeros);
  BOOST_CHECK_EQUAL(std::ranges::count(texts.classes, 1U), file.ones);
  BOOST_CHECK_EQUAL(texts.texts.size(), texts.classes.size());
  BOOST_CHECK(texts.texts.front().starts_with(file.start));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(texts)

Strings texts_of(std::string_view content) {
  const test::TemporaryFolder folder;
  return read_texts(folder.write("texts", content));
}

BOOST_AUTO_TEST_CASE(are_lines) {
  BOOST_TEST(texts_of("\xef\xbb\xbfone\ttab\r\n\nthree") == Strings({"one\ttab", "", "three"}),
             per_element());
}

BOOST_AUTO_TEST_CASE(of_no_lines_and_of_no_text_are_refused) {
  BOOST_CHECK_EXCEPTION(texts_of(""), FormatError,
                        test::says("texts: holds no texts, expected one a line"));
  BOOST_CHECK_EXCEPTION(texts_of(std::string_view("a\n\0", 3)), FormatError,
                        test::says("texts: line 2: found UTF-16 or a NUL byte"));
  BOOST_CHECK_THROW(read_texts("/nowhere/texts"), IoError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
