#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "embed/bias/dense_vectors.h"
#include "embed/bias/word_sets.h"
#include "embed/query/word_lookup.h"
#include "embed/vectors/embeddings.h"

namespace wordkin {

// The vectors of these words, as they are and scaled to length 1. A vector of zeros stays zero.
DenseVectors vectors_of(const Embeddings& embeddings, std::span<const WordId> words);
DenseVectors unit_vectors_of(const Embeddings& embeddings, std::span<const WordId> words);
DenseVector unit_vector_of(const Embeddings& embeddings, WordId word);

// The words of a list that have a vector, each once.
struct KnownWords {
  std::vector<WordId> ids;
  std::vector<std::size_t> places;   // of each in the list
  std::vector<std::string> missing;  // not in the vocabulary
  std::vector<std::string> zero;     // whose vector is zero, so that they have no direction

  // Adds those of another list; places stay those of the first.
  void add(const KnownWords& other);
};

// Which words of the lists have a vector. The embeddings must outlive it. Reading is thread-safe.
class WordFinder {
 public:
  WordFinder(const Embeddings& embeddings, Case letter_case);

  // The word as it is spelt, or else, where case is ignored, its most frequent spelling.
  std::optional<WordId> find(std::string_view word) const;
  KnownWords find(std::span<const std::string> words) const;
  const Embeddings& embeddings() const { return embeddings_; }
  Case letter_case() const { return case_; }

 private:
  const Embeddings& embeddings_;
  Case case_;
  WordLookup lookup_;
};

// Those sets of which at least two words have a vector, without the others.
struct KnownSets {
  std::vector<std::vector<WordId>> sets;
  std::vector<std::string> missing;
  std::vector<std::string> zero;
};
KnownSets find_sets(const WordFinder& finder, std::span<const WordSet> sets);

// The same, and each set besides in lower case, in Title Case and in UPPER CASE, where two of these
// words are there. The words of a set are missing when it is there in no case.
KnownSets find_equality_sets(const WordFinder& finder, std::span<const WordSet> sets);

// The words of a list of specific words; where case is ignored, in all spellings.
KnownWords find_specific(const WordFinder& finder, std::span<const std::string> words);

// Throws Error, naming words that are missing, for a list of which none is known.
void require_known(const KnownWords& known, std::string_view list);

}  // namespace wordkin
