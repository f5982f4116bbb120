#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

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

 private:
  const Vocabulary& vocabulary_;
  std::size_t size_;
  Case case_;
  std::unordered_map<std::string, WordId> folded_;
};

}  // namespace wordkin
