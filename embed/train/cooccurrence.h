#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>

#include "common/enum_names.h"
#include "common/progress.h"
#include "embed/text/encoded_corpus.h"

namespace wordkin {

// Which neighbours are a word's contexts: those before it, those after it, or both.
enum class ContextSide { kSymmetric, kLeft, kRight };
template <>
inline constexpr std::array<std::string_view, 3> kEnumNames<ContextSide>{"symmetric", "left",
                                                                         "right"};

// What a context at distance d counts: 1 / d, or 1.
enum class DistanceWeight { kInverse, kFlat };
template <>
inline constexpr std::array<std::string_view, 2> kEnumNames<DistanceWeight>{"inverse", "flat"};

struct CooccurrenceOptions {
  int window = 15;  // words to either side
  ContextSide side = ContextSide::kSymmetric;
  DistanceWeight distance_weight = DistanceWeight::kInverse;
  // Bytes that counting may take up, besides the corpus. The result does not depend on it.
  std::uint64_t memory = std::uint64_t{4} << 30;
  std::filesystem::path temporary_folder;  // for counts beyond `memory`; empty: TMPDIR
  int threads = 0;                         // 0: all

  void validate() const;  // throws UsageError
};

// The least that CooccurrenceOptions::memory must be.
std::uint64_t least_counting_memory(WordId words, const CooccurrenceOptions& options);

// What counting `ids` ids takes up at once, as a rule: most words of a range of the text recur in
// it.
std::uint64_t usual_counting_memory(std::uint64_t ids, WordId words,
                                    const CooccurrenceOptions& options);

// A row of the matrix X: how often each context occurs with the word, each occurrence weighted by
// its distance. Contexts ascend; counts are above 0.
struct CooccurrenceRow {
  WordId word;
  std::span<const WordId> contexts;
  std::span<const double> counts;
};
using OnCooccurrenceRow = std::function<void(const CooccurrenceRow&)>;

struct CooccurrenceStatistics {
  std::uint64_t nonzeros = 0;
  std::uint64_t temporary_bytes = 0;  // written to temporary files
};

// Counts which of the `words` words of the vocabulary occur near which in `corpus`, as GloVe does
// (Pennington, Socher and Manning, "GloVe: global vectors for word representation", EMNLP 2014,
// section 3 and 4.2): contexts do not cross the ends of sentences, and words outside the vocabulary
// are not there. Calls on_row for every row that is not empty, in the order of their words, from
// one thread at a time.
//
// Sums are of whole numbers, so they are exact for windows up to 22 (each count is the double next
// to the true sum, up to sums of some ten million), and the same for any number of threads and any
// amount of memory. For wider windows, or 4 * 10^9 ids and more, a weight is rounded to 30 bits or
// less.
//
// Throws UsageError when `memory` is less than least_counting_memory(), IoError when the disk has
// too little room for temporary files, which is found out before they are written; Interrupted.
CooccurrenceStatistics count_cooccurrences(const EncodedCorpus& corpus, WordId words,
                                           const CooccurrenceOptions& options,
                                           const OnCooccurrenceRow& on_row,
                                           const Monitor& monitor = {});

}  // namespace wordkin
