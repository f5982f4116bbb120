#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/progress.h"
#include "common/statistics.h"
#include "embed/query/analogy.h"
#include "embed/query/evaluation_sets.h"
#include "embed/query/nearest.h"
#include "embed/query/word_lookup.h"

namespace wordkin {

struct Accuracy {
  std::uint64_t questions = 0;  // in the file
  std::uint64_t answered = 0;   // of which a, b, c and one of the answers are known
  std::uint64_t correct = 0;

  Accuracy& operator+=(const Accuracy& other);
  std::optional<double> accuracy() const;    // correct / answered; nothing when none was
  std::optional<Interval> interval() const;  // Wilson's of 95 %
  double coverage() const;                   // answered / questions
};

struct AnalogyScores {
  struct Section {
    std::string name;
    Relation relation;
    Accuracy accuracy;
    std::vector<std::uint32_t> right;  // of each question answered: 1, or 0
  };
  std::vector<Section> sections;
  Accuracy semantic;
  Accuracy syntactic;
  Accuracy total;
  UnknownWords unknown;
};

struct Correlation {
  std::optional<double> value;
  std::optional<Interval> interval;  // of 95 %, by the bootstrap over pairs
};

struct SimilarityScores {
  std::uint64_t pairs = 0;  // in the file
  std::uint64_t found = 0;  // of which both words are known
  // Between human scores and cosines of the pairs found; nothing where one side does not vary.
  Correlation spearman;
  Correlation pearson;
  UnknownWords unknown;

  double coverage() const;  // found / pairs
};

// The pairs of a set whose words are both known: what people and what the vectors say of them.
struct ScoredPairs {
  std::vector<double> human;
  std::vector<double> cosines;
  UnknownWords unknown;
};

// An answer is right if it is one of a question's answers, as word2vec.c's compute-accuracy counts:
// questions with an unknown word are skipped, the three words of the question are no answer. Uses
// the threads of the arena that it is called in; the result is the same for any number of them.
// Throws Interrupted.
AnalogyScores evaluate_analogies(const UnitVectors& vectors,
                                 const std::vector<AnalogySection>& sections,
                                 const WordLookup& lookup,
                                 AnalogyMethod method = AnalogyMethod::k3CosAdd,
                                 const Monitor& monitor = {});

ScoredPairs score_pairs(const UnitVectors& vectors, const std::vector<SimilarityPair>& pairs,
                        const WordLookup& lookup);

// Threads and errors as bootstrap_interval has them.
SimilarityScores evaluate_similarities(const UnitVectors& vectors,
                                       const std::vector<SimilarityPair>& pairs,
                                       const WordLookup& lookup,
                                       const BootstrapOptions& bootstrap = {},
                                       const Monitor& monitor = {});

}  // namespace wordkin
