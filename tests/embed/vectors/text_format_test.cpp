#include "embed/vectors/text_format.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "common/error.h"
#include "common/random.h"
#include "tests/support/embeddings.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(text_format)

using namespace std::string_literals;

std::string as_word2vec(const Embeddings& embeddings) {
  return test::written([&](OutputFile& file) { write_word2vec_text(file, embeddings, {}); });
}

std::string as_glove(const Embeddings& embeddings) {
  return test::written([&](OutputFile& file) { write_glove(file, embeddings, {}); });
}

Embeddings word2vec(const std::string& text) { return read_word2vec_text(text, "vectors.txt"); }
Embeddings glove(const std::string& text) { return read_glove(text, "glove.txt"); }

BOOST_AUTO_TEST_CASE(is_a_line_for_each_word_with_the_shortest_numbers_that_read_back) {
  const auto embeddings = test::embeddings_of({{"cat", {1, -0.5f, 0.1f}},
                                               {"new york", {1e-45f, 3.4028235e38f, -0.0f}},
                                               {"\xff", {1e-10f, 1e20f, 3}}});
  const auto rows = "cat 1 -0.5 0.1\nnew york 1e-45 3.4028235e+38 -0\n\xff 1e-10 1e+20 3\n"s;
  BOOST_TEST(as_glove(embeddings) == rows);
  BOOST_TEST(as_word2vec(embeddings) == "3 3\n" + rows);
}

BOOST_AUTO_TEST_CASE(brings_back_every_float_bit_for_bit) {
  using Limits = std::numeric_limits<float>;
  std::vector<float> values{0,
                            -0.0f,
                            1,
                            0.1f,
                            1.0f / 3,
                            16777215,
                            Limits::max(),
                            -Limits::max(),
                            Limits::min(),
                            -Limits::min(),
                            Limits::denorm_min(),
                            -Limits::denorm_min(),
                            std::nextafter(Limits::min(), 0.0f),
                            1e-40f,
                            Limits::epsilon()};
  auto random = stream(1, "text format test", 0);
  while (values.size() < 60'000) {
    const auto bits = static_cast<std::uint32_t>(random());
    float value = 0;
    std::memcpy(&value, &bits, sizeof(value));
    if (std::isfinite(value)) values.push_back(value);
  }
  test::WordVectors rows;
  for (std::size_t i = 0; i < values.size(); i += 3) {
    rows.push_back({fmt::format("w{}", i), {values[i], values[i + 1], values[i + 2]}});
  }
  const auto embeddings = test::embeddings_of(rows);
  test::check_same(word2vec(as_word2vec(embeddings)), embeddings);
  test::check_same(glove(as_glove(embeddings)), embeddings);
}

BOOST_AUTO_TEST_CASE(keeps_words_of_any_bytes_but_newlines_and_blanks_at_the_end) {
  const auto embeddings = test::embeddings_of({{"new york", {1, 2}},
                                               {"12", {3, 4}},
                                               {"1 2 3", {5, 6}},
                                               {" lead", {1, 1}},
                                               {"two  blanks", {2, 2}},
                                               {"tab\tbed", {4, 4}},
                                               {"\r\r.", {5, 5}},
                                               {"\0"s, {6, 6}},
                                               {"\xff\xfe", {7, 7}},
                                               {"a", {8, 8}},
                                               {"b", {8, 8}},
                                               {"c", {8, 8}},
                                               {"d", {8, 8}}});
  test::check_same(word2vec(as_word2vec(embeddings)), embeddings);
  test::check_same(glove(as_glove(embeddings)), embeddings);
}

BOOST_AUTO_TEST_CASE(is_not_written_for_a_word_with_a_newline) {
  const auto embeddings = test::embeddings_of({{"a", {1}}, {"b\nc", {2}}});
  BOOST_CHECK_EXCEPTION(as_word2vec(embeddings), UsageError, test::says("word 2 holds a newline"));
  BOOST_CHECK_EXCEPTION(as_glove(embeddings), UsageError, test::says("word 2 holds a newline"));
}

BOOST_AUTO_TEST_CASE(is_not_written_for_a_word_that_ends_in_a_blank) {
  for (const auto* word : {"trail ", " ", "tab\t", "\r"}) {
    const auto embeddings = test::embeddings_of({{"a", {1}}, {word, {2}}});
    BOOST_CHECK_EXCEPTION(as_word2vec(embeddings), UsageError,
                          test::says("word 2 ends in a blank"));
    BOOST_CHECK_EXCEPTION(as_glove(embeddings), UsageError, test::says("word 2 ends in a blank"));
  }
}

BOOST_AUTO_TEST_CASE(may_have_the_habits_of_other_programs) {
  const auto expected =
      test::embeddings_of({{"cat", {1.5f, -2}}, {"new york", {1e-5f, 40}}, {"x", {0, 1}}});
  const std::string texts[] = {
      "cat 1.5 -2\nnew york 1e-5 40\nx 0 1\n",
      "cat 1.500000 -2.000000 \nnew york 0.000010 40.000000 \nx 0.000000 1.000000 "
      "\n",  // word2vec.c
      "cat 1.5 -2\r\nnew york 1e-5 40\r\nx 0 1\r\n",
      "cat 1.5 -2 \r\nnew york 1e-5 40 \r\nx 0 1 \r\n",
      "cat\t1.5\t-2\nnew york\t1e-05\t4e+1\nx\t0\t1\n",
      "cat 1.5e0 -2.\nnew york 1.E-5 4E1\nx .0 1.0e+00\n",
      "cat  1.5  -2  \nnew york \t 1.0000000000000000001e-5 40\nx 1e-300 1\n",
  };
  for (const auto& text : texts) {
    BOOST_TEST_CONTEXT(text) {
      test::check_same(glove(text), expected);
      test::check_same(word2vec("3 2\n" + text), expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(may_have_many_lines_and_many_dimensions) {
  auto random = stream(1, "text format test", 1);
  test::WordVectors rows;
  for (int i = 0; i < 3000; ++i) {
    std::vector<float> vector(33);
    for (auto& x : vector) x = static_cast<float>(random.uniform() - 0.5);
    rows.emplace_back(fmt::format("word{}", i), vector);
  }
  const auto embeddings = test::embeddings_of(rows);
  test::check_same(word2vec(as_word2vec(embeddings)), embeddings);
  test::check_same(glove(as_glove(embeddings)), embeddings);
}

BOOST_AUTO_TEST_CASE(without_a_header_has_the_dimensions_of_most_lines) {
  const auto vectors = glove(". . . 1 2\nnew york 3 4\na 5 6\nb 7 8\nc 9 10\n");
  BOOST_TEST(vectors.dim() == 2u);
  BOOST_TEST(vectors.vocabulary().word(0) == ". . .");
  BOOST_TEST(vectors.vocabulary().word(1) == "new york");
}

BOOST_AUTO_TEST_CASE(with_a_header_is_refused_with_what_is_wrong) {
  struct Case {
    std::string text;
    std::string message;
  };
  const Case cases[] = {
      {"", "vectors.txt: expected a first line 'words dimensions'"},
      {"a 1 2\n", "vectors.txt: expected a first line 'words dimensions'"},
      {"1 2\n", "the header promises 1 vectors, but 0 lines follow"},
      {"0 2\n", "the header promises 2 dimensions, more than its lines can hold, or none"},
      {"1 0\na\n", "the header promises 0 dimensions"},
      {"3 2\na 1 2\nb 3 4\n", "the header promises 3 vectors, but 2 lines follow"},
      {"1 2\na 1 2\nb 3 4\n", "the header promises 1 vectors, but 2 lines follow"},
      {"2 2\na 1 2\nb 3 4", "the last line has no end"},
      {"1000000000000 2\na 1 2\n", "promises 1000000000000 vectors, but 1 lines follow"},
      {"1 1000000000000\na 1 2\n",
       "promises 1000000000000 dimensions, more than its lines can hold"},
      {"1 18446744073709551615\na 1 2\n", "dimensions, more than its lines can hold"},
      {"2 2\na 1 2\nb 3\n", "line 3: found 'b', expected a word and 2 finite numbers"},
      {"2 2\na 1 2\nb 3 x\n", "line 3: found 'x', expected a word and 2 finite numbers"},
      {"2 2\na 1 2\nb 3 4x\n", "line 3: found '4x'"},
      {"2 2\na 1.5 2.5\n\n", "line 3: found ''"},
      {"2 2\na 1 2\n3 4\n", "word 2 is empty"},
      {"2 2\na 1 2\n 3 4\n", "word 2 is empty"},
      {"2 2\na 1 2\na 3 4\n", "word 2, 'a', is also word 1"},
  };
  for (const auto& [text, message] : cases) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_CHECK_EXCEPTION(word2vec(text), FormatError, test::says(message));
    }
  }
}

BOOST_AUTO_TEST_CASE(without_a_header_is_refused_with_what_is_wrong) {
  struct Case {
    std::string text;
    std::string message;
  };
  const Case cases[] = {
      {"", "glove.txt: found no vectors"},
      {"\n", "glove.txt: found no vectors"},
      {"a\nb\n", "glove.txt: found no vectors"},
      {"a 1 2", "glove.txt: found no vectors"},
      {"a 1 2\nb 3 4", "glove.txt: the last line has no end"},
      {"a 1 2\nb 3 4\nc 5\n", "glove.txt: line 3: found 'c', expected a word and 2 finite numbers"},
      {"a 1 2\nb 3 4\n\n", "line 3: found ''"},
      {"a b c\nd e f\n", "found no vectors"},
      {"a 1 2\nb c d\n", "line 2: found 'd'"},
      {"a 1 2\na 3 4\n", "word 2, 'a', is also word 1"},
      {"a 1 2\nb 3 4\n5 6\n", "word 3 is empty"},
  };
  for (const auto& [text, message] : cases) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_CHECK_EXCEPTION(glove(text), FormatError, test::says(message));
    }
  }
}

BOOST_AUTO_TEST_CASE(is_refused_before_it_takes_memory_for_lines_that_hold_nothing) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "a 1 2 3 4\n";
  BOOST_CHECK_EXCEPTION(glove(text + std::string(10'000, '\n')), FormatError,
                        test::says("most of its 11000 lines have no 4 numbers"));
}

BOOST_AUTO_TEST_CASE(with_a_number_that_is_not_finite_is_refused) {
  for (const auto* number : {"nan", "-nan", "NaN", "nan(ind)", "inf", "-inf", "Infinity", "1e39",
                             "-1e39", "1e999", "3.5e38"}) {
    BOOST_TEST_CONTEXT(number) {
      const auto rows = fmt::format("a 1 2\nb 3 {}\nc 5 6\n", number);
      const auto message = fmt::format("line 2: found '{}', expected a word and 2 finite", number);
      BOOST_CHECK_EXCEPTION(glove(rows), FormatError, test::says(message));
      BOOST_CHECK_THROW(word2vec("3 2\n" + rows), FormatError);
    }
  }
}

BOOST_AUTO_TEST_CASE(is_told_from_binary_by_its_first_row) {
  const std::pair<std::string, bool> cases[] = {
      {"2 3\na 1 2 3\n", true},
      {"2 3\nnew york 1 2 3 \n", true},
      {"2 3\n1 2 3\n", true},
      {"2 3\na 1 nan -inf\n", true},
      {"2 3\na 1 2\n", true},  // damaged
      {"2 3\na 1 2 x\n", true},
      {"2 3\na 1 x y\n", false},
      {"2 3\na \0\0\0\0\0\0\0\0\0\0\0\0\n"s, false},
      {"2 3\n", false},
      {"a 1 2 3\n", false},
      {"1 1000000000000\na 1\n", false},
  };
  for (const auto& [text, expected] : cases) BOOST_TEST(first_row_is_text(text) == expected, text);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
