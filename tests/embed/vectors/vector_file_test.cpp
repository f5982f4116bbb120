#include "embed/vectors/vector_file.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "common/error.h"
#include "tests/support/corpus.h"
#include "tests/support/embeddings.h"
#include "tests/support/support.h"

namespace wordkin {

// How Boost.Test shows a format.
std::ostream& operator<<(std::ostream& to, VectorFormat format) { return to << enum_name(format); }

namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

constexpr std::array kFormats{VectorFormat::kSafetensors, VectorFormat::kWord2VecText,
                              VectorFormat::kWord2VecBinary, VectorFormat::kGlove};

Embeddings small() {
  return test::embeddings_of({{"cat", {1, -0.0f, 1e-45f}}, {"\xff\xfe", {3.4028235e38f, 2, 0.1f}}});
}

BOOST_AUTO_TEST_SUITE(vector_file)

BOOST_AUTO_TEST_CASE(has_the_format_that_its_name_asks_for) {
  const std::pair<fs::path, VectorFormat> cases[] = {
      {"a.bin", VectorFormat::kWord2VecBinary},
      {"a.vec", VectorFormat::kWord2VecText},
      {"a.txt", VectorFormat::kWord2VecText},
      {"-", VectorFormat::kWord2VecText},
      {"a.glove", VectorFormat::kGlove},
      {"a.safetensors", VectorFormat::kSafetensors},
      {"a", VectorFormat::kSafetensors},
      {"a.bin/b", VectorFormat::kSafetensors},
      {"b.txt.bin", VectorFormat::kWord2VecBinary},
      {".bin", VectorFormat::kSafetensors},
  };
  for (const auto& [path, format] : cases) BOOST_TEST(format_for(path) == format, path);
  for (const auto* path : {"a.txt.gz", "a.bin.bz2", "a.xz", "a.zst"}) {
    BOOST_CHECK_EXCEPTION(format_for(path), UsageError, test::says("are read, not written"));
  }
}

BOOST_AUTO_TEST_CASE(comes_back_bit_for_bit_whatever_its_name_is) {
  for (const auto format : kFormats) {
    BOOST_TEST_CONTEXT(format) {
      const test::TemporaryFolder folder;
      const auto path = folder / "any.name";
      const auto size = save_embeddings(path, small(), format);
      BOOST_TEST(size == fs::file_size(path));
      BOOST_TEST(detect_format(test::read_bytes(path)) == format);
      test::check_same(load_embeddings(path), small());
      BOOST_TEST(test::files_in(folder.path()) == 1u);
    }
  }
}

BOOST_AUTO_TEST_CASE(may_be_compressed) {
  for (const auto format : kFormats) {
    BOOST_TEST_CONTEXT(format) {
      const test::TemporaryFolder folder;
      save_embeddings(folder / "plain", small(), format);
      for (const auto* program : {"gzip", "zstd"}) {
        if (!test::append_compressed(folder / program, program, test::read_bytes(folder / "plain")))
          continue;
        test::check_same(load_embeddings(folder / program), small());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(is_told_by_its_content) {
  const std::pair<std::string, VectorFormat> cases[] = {
      {"\x02\0\0\0\0\0\0\0{}"s, VectorFormat::kSafetensors},
      {"2 2\na 1 2\nb 3 4\n", VectorFormat::kWord2VecText},
      {"2 2\r\na 1 2\r\nb 3 4\r\n", VectorFormat::kWord2VecText},
      {"2 2\n7 1 2\n8 3 4\n", VectorFormat::kWord2VecText},
      {"2 2\nnew york 1 2\nb 3 4\n", VectorFormat::kWord2VecText},
      {"2 1\na 1\nb 2\n", VectorFormat::kWord2VecText},
      {"2 2\na nan nan\nb 3 4\n", VectorFormat::kWord2VecText},
      {"1 2\na \x01\x02\x03\x04\x05\x06\x07\x08\n", VectorFormat::kWord2VecBinary},
      {"1 2\na \n\n\n\n    \n", VectorFormat::kWord2VecBinary},
      {"a 1 2\nb 3 4\n", VectorFormat::kGlove},
      {"2000 1 2\n1999 3 4\n", VectorFormat::kGlove},
      {"1 2 3\n4 5 6\n", VectorFormat::kGlove},
      {"2 0.5\n3 0.25\n", VectorFormat::kGlove},
      {"{ 1 2\n} 3 4\n", VectorFormat::kGlove},
      {"", VectorFormat::kGlove},
  };
  for (const auto& [bytes, format] : cases) BOOST_TEST(detect_format(bytes) == format, bytes);
}

// "7 3" can be the header of word2vec's formats or GloVe's vector of one dimension for the word
// "7"; it counts as a header.
BOOST_AUTO_TEST_CASE(
    of_glove_with_one_dimension_is_refused_where_its_first_line_looks_like_a_header) {
  const test::TemporaryFolder folder;
  BOOST_CHECK_THROW(load_embeddings(folder.write("glove", "7 3\na 0.5\nb 0.25\n")), FormatError);
  test::check_same(load_embeddings(folder.write("glove", "a 0.5\n7 3\nb 0.25\n")),
                   test::embeddings_of({{"a", {0.5f}}, {"7", {3}}, {"b", {0.25f}}}));
}

BOOST_AUTO_TEST_CASE(that_is_no_file_of_vectors_is_refused) {
  const test::TemporaryFolder folder;
  const std::pair<std::string, std::string> cases[] = {
      {"", "vectors: is empty, expected word vectors"},
      {"just some words\nin a text\n", "found no vectors, expected safetensors, word2vec text"},
      {"\n\n\n", "found no vectors, expected safetensors, word2vec text or binary, or GloVe text"},
      {"\x89PNG\r\n\x1a\n", "found no vectors"},
      {"\xba\x16\x4f\x2f\x0c\0\0\0"s, "of a fastText model, give the .vec file"},
      {"2 2\na nan nan\nb 3 4\n", "line 2: found 'nan', expected a word and 2 finite numbers"},
  };
  for (const auto& [bytes, message] : cases) {
    BOOST_CHECK_EXCEPTION(load_embeddings(folder.write("vectors", bytes)), FormatError,
                          test::says(message));
  }
  BOOST_CHECK_THROW(load_embeddings(folder / "missing"), IoError);
  BOOST_CHECK_THROW(load_embeddings(folder.path()), IoError);
}

BOOST_AUTO_TEST_CASE(of_another_format_than_safetensors_drops_counts_contexts_and_metadata) {
  const test::TemporaryFolder folder;
  const auto plain = small();
  const Embeddings full(Vocabulary(test::table_of(plain.vocabulary()), {7, 5}), plain.vectors(),
                        Matrix(2, 3), {{"seed", "1"}});
  for (const auto format :
       {VectorFormat::kWord2VecText, VectorFormat::kWord2VecBinary, VectorFormat::kGlove}) {
    save_embeddings(folder / "out", full, format);
    const auto read = load_embeddings(folder / "out");
    test::check_same(read, plain);
    BOOST_TEST(!read.vocabulary().has_counts());
    BOOST_TEST(!read.has_context());
    BOOST_TEST(read.metadata().empty());
  }
  save_embeddings(folder / "out", full, VectorFormat::kSafetensors);
  const auto read = load_embeddings(folder / "out");
  BOOST_TEST(read.vocabulary().count(1) == 5u);
  BOOST_TEST(read.has_context());
  BOOST_TEST(read.metadata().at("seed") == "1");
}

BOOST_AUTO_TEST_CASE(is_left_as_it_was_when_writing_is_stopped) {
  for (const auto format : kFormats) {
    BOOST_TEST_CONTEXT(format) {
      const test::TemporaryFolder folder;
      const auto path = folder.write("out", "before");
      std::stop_source source;
      source.request_stop();
      BOOST_CHECK_THROW(
          save_embeddings(path, small(), format, {.on_progress = {}, .stop = source.get_token()}),
          Interrupted);
      BOOST_TEST(test::read_bytes(path) == "before");
      BOOST_TEST(test::files_in(folder.path()) == 1u);
    }
  }
}

BOOST_AUTO_TEST_CASE(is_left_as_it_was_when_a_word_does_not_fit_the_format) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("out", "before");
  const std::pair<std::string, VectorFormat> cases[] = {
      {"new york", VectorFormat::kWord2VecBinary},
      {"new\nyork", VectorFormat::kWord2VecBinary},
      {"new\nyork", VectorFormat::kWord2VecText},
      {"new\nyork", VectorFormat::kGlove}};
  for (const auto& [word, format] : cases) {
    BOOST_CHECK_EXCEPTION(save_embeddings(path, test::embeddings_of({{word, {1}}}), format),
                          UsageError, test::says("choose safetensors"));
    BOOST_TEST(test::read_bytes(path) == "before");
    BOOST_TEST(test::files_in(folder.path()) == 1u);
  }
  BOOST_CHECK_THROW(save_embeddings(folder / "missing/out", small(), VectorFormat::kGlove),
                    IoError);
}

BOOST_AUTO_TEST_CASE(on_a_full_disk_is_an_error) {
  for (const auto format : kFormats) {
    BOOST_TEST_CONTEXT(format) {
      BOOST_CHECK_EXCEPTION(save_embeddings("/dev/full", small(), format), IoError,
                            test::says("No space left on device"));
    }
  }
}

BOOST_AUTO_TEST_CASE(of_other_programs_can_be_read) {
  const auto data = test::real_data();
  if (!data) return;
  struct Case {
    std::string path;
    WordId words;
    std::size_t dim;
    VectorFormat format;
  };
  const Case cases[] = {
      {"word2vec/euclidean_vectors.bin", 2747, 10, VectorFormat::kWord2VecBinary},
      {"word2vec/EN.1-10.cbow1_wind5_hs0_neg10_size300_smpl1e-05.txt", 20, 300,
       VectorFormat::kWord2VecText},
      {"word2vec/high_precision.kv.bin", 2, 2, VectorFormat::kWord2VecBinary},
      {"word2vec/high_precision.kv.txt", 2, 2, VectorFormat::kWord2VecText},
      {"glove/test_glove.txt", 76, 50, VectorFormat::kGlove},
  };
  const test::TemporaryFolder folder;
  for (const auto& [path, words, dim, format] : cases) {
    BOOST_TEST_CONTEXT(path) {
      const auto file = *data / "files" / path;
      BOOST_TEST(detect_format(test::read_bytes(file)) == format);
      const auto embeddings = load_embeddings(file);
      BOOST_TEST(embeddings.size() == words);
      BOOST_TEST(embeddings.dim() == dim);
      save_embeddings(folder / "copy", embeddings, VectorFormat::kSafetensors);
      test::check_same(load_embeddings(folder / "copy"), embeddings);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
