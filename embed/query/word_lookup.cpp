#include "embed/query/word_lookup.h"

#include <unordered_set>
#include <utility>

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
  std::unordered_set<std::string_view> different(words.begin(), words.end());
  if (different.empty()) return unknown;
  unknown.words = different.size();
  const auto& vocabulary = lookup.vocabulary();
  const bool case_counts = lookup.letter_case() == Case::kSensitive;
  // What is found in any case: among the words that the lookup knows in one case only, or among
  // those that it does not know in any case.
  std::unordered_set<std::string> wanted;
  for (const auto word : different) wanted.insert(fold_case(word));
  std::unordered_set<std::string> found;
  const auto first = static_cast<WordId>(case_counts ? 0 : lookup.size());
  const auto end = case_counts ? static_cast<WordId>(lookup.size()) : vocabulary.size();
  for (auto id = first; id < end; ++id) {
    if (auto folded = fold_case(vocabulary.word(id)); wanted.contains(folded))
      found.insert(std::move(folded));
  }
  for (const auto word : different) {
    const bool is_found = found.contains(fold_case(word));
    if (case_counts && is_found) ++unknown.in_another_case;
    if (case_counts ? vocabulary.find(word).has_value() : is_found) ++unknown.beyond_size;
  }
  for (const auto& word : words) {
    if (unknown.first.size() == kFirst) break;
    if (different.erase(word) > 0) unknown.first.push_back(word);
  }
  return unknown;
}

}  // namespace wordkin
