#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/enum_names.h"
#include "common/permutation_test.h"
#include "common/progress.h"
#include "common/statistics.h"
#include "embed/query/evaluation.h"
#include "embed/vectors/embeddings.h"

namespace wordkin {

// Two sets of vectors of the same words, and how many words of each the other does not have.
struct SharedVectors {
  Embeddings a, b;
  std::uint64_t only_in_a = 0;
  std::uint64_t only_in_b = 0;
};

// The words that a and b share among the first `restrict_to` words of each (0: all), in the order
// and with the counts of a, without context vectors. Throws UsageError if there are none.
SharedVectors share_words(const Embeddings& a, const Embeddings& b, std::size_t restrict_to = 0);

// How much better b is than a in the same items.
struct PairedDifference {
  std::optional<double> a, b;
  std::optional<double> difference;  // b - a; what follows is nothing without it
  std::optional<Interval> interval;  // of 95 %, by the bootstrap over the items
  std::optional<double> p_value;     // two-sided, that there is no difference
};

struct ComparisonOptions {
  AnalogyMethod method = AnalogyMethod::k3CosAdd;
  BootstrapOptions bootstrap;
  PermutationOptions permutation;
};

struct AnalogyComparison {
  struct Row {
    std::string name;
    std::uint64_t questions = 0;  // in the file
    std::uint64_t answered = 0;   // of which the words are known
    PairedDifference accuracy;
  };
  std::vector<Row> sections;
  Row semantic, syntactic, total;
  UnknownWords unknown;
};

// The same questions to a and b. p is of McNemar's exact test, which is the test by all changes of
// sign of differences that are -1, 0 or 1. Both must have the words of `lookup` in its order, as
// share_words gives them; else throws UsageError. The result is the same for any number of threads.
// Throws Interrupted.
AnalogyComparison compare_analogies(const UnitVectors& a, const UnitVectors& b,
                                    const std::vector<AnalogySection>& sections,
                                    const WordLookup& lookup, const ComparisonOptions& options = {},
                                    const Monitor& monitor = {});

struct SimilarityComparison {
  std::uint64_t pairs = 0;  // in the file
  std::uint64_t found = 0;  // of which both words are known
  PairedDifference spearman;
  PairedDifference pearson;
  UnknownWords unknown;
};

// p is of the sign-flip test: a correlation is the sum over pairs of z_human z_cosine, with z the
// values (of Spearman's the ranks) less their mean and of length 1, and if a and b are as good,
// each pair's z_human (z_b - z_a) is as likely to have the other sign. Conditions as above.
SimilarityComparison compare_similarities(const UnitVectors& a, const UnitVectors& b,
                                          const std::vector<SimilarityPair>& pairs,
                                          const WordLookup& lookup,
                                          const ComparisonOptions& options = {},
                                          const Monitor& monitor = {});

// The thirds of a vocabulary in its order, which is by frequency as a rule.
enum class FrequencyBand { kFrequent, kMiddling, kRare };
template <>
inline constexpr std::array<std::string_view, 3> kEnumNames<FrequencyBand>{"frequent", "middling",
                                                                           "rare"};

struct OverlapOptions {
  std::uint32_t neighbors = 10;
  std::uint32_t words = 1000;  // at most so many of each band, drawn from stream(seed, ...)
  std::uint64_t seed = 1;

  void validate() const;  // throws UsageError for 0 neighbours or words
};

struct NeighborOverlap {
  FrequencyBand band;
  std::uint64_t words = 0;  // whose neighbours were compared; those of zero vectors are not
  // The mean over these words of the share of their nearest words by a that are so by b, too;
  // nothing where there are no words.
  std::optional<double> overlap;
  std::optional<Interval> interval;  // of 95 %, by the bootstrap over words
};

// Of each band, how far a and b agree on which words are alike. Conditions as above.
std::vector<NeighborOverlap> compare_neighbors(const UnitVectors& a, const UnitVectors& b,
                                               const OverlapOptions& options = {},
                                               const BootstrapOptions& bootstrap = {},
                                               const Monitor& monitor = {});

}  // namespace wordkin
