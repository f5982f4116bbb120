#include "embed/vectors/word2vec_binary.h"

#include "tests/fuzz/embeddings.h"

namespace wordkin::fuzz {
namespace {

void run_word2vec_binary(std::string_view bytes) {
  const auto embeddings =
      accepted(bytes.size(), [&] { return read_word2vec_binary(bytes, "file"); });
  if (!embeddings) return;
  check_whole(*embeddings);
  if (!gets_long_checks(bytes)) return;
  // A word may hold a newline when it is read, but not when it is written.
  if (const auto again = saved(*embeddings, VectorFormat::kWord2VecBinary)) {
    check_same(read_word2vec_binary(*again, "again"), *embeddings);
  }
}

std::vector<std::string> word2vec_binary_seeds() {
  auto as_word2vec = *saved(some_embeddings(), VectorFormat::kWord2VecBinary);
  return {as_word2vec, as_word2vec.substr(0, as_word2vec.size() - 1),
          std::string("2 1\na \0\0\0\0b \0\0\x80\x3f", 16)};
}

const Registration kWord2VecBinary{{"word2vec_binary", run_word2vec_binary, word2vec_binary_seeds}};

}  // namespace
}  // namespace wordkin::fuzz
