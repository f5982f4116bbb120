#include "embed/vectors/text_format.h"
#include "tests/fuzz/embeddings.h"

namespace wordkin::fuzz {
namespace {

using ReadText = Embeddings (*)(std::span<const char>, const std::string&);

void try_text(std::string_view bytes, ReadText read, VectorFormat format) {
  const auto embeddings = accepted(bytes.size(), [&] { return read(bytes, "file"); });
  if (!embeddings) return;
  check_whole(*embeddings);
  if (!gets_long_checks(bytes)) return;
  const auto text = saved(*embeddings, format);
  check(text.has_value(), "what was read can be written");
  check_same(read(*text, "again"), *embeddings);
}

void run_text_vectors(std::string_view bytes) {
  try_text(bytes, read_word2vec_text, VectorFormat::kWord2VecText);
  try_text(bytes, read_glove, VectorFormat::kGlove);
}

std::vector<std::string> text_vectors_seeds() {
  return {*saved(some_embeddings(), VectorFormat::kWord2VecText),
          *saved(some_embeddings(), VectorFormat::kGlove),
          "2 2 \r\nnew york 1e-3 -inf\r\na\t-0  1e-46 \r\n", "new york 1 2\na 1e38 -3\n. . 4 5\n"};
}

const Registration kTextVectors{{"text_vectors", run_text_vectors, text_vectors_seeds}};

}  // namespace
}  // namespace wordkin::fuzz
