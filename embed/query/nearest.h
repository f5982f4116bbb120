#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "common/matrix.h"
#include "embed/vectors/embeddings.h"

namespace wordkin {

// The vectors scaled to length 1, so that a dot product is a cosine; a vector of zeros stays zero.
// Refers to the embeddings' vocabulary, which must outlive it. Reading is thread-safe.
class UnitVectors {
 public:
  // Of the first `restrict_to` words, which are the most frequent ones as a rule; 0: of all.
  explicit UnitVectors(const Embeddings& embeddings, std::size_t restrict_to = 0);

  const Vocabulary& vocabulary() const { return vocabulary_; }
  std::size_t size() const { return rows_.rows(); }
  std::size_t dim() const { return rows_.cols(); }
  const Matrix& rows() const { return rows_; }
  std::span<const float> row(WordId id) const { return rows_.row(id); }

 private:
  const Vocabulary& vocabulary_;
  Matrix rows_;
};

// The cosine of two vectors of equal length; 0 when one of them is zero.
double cosine(std::span<const float> a, std::span<const float> b);

struct Neighbor {
  WordId word;
  float similarity;
  bool operator==(const Neighbor&) const = default;
};

// A direction, [dim], and words that are no answer.
struct Query {
  FloatVector direction;
  std::vector<WordId> excluded;
};

// For each query the `top` words with the highest dot product of unit vector and direction, best
// first, lower ids first among equals; fewer when there are no more words. Exact; uses the threads
// of the arena that it is called in.
std::vector<std::vector<Neighbor>> nearest(const UnitVectors& vectors,
                                           std::span<const Query> queries, std::size_t top);

// The `top` highest of `scores`, one for each word, as above.
std::vector<Neighbor> highest(std::span<const float> scores, std::span<const WordId> excluded,
                              std::size_t top);

}  // namespace wordkin
