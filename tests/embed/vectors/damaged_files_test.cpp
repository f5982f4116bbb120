// Whatever happens to a file of vectors, it is read or refused with a FormatError; nothing else.
#include <string>
#include <vector>

#include "common/error.h"
#include "common/random.h"
#include "embed/vectors/native_format.h"
#include "embed/vectors/text_format.h"
#include "embed/vectors/vector_file.h"
#include "embed/vectors/word2vec_binary.h"
#include "tests/support/embeddings.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(damaged_files)

const test::WordVectors kRows{{"cat", {1, -2.5f, 1e-7f}},
                              {"d\xc3\xb6g", {0.125f, 3e8f, 0}},
                              {"7", {4, 5, 6}},
                              {"a", {0.1f, 0.2f, 0.3f}}};

struct File {
  VectorFormat format;
  std::string bytes;
};

std::vector<File> whole_files() {
  const test::TemporaryFolder folder;
  std::vector<File> files;
  for (const auto format : {VectorFormat::kSafetensors, VectorFormat::kWord2VecText,
                            VectorFormat::kWord2VecBinary, VectorFormat::kGlove}) {
    save_embeddings(folder / "file", test::embeddings_of(kRows), format);
    files.push_back({format, test::read_bytes(folder / "file")});
  }
  return files;
}

Embeddings read(const std::string& bytes) {
  switch (detect_format(bytes)) {
    case VectorFormat::kSafetensors:
      return read_native(bytes, "file");
    case VectorFormat::kWord2VecText:
      return read_word2vec_text(bytes, "file");
    case VectorFormat::kWord2VecBinary:
      return read_word2vec_binary(bytes, "file");
    default:
      return read_glove(bytes, "file");
  }
}

// Whether the bytes can be read as vectors; any other exception than a FormatError fails the test.
bool loads(const std::string& bytes) {
  try {
    read(bytes);
    return true;
  } catch (const FormatError&) {
    return false;
  }
}

// Two prefixes are whole files themselves: word2vec's binary without its last newline, as gensim
// writes it, and GloVe's lines, which no header counts.
bool is_whole(const File& file, std::size_t size) {
  switch (file.format) {
    case VectorFormat::kWord2VecBinary:
      return size == file.bytes.size() - 1;
    case VectorFormat::kGlove:
      return size > 0 && file.bytes[size - 1] == '\n';
    default:
      return false;
  }
}

BOOST_AUTO_TEST_CASE(cut_short_anywhere_are_refused_unless_what_is_left_is_a_whole_file) {
  for (const auto& file : whole_files()) {
    for (std::size_t size = 0; size < file.bytes.size(); ++size) {
      BOOST_TEST_CONTEXT(enum_name(file.format)
                         << ", " << size << " bytes of " << file.bytes.size()) {
        BOOST_TEST(loads(file.bytes.substr(0, size)) == is_whole(file, size));
      }
    }
    BOOST_TEST(loads(file.bytes));
  }
}

BOOST_AUTO_TEST_CASE(with_any_byte_changed_are_read_or_refused) {
  for (auto [format, bytes] : whole_files()) {
    for (auto& byte : bytes) {
      const auto before = byte;
      for (const char damaged : {'\0', '\n', ' ', '9', '\xff', static_cast<char>(before ^ 1)}) {
        byte = damaged;
        loads(bytes);
      }
      byte = before;
    }
  }
}

BOOST_AUTO_TEST_CASE(with_many_random_changes_are_read_or_refused) {
  auto random = stream(1, "damaged files test", 0);
  for (const auto& [format, bytes] : whole_files()) {
    for (int round = 0; round < 2000; ++round) {
      auto damaged = bytes;
      for (auto changes = 1 + random.below(8); changes-- > 0;) {
        const auto at = random.below(static_cast<std::uint32_t>(damaged.size()));
        switch (random.below(3)) {
          case 0:
            damaged[at] = static_cast<char>(random.below(256));
            break;
          case 1:
            damaged.erase(at, 1 + random.below(4));
            break;
          default:
            damaged.insert(at, 1 + random.below(4), static_cast<char>(random.below(256)));
        }
        if (damaged.empty()) break;
      }
      loads(damaged);
    }
  }
}

BOOST_AUTO_TEST_CASE(of_random_bytes_after_a_good_start_are_read_or_refused) {
  auto random = stream(1, "damaged files test", 1);
  for (const std::string start :
       {"", "4 3\n", "1 1\n", "a 1 2\n", "2 2\na 1 2\n", "999999 999999\n"}) {
    for (std::uint32_t round = 0; round < 300; ++round) {
      auto bytes = start;
      for (auto size = random.below(1 + round); size-- > 0;) {
        bytes +=
            round % 2 == 0 ? static_cast<char>(random.below(256)) : "0123 \n.e-"[random.below(9)];
      }
      loads(bytes);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
