#include "embed/text/read_corpus.h"

#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "common/error.h"
#include "common/random.h"
#include "tests/support/corpus.h"
#include "tests/support/sanitized.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(corpus)

namespace fs = std::filesystem;
using namespace std::string_literals;

const CorpusOptions kAllWords{.vocabulary = {.min_count = 1}};

// The words of the sentences, as in "a b|c", of which none is empty.
std::string sentences_of(const Corpus& corpus) {
  std::string text;
  std::size_t sentences = 0;
  for_each_sentence(corpus.ids.ids(), [&](std::span<const WordId> words) {
    ++sentences;
    if (!text.empty()) text += '|';
    for (const auto id : words) {
      if (!text.empty() && text.back() != '|') text += ' ';
      text += corpus.vocabulary.word(id);
    }
  });
  BOOST_TEST(sentences == corpus.ids.sentences());
  return text;
}

std::string words_of(const Vocabulary& vocabulary) {
  std::string text;
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    if (id > 0) text += ' ';
    text += fmt::format("{}:{}", vocabulary.word(id), vocabulary.count(id));
  }
  return text;
}

Corpus read(std::string_view text, const CorpusOptions& options = kAllWords) {
  const test::TemporaryFolder folder;
  const std::vector<fs::path> inputs{folder.write("text", text)};
  return read_corpus(inputs, options);
}

BOOST_AUTO_TEST_CASE(more_text_adds_new_words_and_counts) {
  const test::TemporaryFolder folder;
  const auto known = read("a a a b b c\n").vocabulary;
  const std::vector<fs::path> inputs{folder.write("more", "d d c c c c\ne d b\n")};
  const auto more = read_more_corpus(inputs, known, {.vocabulary = {.min_count = 2}});
  BOOST_CHECK_EQUAL(words_of(more.vocabulary), "c:5 a:3 b:3 d:3");
  BOOST_CHECK_EQUAL(sentences_of(more), "d d c c c c|d b");
  const std::vector<fs::path> nothing{folder.write("empty", " \n")};
  BOOST_CHECK_EXCEPTION(read_more_corpus(nothing, known, {}), FormatError,
                        test::says("the text is empty"));
  const Vocabulary unseen(test::table_of(known), std::vector<std::uint64_t>{3, 2, 0});
  BOOST_CHECK_EQUAL(
      words_of(read_more_corpus(std::vector{folder.write("a", "a b\n")}, unseen, {}).vocabulary),
      "a:4 b:3 c:1");
  const Vocabulary uncounted(test::table_of(known), {});
  BOOST_CHECK_EXCEPTION(read_more_corpus(inputs, uncounted, {}), UsageError,
                        test::says("have no counts"));
}

// Lines of 1 to 30 words, common and rare.
std::string long_text(std::size_t size) {
  auto random = stream(1, "read corpus test", 0);
  std::string text;
  while (text.size() < size) {
    for (auto words = random.below(31); words-- > 0;) {
      const auto rank = std::exp(random.uniform() * 10);
      text += fmt::format("w{}{}", static_cast<int>(rank), words == 0 ? '\n' : ' ');
    }
  }
  return text;
}

void check_same(const Corpus& a, const Corpus& b) {
  BOOST_TEST((words_of(a.vocabulary) == words_of(b.vocabulary)));
  BOOST_TEST(std::ranges::equal(a.ids.ids(), b.ids.ids()));
  BOOST_TEST(a.ids.sentences() == b.ids.sentences());
  BOOST_TEST(a.statistics.tokens == b.statistics.tokens);
  BOOST_TEST(a.statistics.types == b.statistics.types);
}

BOOST_AUTO_TEST_CASE(of_five_lines_has_exactly_these_ids) {
  const auto corpus = read(
      "the cat sat\n"
      "the dog sat on the mat\n"
      "\n"
      "a cat\n"
      "the end");
  BOOST_TEST(words_of(corpus.vocabulary) == "the:4 cat:2 sat:2 a:1 dog:1 end:1 mat:1 on:1");
  constexpr auto kEnd = kSentenceEnd;
  const std::vector<WordId> expected{0, 1, 2, kEnd, 0, 4, 2, 7, 0, 6, kEnd, 3, 1, kEnd, 0, 5, kEnd};
  BOOST_TEST(corpus.ids.ids() == expected, boost::test_tools::per_element());
  BOOST_TEST(corpus.ids.words() == 13u);
  BOOST_TEST(corpus.ids.sentences() == 4u);
  BOOST_TEST(corpus.statistics.bytes == 49u);
  BOOST_TEST(corpus.statistics.tokens == 13u);
  BOOST_TEST(corpus.statistics.types == 8u);
  BOOST_TEST(corpus.statistics.invalid_tokens == 0u);
}

BOOST_AUTO_TEST_CASE(sentences_are_the_lines_that_hold_words) {
  const auto giant = std::string(3'000'000, 'g');
  const std::pair<std::string, std::string> cases[] = {
      {"a b\nc\n", "a b|c"},
      {"a b\nc", "a b|c"},
      {"a b\r\nc\r\n", "a b|c"},
      {"\n\n\na\n\n\nb\n\n", "a|b"},
      {" \t\n  a\v\fb \n \n", "a b"},
      {"a\0b \0\n"s, "a\0b \0"s},
      {"\xef\xbb\xbf"
       "a b",
       "a b"},
      {giant + " a\n" + giant, giant + " a|" + giant},
  };
  for (const auto& [text, expected] : cases) {
    BOOST_TEST((sentences_of(read(text)) == expected), text.substr(0, 50));
  }
}

BOOST_AUTO_TEST_CASE(leaves_rare_words_out_and_closes_the_gaps) {
  const auto text = "a x a\ny\na z\nb b b\n";
  struct Case {
    VocabularyOptions options;
    std::string sentences;
    std::string words;
  };
  const Case cases[] = {
      {{.min_count = 2}, "a a|a|b b b", "a:3 b:3"},
      {{.min_count = 1, .max_words = 1}, "a a|a", "a:3"},
      {{.min_count = 1, .max_words = 3}, "a x a|a|b b b", "a:3 b:3 x:1"},
  };
  for (const auto& [options, sentences, words] : cases) {
    const auto corpus = read(text, {.vocabulary = options});
    BOOST_TEST(sentences_of(corpus) == sentences);
    BOOST_TEST(words_of(corpus.vocabulary) == words);
    BOOST_TEST(corpus.statistics.tokens == 9u);
    BOOST_TEST(corpus.statistics.types == 5u);
  }
}

BOOST_AUTO_TEST_CASE(is_the_same_for_any_number_of_threads_and_any_memory) {
  const test::TemporaryFolder folder;
  const std::vector<fs::path> inputs{folder.write("first", long_text(4'500'000)),
                                     folder.write("second", long_text(100'000))};
  CorpusOptions options;
  options.threads = 1;
  const auto expected = read_corpus(inputs, options);
  BOOST_TEST(expected.statistics.bytes == fs::file_size(inputs[0]) + fs::file_size(inputs[1]));
  BOOST_TEST(expected.statistics.types > expected.vocabulary.size());
  BOOST_TEST(expected.ids.words() == expected.vocabulary.total());
  for (const int threads : test::kSanitized ? std::vector{1, 3} : std::vector{1, 2, 3, 8}) {
    options.threads = threads;
    BOOST_TEST_CONTEXT(threads << " threads") {
      for (const std::uint64_t memory :
           {(std::uint64_t{3} << 20) * static_cast<std::uint64_t>(threads),
            std::uint64_t{1} << 32}) {
        options.memory = memory;
        check_same(read_corpus(inputs, options), expected);
      }
      const auto counted = count_words(inputs, options);
      BOOST_TEST((words_of(counted.vocabulary) == words_of(expected.vocabulary)));
      BOOST_TEST(counted.statistics.tokens == expected.statistics.tokens);
    }
  }
}

BOOST_AUTO_TEST_CASE(refuses_more_words_than_there_is_memory_for) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += fmt::format("word{} ", i);
  auto options = kAllWords;
  options.memory = std::uint64_t{1} << 20;
  BOOST_CHECK_EXCEPTION(read(text, options), UsageError,
                        test::says("--memory: counting the different words of the first"));
  BOOST_CHECK_EXCEPTION(read(text, options), UsageError, test::says("1.00 MiB are left for that"));
  BOOST_CHECK_EXCEPTION(read(text + text, options), UsageError, test::says("; give at least "));
  options.threads = 1;
  options.memory = std::uint64_t{8} << 20;
  BOOST_CHECK_EXCEPTION(read(text, options), UsageError,
                        test::says(" MiB more, or fewer --threads"));
  options.memory = std::uint64_t{64} << 20;
  BOOST_TEST(read(text, options).statistics.types == 200'000u);
}

BOOST_AUTO_TEST_CASE(refuses_a_token_that_there_is_no_memory_for) {
  auto options = kAllWords;
  options.memory = std::uint64_t{8} << 20;
  BOOST_CHECK_EXCEPTION(read("a " + std::string(5'000'000, 'x'), options), FormatError,
                        test::says("no white space in"));
}

BOOST_AUTO_TEST_CASE(reads_a_sample_when_asked_to) {
  const test::TemporaryFolder folder;
  const std::vector<fs::path> inputs{folder.write("text", long_text(4'500'000))};
  CorpusOptions options;
  options.threads = 1;
  options.most_bytes = 2'000'000;
  const auto sample = read_corpus(inputs, options);
  BOOST_TEST(sample.statistics.input_bytes >= 2'000'000u);
  BOOST_TEST(sample.statistics.input_bytes < 4'000'000u);
  BOOST_TEST(sample.statistics.bytes == sample.statistics.input_bytes);
}

BOOST_AUTO_TEST_CASE(is_the_same_with_the_line_ends_of_windows) {
  const auto text = long_text(2'500'000);
  std::string windows;
  for (const char c : text) windows += c == '\n' ? "\r\n" : std::string(1, c);
  check_same(read(windows), read(text));
}

BOOST_AUTO_TEST_CASE(may_be_one_line_of_megabytes) {
  auto text = long_text(2'500'000);
  std::ranges::replace(text, '\n', ' ');
  const auto corpus = read(text);
  BOOST_TEST(corpus.ids.sentences() == 1u);
  BOOST_TEST(corpus.ids.words() == corpus.statistics.tokens);
  BOOST_TEST((corpus.ids.ids().back() == kSentenceEnd));
}

BOOST_AUTO_TEST_CASE(does_not_mind_megabytes_of_white_space) {
  auto options = kAllWords;
  for (const std::uint64_t memory : {1 << 17, 1 << 20}) {
    options.memory = memory;
    BOOST_TEST(sentences_of(read("a" + std::string(3'000'000, ' ') + "b", options)) == "a b");
    BOOST_TEST(sentences_of(read("a" + std::string(3'000'000, '\n') + "b", options)) == "a|b");
    BOOST_TEST(sentences_of(read(std::string(3'000'000, ' ') + "b", options)) == "b");
  }
}

BOOST_AUTO_TEST_CASE(of_several_files_ends_a_sentence_with_each) {
  const test::TemporaryFolder folder;
  const std::vector<fs::path> inputs{folder.write("1", "a b"), folder.write("2", ""),
                                     folder.write("3", "c\nd"), folder.write("4", "e\n")};
  BOOST_TEST(sentences_of(read_corpus(inputs, kAllWords)) == "a b|c|d|e");
}

BOOST_AUTO_TEST_CASE(may_be_compressed) {
  const test::TemporaryFolder folder;
  const auto text = long_text(1'500'000);
  const auto expected = read(text);
  for (const auto* program : {"gzip", "bzip2", "xz", "zstd"}) {
    const std::vector<fs::path> inputs{folder / program};
    if (!test::append_compressed(inputs[0], program, text)) continue;
    const auto corpus = read_corpus(inputs, kAllWords);
    check_same(corpus, expected);
    BOOST_TEST(corpus.statistics.bytes == text.size());

    const std::vector<fs::path> cut{
        folder.write("cut", test::read_bytes(inputs[0]).substr(0, fs::file_size(inputs[0]) / 2))};
    BOOST_CHECK_EXCEPTION(read_corpus(cut, kAllWords), FormatError, test::says("cut short"));
  }
}

BOOST_AUTO_TEST_CASE(can_be_encoded_with_a_given_vocabulary) {
  const test::TemporaryFolder folder;
  const std::vector<fs::path> inputs{folder.write("text", "a b c\nb\nd a\n")};
  StringTable words;
  for (const auto* word : {"missing", "a", "c"}) words.insert(word);
  auto corpus = read_corpus(inputs, Vocabulary(words, {7, 8, 9}), CorpusOptions());
  BOOST_TEST(words_of(corpus.vocabulary) == "missing:7 a:8 c:9");
  BOOST_TEST(sentences_of(corpus) == "a c|a");
  BOOST_TEST(corpus.ids.words() == 3u);
  BOOST_TEST(corpus.statistics.tokens == 6u);

  StringTable others;
  others.insert("x");
  BOOST_CHECK_EXCEPTION(
      read_corpus(inputs, Vocabulary(others, {1}), CorpusOptions()), FormatError,
      test::says("none of the 6 tokens of the text is in the vocabulary of 1 word"));
}

BOOST_AUTO_TEST_CASE(with_invalid_text_does_what_is_asked_for) {
  const auto text =
      "ok \xff"
      "a\nok \xfe"
      "a b\xc3\n\xef\xbf\xbd"
      "a \xff"
      "a\n";
  auto options = kAllWords;
  options.invalid_utf8 = InvalidUtf8::kReplace;
  auto corpus = read(text, options);
  BOOST_TEST(words_of(corpus.vocabulary) == "\ufffda:4 ok:2 b\ufffd:1");
  BOOST_TEST(sentences_of(corpus) == "ok \ufffda|ok \ufffda b\ufffd|\ufffda \ufffda");
  BOOST_TEST(corpus.statistics.invalid_tokens == 4u);
  BOOST_TEST(corpus.statistics.types == 3u);

  options.invalid_utf8 = InvalidUtf8::kKeep;
  corpus = read(text, options);
  BOOST_TEST(words_of(corpus.vocabulary) ==
             "ok:2 \xff"
             "a:2 b\xc3:1 \ufffda:1 \xfe"
             "a:1");
  BOOST_TEST(corpus.statistics.invalid_tokens == 4u);

  options.invalid_utf8 = InvalidUtf8::kFail;
  BOOST_CHECK_EXCEPTION(read(text, options), FormatError,
                        test::says("text: invalid UTF-8 in the token at byte 3; choose"));
  BOOST_CHECK_EXCEPTION(read("\xef\xbb\xbf"
                             "a \xff",
                             options),
                        FormatError, test::says("at byte 5;"));
  BOOST_CHECK_EXCEPTION(read(std::string(2'000'000, ' ') + "\xc0\xaf", options), FormatError,
                        test::says("at byte 2000000;"));
  BOOST_TEST(sentences_of(read("ok \xc3\xa9\n", options)) == "ok \xc3\xa9");
}

BOOST_AUTO_TEST_CASE(without_anything_to_learn_from_is_refused) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "the text is empty: it has no token to learn from"},
      {" \n\r\n ", "the text is empty"},
      {"\xef\xbb\xbf", "the text is empty"},
      {"a a a a b", "none of the 2 different words occurs at least 5 times; lower --min-count"},
      {"\xff\xfe"
       "a\0"s,
       "is UTF-16 text"},
  };
  for (const auto& [text, message] : cases) {
    BOOST_CHECK_EXCEPTION(read(text, CorpusOptions()), FormatError, test::says(message));
  }
  BOOST_CHECK_EXCEPTION(read_corpus({}, kAllWords), FormatError, test::says("the text is empty"));
}

BOOST_AUTO_TEST_CASE(that_cannot_be_read_is_refused_before_any_of_it_is_read) {
  const test::TemporaryFolder folder;
  bool began = false;
  const Monitor monitor{.on_progress = [&](const Progress&) { began = true; }, .stop = {}};
  for (const auto& path : {folder / "missing", folder.path()}) {
    const std::vector<fs::path> inputs{folder.write("text", "a"), path};
    BOOST_CHECK_EXCEPTION(read_corpus(inputs, kAllWords, monitor), IoError,
                          test::says(path.string()));
    BOOST_CHECK_THROW(count_words(inputs, kAllWords, monitor), IoError);
  }
  BOOST_TEST(!began);
}

BOOST_AUTO_TEST_CASE(is_not_read_once_a_stop_is_requested) {
  const test::TemporaryFolder folder;
  const std::vector<fs::path> inputs{folder.write("text", "a b\n")};
  std::stop_source source;
  source.request_stop();
  const Monitor monitor{.on_progress = {}, .stop = source.get_token()};
  BOOST_CHECK_THROW(read_corpus(inputs, kAllWords, monitor), Interrupted);
  BOOST_CHECK_THROW(count_words(inputs, kAllWords, monitor), Interrupted);
}

BOOST_AUTO_TEST_CASE(reports_how_much_of_its_bytes_are_read) {
  const test::TemporaryFolder folder;
  const std::vector<fs::path> inputs{folder.write("text", long_text(2'500'000))};
  std::vector<Progress> reports;
  read_corpus(
      inputs, kAllWords,
      {.on_progress = [&](const Progress& report) { reports.push_back(report); }, .stop = {}});
  BOOST_REQUIRE(reports.size() >= 2u);
  for (const auto& report : reports) {
    BOOST_TEST(report.stage == "reading text");
    BOOST_TEST(report.unit == "bytes");
    BOOST_TEST(report.total == fs::file_size(inputs[0]));
  }
  BOOST_TEST(reports.front().done == 0u);
  BOOST_TEST(reports.back().done == fs::file_size(inputs[0]));
}

BOOST_AUTO_TEST_CASE(options_are_checked) {
  BOOST_CHECK_THROW((CorpusOptions{.vocabulary = {.min_count = 0}}).validate(), UsageError);
  BOOST_CHECK_THROW(read("a", {.vocabulary = {.min_count = 0}}), UsageError);
}

BOOST_AUTO_TEST_CASE(of_wikipedia_has_the_known_counts) {
  const auto data = test::real_data();
  if (!data || test::kThreadsWatched) return;
  const std::vector<fs::path> inputs{*data / "corpora/enwiki.txt"};
  const auto [vocabulary, statistics] = count_words(inputs, CorpusOptions());
  BOOST_TEST(statistics.tokens == 16'941'384u);
  BOOST_TEST(vocabulary.size() == 67'867u);
  BOOST_TEST(vocabulary.count(vocabulary.find("the").value()) == 1'173'502u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
