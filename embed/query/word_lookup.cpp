#include "embed/query/word_lookup.h"

#include <unordered_set>

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

UnknownWords describe_unknown(const WordLookup& lookup, std::span<const std::string> words) {
  constexpr std::size_t kFirst = 3;
  UnknownWords unknown;
  if (words.empty()) return unknown;
  const auto& vocabulary = lookup.vocabulary();
  const WordLookup in_any_case(vocabulary, lookup.size(), Case::kIgnored);
  const WordLookup among_all(vocabulary, vocabulary.size(), lookup.letter_case());
  std::unordered_set<std::string_view> seen;
  for (const auto& word : words) {
    if (!seen.insert(word).second) continue;
    ++unknown.words;
    if (in_any_case.find(word)) ++unknown.in_another_case;
    if (among_all.find(word)) ++unknown.beyond_size;
    if (unknown.first.size() < kFirst) unknown.first.push_back(word);
  }
  return unknown;
}

}  // namespace wordkin
