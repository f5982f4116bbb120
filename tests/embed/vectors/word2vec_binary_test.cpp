#include "embed/vectors/word2vec_binary.h"

#include <limits>

#include "common/error.h"
#include "embed/vectors/word2vec_header.h"
#include "tests/support/embeddings.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

using namespace std::string_literals;

const test::WordVectors kRows{
    {"cat", {1, -2}}, {"\xff\0"s, {1e-45f, 3.4028235e38f}}, {"x\t", {-0.0f, 0}}};

std::string floats(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

// The file as word2vec.c writes it, with a newline after each row, or as gensim does, without.
std::string file_of(const test::WordVectors& rows, std::string_view row_end) {
  auto file = std::to_string(rows.size()) + ' ' + std::to_string(rows[0].second.size()) + '\n';
  for (const auto& [word, vector] : rows) file.append(word + ' ' + floats(vector)).append(row_end);
  return file;
}

std::string bytes_of(const Embeddings& embeddings) {
  return test::written([&](OutputFile& file) { write_word2vec_binary(file, embeddings, {}); });
}

Embeddings read(const std::string& bytes) { return read_word2vec_binary(bytes, "vectors.bin"); }

BOOST_AUTO_TEST_SUITE(word2vec_binary)

BOOST_AUTO_TEST_CASE(is_written_as_word2vec_writes_it) {
  BOOST_TEST((bytes_of(test::embeddings_of(kRows)) == file_of(kRows, "\n")));
}

BOOST_AUTO_TEST_CASE(is_read_with_and_without_a_newline_after_each_row) {
  for (const auto* row_end : {"", "\n"}) {
    test::check_same(read(file_of(kRows, row_end)), test::embeddings_of(kRows));
  }
}

BOOST_AUTO_TEST_CASE(may_hold_bytes_of_any_value_in_its_numbers) {
  // The bytes of these floats are spaces, newlines and digits.
  for (const auto* bytes : {"    ", "\n\n\n\n", "1 2\n", "0000"}) {
    float value = 0;
    std::memcpy(&value, bytes, sizeof(value));
    const test::WordVectors rows{{"a", {value, value}}, {"b", {value, value}}};
    for (const auto* row_end : {"", "\n"}) {
      test::check_same(read(file_of(rows, row_end)), test::embeddings_of(rows));
    }
  }
}

BOOST_AUTO_TEST_CASE(is_not_written_for_words_that_it_cannot_represent) {
  const std::pair<std::string, std::string> cases[] = {
      {"new york", "new york"}, {"a\nb", "a\\x0ab"}, {" ", " "}};
  for (const auto& [word, shown] : cases) {
    BOOST_CHECK_EXCEPTION(bytes_of(test::embeddings_of({{"first", {1}}, {word, {2}}})), UsageError,
                          test::says("the word '" + shown + "' holds a space or a newline"));
  }
}

BOOST_AUTO_TEST_CASE(is_refused_with_what_is_wrong) {
  const auto good = file_of(kRows, "\n");
  const auto one = floats({1, 2});
  const auto nan = floats({1, std::numeric_limits<float>::quiet_NaN()});
  const auto infinity = floats({-std::numeric_limits<float>::infinity(), 1});
  struct Case {
    std::string file;
    std::string message;
  };
  const Case cases[] = {
      {"", "vectors.bin: expected a first line 'words dimensions'"},
      {"a 1 2\n", "expected a first line"},
      {"0 2\n", "the header promises 0 vectors of 2 dimensions"},
      {"1 0\na \n", "the header promises 1 vectors of 0 dimensions"},
      {"1000000000000 2\na " + one, "the header promises 1000000000000 vectors of 2 dimensions"},
      {"1 1000000000000\na " + one,
       "1 vectors of 1000000000000 dimensions, which do not fit the 10 by"},
      {"1000000000000 1000000000000\na " + one, "which do not fit"},
      {"18446744073709551615 18446744073709551615\na " + one, "which do not fit"},
      {"1 4611686018427387904\na " + one, "which do not fit"},
      {"1 4611686018427387903\na " + one, "which do not fit"},
      {"2 2\na " + one, "which do not fit"},
      {"2 2\nlonger_word " + one,
       "the file ends at byte 24, within vector 2 of 2; it was cut short"},
      {"1 2\nlong_word " + one.substr(1), "the file ends at byte 21, within vector 1 of 1"},
      {"2 2\n" + good.substr(4), "12 bytes follow the last of the 2 vectors"},
      {good + "\n", "1 bytes follow the last of the 3 vectors"},
      {"1 2\nab" + one, "within vector 1 of 1"},
      {"2 2\na " + one + "a " + one, "word 2, 'a', is also word 1; remove one"},
      {"2 2\na " + one + " " + one + "x", "word 2 is empty"},
      {"2 2\na " + one + "b " + nan, "vector 2 holds a value that is not finite"},
      {"1 2\na " + infinity, "vector 1 holds a value that is not finite"},
  };
  for (const auto& [file, message] : cases) {
    BOOST_TEST_CONTEXT(message) {
      BOOST_CHECK_EXCEPTION(read(file), FormatError, test::says(message));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(word2vec_header)

BOOST_AUTO_TEST_CASE(is_two_whole_numbers_on_the_first_line) {
  struct Case {
    std::string_view text;
    std::uint64_t rows, dim;
    std::size_t length;
  };
  const Case good[] = {{"2 3\n", 2, 3, 4},
                       {"2 3\nrest\n", 2, 3, 4},
                       {"2\t3\r\n", 2, 3, 5},
                       {" 2  3 \n", 2, 3, 7},
                       {"007 010\n", 7, 10, 8},
                       {"0 0\n", 0, 0, 4},
                       {"18446744073709551615 1\n", ~std::uint64_t{0}, 1, 23}};
  for (const auto& [text, rows, dim, length] : good) {
    BOOST_TEST_CONTEXT(text) {
      const auto header = parse_word2vec_header(text);
      BOOST_REQUIRE(header.has_value());
      BOOST_TEST(header->rows == rows);
      BOOST_TEST(header->dim == dim);
      BOOST_TEST(header->length == length);
    }
  }
  for (const auto* text : {"", "\n", "2", "2\n", "2 3", "2\n3\n", "2 3 4\n", "a 3\n", "2 a\n",
                           "-2 3\n", "2 -3\n", "+2 3\n", "2.0 3\n", "2 3.0\n", "2 3x\n", "2x 3\n",
                           "2,3\n", "18446744073709551616 1\n", "\v2 3\n"}) {
    BOOST_TEST(!parse_word2vec_header(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
