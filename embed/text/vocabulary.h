#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "common/output.h"
#include "common/shared_array.h"
#include "embed/text/string_table.h"

namespace wordkin {

using WordId = std::uint32_t;

struct VocabularyOptions {
  std::uint64_t min_count = 5;  // rarer words are left out; at least 1
  std::uint64_t max_words = 0;  // keep only this many of the most frequent words; 0: all

  void validate() const;  // throws UsageError
};

// Distinct words and, where known, how often each occurs. Immutable; copies share the words;
// reading is thread-safe.
class Vocabulary {
 public:
  Vocabulary() = default;
  // The words in their given order, as a file of vectors has them. `counts` is empty (not known) or
  // has one entry for each word; throws UsageError otherwise.
  Vocabulary(StringTable words, std::vector<std::uint64_t> counts);
  // Words as they lie in a file: word i at bytes offsets[i] up to offsets[i + 1], which ascend.
  // There is no hash table of them, and finding one looks at all, until index() is called. Of equal
  // words the first is found.
  Vocabulary(SharedArray<char> bytes, SharedArray<std::uint64_t> offsets,
             SharedArray<std::uint64_t> counts);
  // The words that `options` keep, by count descending, then by their bytes.
  static Vocabulary by_count(const StringTable& words, std::span<const std::uint64_t> counts,
                             const VocabularyOptions& options);

  std::optional<WordId> find(std::string_view word) const;
  // Makes finding words fast, where it is not.
  void index();
  std::string_view word(WordId id) const {
    const auto* offsets = offsets_.items().data();
    return {bytes_.items().data() + offsets[id],
            static_cast<std::size_t>(offsets[id + 1] - offsets[id])};
  }
  WordId size() const {
    return offsets_.items().empty() ? 0 : static_cast<WordId>(offsets_.items().size() - 1);
  }
  bool empty() const { return size() == 0; }
  // The bytes of all words, and where each begins and the last ends.
  std::span<const char> bytes() const { return bytes_.items(); }
  std::span<const std::uint64_t> offsets() const { return offsets_.items(); }

  bool has_counts() const { return !counts_.items().empty(); }
  // How often each word occurs, by WordId; empty when not known.
  std::span<const std::uint64_t> counts() const { return counts_.items(); }
  std::uint64_t count(WordId id) const { return has_counts() ? counts()[id] : 0; }
  // The sum of all counts.
  std::uint64_t total() const { return total_; }

 private:
  void check_counts();

  std::shared_ptr<const StringTable> table_;  // of the same words; may be missing
  SharedArray<char> bytes_;
  SharedArray<std::uint64_t> offsets_;
  SharedArray<std::uint64_t> counts_;
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
