#include "embed/vectors/word2vec_binary.h"

#include <cstring>
#include <string_view>

#include <fmt/format.h>

#include "common/error.h"
#include "embed/vectors/row_words.h"
#include "embed/vectors/word2vec_header.h"

namespace wordkin {

Embeddings read_word2vec_binary(std::span<const char> bytes, const std::string& name) {
  std::string_view rest(bytes.data(), bytes.size());
  const auto header = parse_word2vec_header(rest);
  if (!header) {
    throw FormatError(fmt::format("{}: expected a first line 'words dimensions'", name));
  }
  rest.remove_prefix(header->length);
  // A row takes at least one byte for the word and one for the space. Checked before any memory is
  // asked for, and by division, because the header may promise anything.
  const auto [rows, dim, header_length] = *header;
  if (rows == 0 || dim == 0 || dim > rest.size() / sizeof(float) ||
      rows > rest.size() / (dim * sizeof(float) + 2)) {
    throw FormatError(
        fmt::format("{}: the header promises {} vectors of {} dimensions, which do not "
                    "fit the {} bytes that follow; the file is damaged or was cut short",
                    name, rows, dim, rest.size()));
  }
  Matrix vectors(rows, dim);
  RowWords words(name);
  for (std::size_t i = 0; i < rows; ++i) {
    if (rest.starts_with('\n')) rest.remove_prefix(1);
    const auto space = rest.find(' ');
    const auto row = vectors.row(i);
    if (space == rest.npos || rest.size() - space - 1 < row.size_bytes()) {
      throw FormatError(
          fmt::format("{}: the file ends at byte {}, within vector {} of {}; it was cut "
                      "short, get it again",
                      name, bytes.size(), i + 1, rows));
    }
    words.add(rest.substr(0, space));
    std::memcpy(row.data(), rest.data() + space + 1, row.size_bytes());
    rest.remove_prefix(space + 1 + row.size_bytes());
  }
  if (rest.starts_with('\n')) rest.remove_prefix(1);
  if (!rest.empty()) {
    throw FormatError(
        fmt::format("{}: {} bytes follow the last of the {} vectors that the header "
                    "promises; the file is damaged",
                    name, rest.size(), rows));
  }
  if (const auto row = first_non_finite_row(vectors)) {
    throw FormatError(
        fmt::format("{}: vector {} holds a value that is not finite", name, *row + 1));
  }
  return {Vocabulary(words.take(), {}), std::move(vectors)};
}

void write_word2vec_binary(OutputFile& file, const Embeddings& embeddings, const Monitor& monitor) {
  const auto& vocabulary = embeddings.vocabulary();
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    if (vocabulary.word(id).find_first_of(" \n") != std::string_view::npos) {
      throw UsageError(
          fmt::format("the word '{}' holds a space or a newline, which word2vec-binary "
                      "cannot represent; choose safetensors",
                      excerpt(vocabulary.word(id))));
    }
  }
  file.write(fmt::format("{} {}\n", embeddings.size(), embeddings.dim()));
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    if (id % 1024 == 0) monitor.throw_if_stopped();
    file.write(vocabulary.word(id));
    file.write(" ");
    file.write_values(embeddings.vector(id));
    file.write("\n");
  }
}

}  // namespace wordkin
