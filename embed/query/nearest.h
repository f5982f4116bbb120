#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "common/error.h"
#include "common/matrix.h"
#include "embed/vectors/embeddings.h"

namespace wordkin {

struct Neighbor {
  WordId word;
  float similarity;
  bool operator==(const Neighbor&) const = default;
};

// The vectors with what scales each to length 1, so that a scaled dot product is a cosine; a vector
// of zeros stays zero. Refers to the embeddings, which must outlive it, and copies vectors only
// where some are so long or short that products of them overflow or vanish. Reading is thread-safe.
class UnitVectors {
 public:
  // Of the first `restrict_to` words, which are the most frequent ones as a rule; 0: of all.
  explicit UnitVectors(const Embeddings& embeddings, std::size_t restrict_to = 0);

  const Vocabulary& vocabulary() const { return embeddings_.vocabulary(); }
  std::size_t size() const { return scales_.size(); }
  std::size_t dim() const { return rows_.cols(); }
  // The vector with length 1, [dim]. Throws what Embeddings::vector does.
  FloatVector unit(WordId id) const;
  // The vectors of words that are to be answers. Throws what Embeddings::vector does.
  void check(std::span<const Neighbor> answers) const;
  // Vectors as they are, and what each is to be multiplied by.
  MatrixView rows() const { return rows_; }
  std::span<const float> scales() const { return scales_; }

 private:
  const Embeddings& embeddings_;
  SharedMatrix rows_;
  std::vector<float> scales_;
};

// The cosine of two vectors of equal length; 0 when one of them is zero.
double cosine(std::span<const float> a, std::span<const float> b);

// More similar, or as similar and of a lower id.
bool is_nearer(const Neighbor& a, const Neighbor& b);

// A direction, [dim], and words that are no answer.
struct Query {
  FloatVector direction;
  std::vector<WordId> excluded;
};

// For each query the `top` words with the highest dot product of unit vector and direction, best
// first, lower ids first among equals; fewer when there are no more words. Exact, and with the same
// scores whatever other queries there are; uses the threads of the arena that it is called in.
// Throws NumericError for a product that is no finite number, and what UnitVectors::check does of
// the words that it returns.
std::vector<std::vector<Neighbor>> nearest(const UnitVectors& vectors,
                                           std::span<const Query> queries, std::size_t top);

// What is thrown for a similarity that is not finite: a file's vector or its length is damaged.
NumericError similarity_not_finite(WordId word);

// The `top` highest of `scores`, one for each word, as above.
std::vector<Neighbor> highest(std::span<const float> scores, std::span<const WordId> excluded,
                              std::size_t top);

}  // namespace wordkin
