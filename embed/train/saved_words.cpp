#include "embed/train/saved_words.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/error.h"
#include "common/quantities.h"

namespace wordkin {

void check_saved_words(const std::string& file, const Vocabulary& saved, const Vocabulary& now) {
  WordId same = 0;
  while (same < std::min(saved.size(), now.size()) && saved.word(same) == now.word(same)) ++same;
  if (same == saved.size() && same == now.size()) {
    if (!saved.has_counts() || std::ranges::equal(saved.counts(), now.counts())) return;
    throw UsageError(fmt::format(
        "{}: was saved with other counts of the same words; resume with the same --vocab", file));
  }
  const auto word = [same](const Vocabulary& words) {
    return same < words.size() ? fmt::format("'{}'", excerpt(words.word(same))) : "none";
  };
  throw UsageError(fmt::format(
      "{}: was saved with another vocabulary, of {}, found {}; word {} was {}, is {}; resume "
      "with the same text, --min-count and --max-vocab",
      file, counted(saved.size(), "word"), now.size(), same + 1, word(saved), word(now)));
}

void check_saved_vectors(const Safetensors& file, std::string_view tensor, std::size_t words,
                         std::size_t dim) {
  const auto& shape = file.require(tensor, "F32", 2).shape;
  if (shape[0] == words && shape[1] == dim) return;
  throw FormatError(
      fmt::format("{}: holds vectors of {} x {}, expected {} x {}; the file is damaged",
                  file.name(), shape[0], shape[1], words, dim));
}

}  // namespace wordkin
