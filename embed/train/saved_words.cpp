#include "embed/train/saved_words.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "common/error.h"
#include "common/quantities.h"
#include "embed/vectors/native_format.h"

namespace wordkin {

void check_saved_words(const Safetensors& file, const Vocabulary& now) {
  // The file outlives the words, which stay where they are.
  const std::shared_ptr<const void> lent(std::shared_ptr<const void>(), &file);
  const auto saved = read_words(file, lent, Verify::kOnUse);
  WordId same = 0;
  while (same < std::min(saved.size(), now.size()) && saved.word(same) == now.word(same)) ++same;
  if (same == saved.size() && same == now.size()) {
    if (!saved.has_counts() || std::ranges::equal(saved.counts(), now.counts())) {
      file.drop();
      return;
    }
    throw UsageError(fmt::format(
        "{}: was saved with other counts of the same words; resume with the same --vocab",
        file.name()));
  }
  const auto word = [same](const Vocabulary& words) {
    return same < words.size() ? fmt::format("'{}'", excerpt(words.word(same))) : "none";
  };
  throw UsageError(fmt::format(
      "{}: was saved with another vocabulary, of {}, found {}; word {} was {}, is {}; resume "
      "with the same text, --min-count and --max-vocab",
      file.name(), counted(saved.size(), "word"), now.size(), same + 1, word(saved), word(now)));
}

void check_saved_vectors(const Safetensors& file, std::string_view tensor, std::size_t words,
                         std::size_t dim) {
  const auto& shape = file.require(tensor, "F32", 2).shape;
  if (shape[0] == words && shape[1] == dim) return;
  throw FormatError(fmt::format("{}: tensor '{}' is {} x {}, expected {} x {}; the file is damaged",
                                file.name(), tensor, shape[0], shape[1], words, dim));
}

}  // namespace wordkin
