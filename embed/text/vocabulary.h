#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "common/output.h"
#include "embed/text/string_table.h"

namespace wordkin {

using WordId = std::uint32_t;

struct VocabularyOptions {
  std::uint64_t min_count = 5;  // rarer words are left out; at least 1
  std::uint64_t max_words = 0;  // keep only this many of the most frequent words; 0: all

  void validate() const;  // throws UsageError
};

// Distinct words and, where known, how often each occurs. Immutable; reading is thread-safe.
class Vocabulary {
 public:
  Vocabulary() = default;
  // The words in their given order, as a file of vectors has them. `counts` is empty (not known) or
  // has one entry for each word; throws UsageError otherwise.
  Vocabulary(StringTable words, std::vector<std::uint64_t> counts);
  // The words that `options` keep, by count descending, then by their bytes.
  static Vocabulary by_count(const StringTable& words, std::span<const std::uint64_t> counts,
                             const VocabularyOptions& options);

  std::optional<WordId> find(std::string_view word) const { return words_.find(word); }
  // Makes finding fast where the words come from a file that was opened for a few questions.
  void index() { words_.index(); }
  std::string_view word(WordId id) const { return words_[id]; }
  WordId size() const { return words_.size(); }
  bool empty() const { return size() == 0; }
  const StringTable& words() const { return words_; }

  bool has_counts() const { return !counts_.empty(); }
  // How often each word occurs, by WordId; empty when not known.
  std::span<const std::uint64_t> counts() const { return counts_; }
  std::uint64_t count(WordId id) const { return has_counts() ? counts_[id] : 0; }
  // The sum of all counts.
  std::uint64_t total() const { return total_; }

 private:
  StringTable words_;
  std::vector<std::uint64_t> counts_;
  std::uint64_t total_ = 0;
};

// Vocabulary files: lines "word count", as word2vec.c and GloVe's vocab_count write them. The
// reader takes them in any order and applies `options`; it throws FormatError with the line for
// anything else, and for a word that occurs twice.
Vocabulary read_vocabulary(const std::filesystem::path& path, const VocabularyOptions& options);
// All words in the order of the file, for which numbers elsewhere stand.
Vocabulary read_vocabulary_in_order(const std::filesystem::path& path);
void write_vocabulary(OutputFile& file, const Vocabulary& vocabulary);

}  // namespace wordkin
