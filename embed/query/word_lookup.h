#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/enum_names.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

enum class Case { kSensitive, kIgnored };

// Finds words among the first `size` of a vocabulary, in any case where case is ignored: then the
// first, most frequent, spelling stands for all. The vocabulary must outlive it. Reading is
// thread-safe.
class WordLookup {
 public:
  WordLookup(const Vocabulary& vocabulary, std::size_t size, Case letter_case);

  std::optional<WordId> find(std::string_view word) const;
  // Whether the word with this id is `word`.
  bool matches(WordId id, std::string_view word) const;

  const Vocabulary& vocabulary() const { return vocabulary_; }
  std::size_t size() const { return size_; }
  Case letter_case() const { return case_; }

 private:
  const Vocabulary& vocabulary_;
  std::size_t size_;
  Case case_;
  std::unordered_map<std::string, WordId> folded_;
};

// Of the words of a test set, those that a lookup does not find.
struct UnknownWords {
  std::uint64_t words = 0;  // different ones
  // Of these: found if case were ignored, and if the lookup were not among the first words only.
  std::uint64_t in_another_case = 0;
  std::uint64_t beyond_size = 0;
  std::vector<std::string> first;  // at most three of them, in their order
};

// What there is to say of words that `lookup` does not find; they may repeat.
UnknownWords describe_unknown(const WordLookup& lookup, std::span<const std::string> words);

}  // namespace wordkin
