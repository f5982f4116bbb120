#include "embed/query/word_lookup.h"

#include "embed/text/unicode.h"

namespace wordkin {

WordLookup::WordLookup(const Vocabulary& vocabulary, std::size_t size, Case letter_case)
    : vocabulary_(vocabulary), size_(size), case_(letter_case) {
  if (case_ == Case::kSensitive) return;
  for (WordId id = 0; id < size_; ++id) folded_.try_emplace(fold_case(vocabulary.word(id)), id);
}

std::optional<WordId> WordLookup::find(std::string_view word) const {
  if (case_ == Case::kIgnored) {
    const auto found = folded_.find(fold_case(word));
    if (found == folded_.end()) return std::nullopt;
    return found->second;
  }
  const auto id = vocabulary_.find(word);
  return id && *id < size_ ? id : std::nullopt;
}

bool WordLookup::matches(WordId id, std::string_view word) const {
  if (case_ == Case::kSensitive) return vocabulary_.word(id) == word;
  return fold_case(vocabulary_.word(id)) == fold_case(word);
}

}  // namespace wordkin
