#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/progress.h"
#include "embed/query/nearest.h"
#include "embed/query/word_lookup.h"

namespace wordkin {

// a is to b as c is to d.
using AnalogyQuestion = std::array<std::string, 4>;

struct AnalogySection {
  std::string name;
  std::vector<AnalogyQuestion> questions;

  // Google's questions name the sections on grammar "gram1-...", and all others are about meaning.
  bool is_syntactic() const { return name.starts_with("gram"); }
};

struct Accuracy {
  std::uint64_t questions = 0;  // in the file
  std::uint64_t answered = 0;   // of which all four words are known
  std::uint64_t correct = 0;

  Accuracy& operator+=(const Accuracy& other);
  std::optional<double> accuracy() const;  // correct / answered; nothing when none was
  double coverage() const;                 // answered / questions
};

struct AnalogyScores {
  struct Section {
    std::string name;
    Accuracy accuracy;
  };
  std::vector<Section> sections;
  Accuracy semantic;
  Accuracy syntactic;
  Accuracy total;
};

struct SimilarityPair {
  std::string a, b;
  double score;
};

struct SimilarityScores {
  std::uint64_t pairs = 0;  // in the file
  std::uint64_t found = 0;  // of which both words are known
  // Between human scores and cosines of the pairs found; nothing where one side does not vary.
  std::optional<double> spearman;
  std::optional<double> pearson;

  double coverage() const;
};

// Questions in the form of Google's questions-words.txt: lines ": section", then lines of four
// words. Throws FormatError with the line for anything else, and for a file without questions.
std::vector<AnalogySection> read_analogies(const std::filesystem::path& path);

// Lines "word word score", separated by tabs, by commas or by spaces; a first line whose score is
// no number is a header. Throws FormatError as above.
std::vector<SimilarityPair> read_similarities(const std::filesystem::path& path);

// 3CosAdd over all questions, as word2vec.c's compute-accuracy counts: questions with an unknown
// word are skipped, the three words of the question are no answer. Uses the threads of the arena
// that it is called in. Throws Interrupted.
AnalogyScores evaluate_analogies(const UnitVectors& vectors,
                                 const std::vector<AnalogySection>& sections,
                                 const WordLookup& lookup, const Monitor& monitor = {});

// Ranks of equal values are averaged.
SimilarityScores evaluate_similarities(const UnitVectors& vectors,
                                       const std::vector<SimilarityPair>& pairs,
                                       const WordLookup& lookup);

}  // namespace wordkin
