#include "embed/vectors/native_format.h"

#include <functional>
#include <limits>
#include <memory>
#include <numeric>

#include "common/error.h"
#include "common/safetensors.h"
#include "tests/support/embeddings.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(native_format)

using namespace std::string_literals;

std::string bytes_of(const Embeddings& embeddings) {
  return test::written([&](OutputFile& file) { write_native(file, embeddings, {}); });
}

const test::WordVectors kRows{{"new york\n", {1, -0.0f, 1e-45f}},
                              {"\xff\xfe", {3.4028235e38f, -1e-38f, 0.1f}},
                              {"a\0b"s, {0, 1, 2}},
                              {" ", {3, 4, 5}}};

BOOST_AUTO_TEST_CASE(keeps_everything_bit_for_bit) {
  auto context = test::matrix_of(kRows);
  context.row(2)[1] = 1e-40f;
  const Embeddings embeddings(Vocabulary(test::words_of(kRows), {std::uint64_t{1} << 62, 5, 5, 0}),
                              test::matrix_of(kRows), context,
                              {{"dim", "3"}, {"note", "ünï\n\"x\""}});
  const auto read = read_native(bytes_of(embeddings), "vectors");
  test::check_same(read, embeddings);
  BOOST_TEST(test::same_bits(read.context(), context));
  BOOST_TEST(read.vocabulary().counts() == embeddings.vocabulary().counts(),
             boost::test_tools::per_element());
  BOOST_TEST(read.metadata().at("dim") == "3");
  BOOST_TEST(read.metadata().at("note") == "ünï\n\"x\"");
  BOOST_TEST(read.metadata().at("format") == "wordkin vectors");
  BOOST_TEST(read.metadata().at("format_version") == "1");
  // Written again, it is the same file.
  BOOST_TEST((bytes_of(read) == bytes_of(embeddings)));
}

BOOST_AUTO_TEST_CASE(needs_neither_counts_nor_contexts) {
  const auto embeddings = test::embeddings_of(kRows);
  const auto read = read_native(bytes_of(embeddings), "vectors");
  test::check_same(read, embeddings);
  BOOST_TEST(!read.has_context());
  BOOST_TEST(!read.vocabulary().has_counts());
}

BOOST_AUTO_TEST_CASE(stays_where_it_lies_while_somebody_uses_it) {
  const auto embeddings = test::embeddings_of(kRows);
  auto bytes = std::make_shared<const std::string>(bytes_of(embeddings));
  const std::weak_ptr<const std::string> watched = bytes;
  {
    const auto read = read_native(*bytes, "vectors", bytes);
    const auto* values = reinterpret_cast<const char*>(read.vectors().data());
    BOOST_TEST((values > bytes->data() && values < bytes->data() + bytes->size()));
    bytes.reset();
    test::check_same(read, embeddings);
    BOOST_TEST(!watched.expired());
  }
  BOOST_TEST(watched.expired());
}

BOOST_AUTO_TEST_CASE(opened_for_a_few_questions_is_the_same) {
  const auto embeddings = test::embeddings_of(kRows);
  const auto bytes = std::make_shared<const std::string>(bytes_of(embeddings));
  auto opened = read_native(*bytes, "vectors", bytes, Verify::kOnUse);
  test::check_same(opened, embeddings);
  BOOST_TEST(opened.norms() == embeddings.norms(), boost::test_tools::per_element());
  for (const bool indexed : {false, true}) {
    if (indexed) opened.index_words();
    BOOST_TEST(opened.vocabulary().find("a\0b"s).value() == 2u);
    BOOST_TEST(!opened.vocabulary().find("a").has_value());
  }
}

BOOST_AUTO_TEST_CASE(opened_for_a_few_questions_checks_values_when_they_are_used) {
  auto text = bytes_of(test::embeddings_of({{"cat", {1, 2}}, {"dog", {3, 4}}}));
  const float four = 4;
  const auto nan = std::numeric_limits<float>::quiet_NaN();
  const std::string found(reinterpret_cast<const char*>(&four), 4);
  text.replace(text.find(found), 4, reinterpret_cast<const char*>(&nan), 4);
  const auto bytes = std::make_shared<const std::string>(text);
  const auto opened = read_native(*bytes, "vectors", bytes, Verify::kOnUse);
  BOOST_TEST(opened.vector(0)[1] == 2);
  BOOST_CHECK_EXCEPTION(opened.vector(1), NumericError,
                        test::says("the vector of 'dog' (row 2) holds a value that is not finite"));
  BOOST_CHECK_THROW(read_native(*bytes, "vectors", bytes), FormatError);
}

BOOST_AUTO_TEST_CASE(with_a_vector_of_another_length_than_noted_is_refused) {
  auto text = bytes_of(test::embeddings_of({{"cat", {1, 2}}, {"dog", {3, 4}}}));
  const float four = 4;
  const float other = 4.0625;
  const std::string found(reinterpret_cast<const char*>(&four), 4);
  text.replace(text.find(found), 4, reinterpret_cast<const char*>(&other), 4);
  const auto bytes = std::make_shared<const std::string>(text);
  const auto opened = read_native(*bytes, "vectors", bytes, Verify::kOnUse);
  BOOST_TEST(opened.vector(0)[1] == 2);
  BOOST_CHECK_EXCEPTION(
      opened.vector(1), NumericError,
      test::says("the vector of 'dog' (row 2) has the length 5.05014 and not 5, as its file says"));
  BOOST_CHECK_EXCEPTION(read_native(*bytes, "vectors", bytes), FormatError,
                        test::says("vectors: row 2 of tensor 'vectors' has the length 5.05014 and "
                                   "not 5, as tensor 'norms' says; the file is damaged"));
}

BOOST_AUTO_TEST_CASE(of_a_later_version_is_refused) {
  auto bytes = bytes_of(test::embeddings_of(kRows));
  const std::string version = R"("format_version":"1")";
  const auto at = bytes.find(version);
  BOOST_REQUIRE(at != std::string::npos);
  bytes[at + version.size() - 2] = '2';
  BOOST_CHECK_EXCEPTION(read_native(bytes, "vectors"), FormatError,
                        test::says("vectors: has format version 2, expected 1"));
}

BOOST_AUTO_TEST_CASE(does_not_depend_on_where_its_bytes_lie) {
  const auto embeddings = test::embeddings_of(kRows);
  const auto bytes = bytes_of(embeddings);
  for (std::size_t shift = 0; shift < 8; ++shift) {
    const auto moved = std::string(shift, ' ') + bytes;
    test::check_same(read_native(std::span(moved).subspan(shift), "vectors"), embeddings);
  }
}

// The tensors of a file, to be damaged one at a time.
struct Parts {
  std::vector<std::int64_t> offsets{0, 3, 6};
  std::string words = "catdog";
  std::vector<std::int64_t> counts{7, 5};
  std::uint64_t rows = 2, cols = 3;
  std::vector<float> vectors{1, 2, 3, 4, 5, 6};
  std::uint64_t context_rows = 2, context_cols = 3;
  std::vector<float> context{1, 2, 3, 4, 5, 6};
  std::string without = {};   // the name of a tensor to leave out
  std::string as_bytes = {};  // the name of a tensor to write as U8
};

template <class T>
TensorToWrite tensor_of(std::string name, std::string type, std::vector<std::uint64_t> shape,
                        std::vector<T> values) {
  return {std::move(name), std::move(type), std::move(shape),
          [values = std::move(values)](OutputFile& file) {
            file.write_values(std::span<const T>(values));
          }};
}

std::string file_of(const Parts& parts) {
  std::vector<TensorToWrite> tensors{
      tensor_of("counts", "I64", {parts.counts.size()}, parts.counts),
      tensor_of("word_offsets", "I64", {parts.offsets.size()}, parts.offsets),
      tensor_of("vectors", "F32", {parts.rows, parts.cols}, parts.vectors),
      tensor_of("context", "F32", {parts.context_rows, parts.context_cols}, parts.context),
      tensor_of("words", "U8", {parts.words.size()},
                std::vector<char>(parts.words.begin(), parts.words.end()))};
  std::erase_if(tensors, [&](const TensorToWrite& tensor) { return tensor.name == parts.without; });
  for (auto& tensor : tensors) {
    if (tensor.name != parts.as_bytes) continue;
    const auto items = std::accumulate(tensor.shape.begin(), tensor.shape.end(), std::uint64_t{1},
                                       std::multiplies<>());
    tensor.shape = {items * (tensor.type == "I64" ? 8 : 4)};
    tensor.type = "U8";
  }
  return test::written([&](OutputFile& file) { write_safetensors(file, tensors, {}); });
}

BOOST_AUTO_TEST_CASE(is_refused_with_what_is_wrong) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  struct Case {
    Parts parts;
    std::string message;
  };
  const Case cases[] = {
      {{.without = "words"}, "vectors.st: has no tensor 'words'"},
      {{.without = "word_offsets"}, "has no tensor 'word_offsets'"},
      {{.without = "vectors"}, "has no tensor 'vectors'"},
      {{.as_bytes = "vectors"}, "'vectors' is U8 with 1 dimensions, expected F32 with 2"},
      {{.as_bytes = "context"}, "'context' is U8"},
      {{.as_bytes = "counts"}, "'counts' is U8"},
      {{.as_bytes = "word_offsets"}, "'word_offsets' is U8"},
      {{.offsets = {0, -1, 6}}, "word 1 should lie at bytes 0 to -1 of 6"},
      {{.offsets = {-1, 3, 6}}, "word 1 should lie at bytes -1 to 3 of 6"},
      {{.offsets = {0, 7, 6}}, "word 1 should lie at bytes 0 to 7 of 6"},
      {{.offsets = {0, 3, 2}}, "word 2 should lie at bytes 3 to 2 of 6"},
      {{.offsets = {0, 3, std::numeric_limits<std::int64_t>::max()}}, "word 2 should lie at"},
      {{.offsets = {0, 0, 6}}, "word 1 is empty"},
      {{.words = "catcat"}, "word 2, 'cat', is also word 1"},
      {{.offsets = {0, 3}, .counts = {7}}, "'vectors' is 2 x 3, expected a row for each of 1"},
      {{.offsets = {0}, .counts = {}}, "expected a row for each of 0 words"},
      {{.offsets = {}, .counts = {}}, "expected a row for each of 0 words"},
      {{.counts = {7}}, "holds 2 words and 1 counts"},
      {{.counts = {7, -5}}, "holds the count -5"},
      {{.cols = 0, .vectors = {}}, "tensor 'vectors' is 2 x 0"},
      {{.rows = 3, .cols = 2}, "tensor 'vectors' is 3 x 2"},
      {{.context_rows = 3, .context_cols = 2}, "tensor 'context' is 3 x 2"},
      {{.context_cols = 1, .context = {1, 2}}, "vectors have 3 dimensions and context vectors 1"},
      {{.vectors = {1, 2, 3, 4, kNan, 6}}, "row 2 of tensor 'vectors' holds a value that is not"},
      {{.context = {-kInfinity, 2, 3, 4, 5, 6}}, "row 1 of tensor 'context' holds a value that is"},
  };
  BOOST_CHECK_NO_THROW(read_native(file_of({}), "vectors.st"));
  for (const auto& [parts, message] : cases) {
    BOOST_TEST_CONTEXT(message) {
      BOOST_CHECK_EXCEPTION(read_native(file_of(parts), "vectors.st"), FormatError,
                            test::says(message));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
