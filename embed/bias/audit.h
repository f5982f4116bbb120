#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/permutation_test.h"
#include "common/progress.h"
#include "embed/bias/axis.h"
#include "embed/bias/hidden_bias.h"
#include "embed/bias/known_words.h"
#include "embed/bias/weat.h"

namespace wordkin {

// Every measure of bias for one file of vectors: what wordkin bias shows, and wordkin debias twice.

struct AuditWords {
  std::vector<AxisWords> axes;
  std::vector<WordList> lists;  // measured along each axis
  std::vector<WeatWords> weat;
  std::vector<std::string> specific;  // words that belong to an end of an axis by their meaning
};

// The vectors that RIPA is of: as they were trained, whose lengths count, or scaled to length 1, as
// debiasing leaves them.
enum class RipaVectors { kAsTheyAre, kUnit };

struct AuditOptions {
  RipaVectors ripa = RipaVectors::kAsTheyAre;
  std::size_t components = 1;  // of each axis
  double exponent = 1;         // c of direct bias
  HiddenBiasOptions hidden;
  PermutationOptions permutations;

  void validate() const;  // throws UsageError
};

// An axis with the words that these vectors have.
struct FoundAxis {
  std::string name;
  std::array<std::string, 2> ends;  // positive, negative: words or names of lists
  BiasAxis axis;                    // of vectors of length 1
  DenseVector relation;             // the direction for RIPA, of length 1
  std::size_t sets = 0;             // in the file; 0 for an axis between two lists
  std::size_t used = 0;             // of which two words have a vector
  KnownWords words;                 // all of them
};

struct MeasuredWord {
  WordId word;
  double projection;  // the cosine with the axis' direction
  double ripa;
};

struct ListAudit {
  std::string name;
  std::vector<MeasuredWord> words;  // by projection, the highest first
  std::size_t listed = 0;           // words in the file
  std::vector<std::string> missing;
  std::vector<std::string> zero;
  double direct_bias = 0;
  std::optional<double> indirect_bias;  // of each word with the nearest one of the list
  double mean_ripa = 0;                 // of absolute values
  std::optional<double> spearman;       // of projections and the scores in the file
};

struct AxisAudit {
  FoundAxis found;
  std::vector<ListAudit> lists;
  BiasedWords biased;  // in the vectors measured, or in those before debiasing
  std::optional<HiddenBias> hidden;
};

struct WeatAudit {
  std::string name;
  std::array<std::string, 4> categories;  // x, y, a, b
  std::array<std::size_t, 4> used{};      // words that have a vector,
  std::array<std::size_t, 4> listed{};    // of those in the file
  std::vector<std::string> missing;
  std::vector<std::string> zero;
  std::optional<WeatResult> result;
  std::string failure;  // why there is no result
};

struct BiasAudit {
  std::vector<AxisAudit> axes;
  std::vector<WeatAudit> weat;
};

// Throws Error when no set, or one of the two lists, has words with vectors, and what the axes of
// axis.h throw, with the axis' name.
FoundAxis find_axis(const WordFinder& finder, const AxisWords& words, const AuditOptions& options);

// The words farthest out along the axis, but for specific ones and those that define it.
BiasedWords find_biased_words(const WordFinder& finder, const AuditWords& words,
                              const FoundAxis& axis, const HiddenBiasOptions& options);

// Along an axis of `finder`'s vectors, or of others of the same words. Throws Error when no word of
// the list is known.
ListAudit audit_list(const WordFinder& finder, const FoundAxis& axis, const WordList& list,
                     const AuditOptions& options);

// What the vectors before debiasing had, for each axis; what is empty is found in the vectors that
// are measured.
struct AuditReference {
  std::vector<FoundAxis> axes;
  std::vector<BiasedWords> biased;
};

// Measures everything. Lists without a known word are an Error;
// a test without them has no result and says why. Uses the threads of the arena that it is called
// in; the result is the same for any number of them. Throws Interrupted.
BiasAudit audit_bias(const WordFinder& finder, const AuditWords& words, const AuditOptions& options,
                     const AuditReference& before = {}, const Monitor& monitor = {});

}  // namespace wordkin
