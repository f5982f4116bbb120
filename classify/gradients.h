#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/matrix.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

// The sum of the shards' gradients, in their order, in the first of them, on all threads; returns
// the square of its length.
double sum_gradients(std::span<FloatVector> shards);

// Gradients of the words that occur in a batch.
class WordGradients {
 public:
  // A shard's words, and the gradients for the vectors that stood for them, [words, dim].
  struct Part {
    std::span<const WordId> words;
    const float* gradients = nullptr;
  };

  // Sums the gradients of each word, in the order of the parts, on all threads.
  WordGradients(std::span<const Part> parts, std::size_t dim);

  std::span<const WordId> words() const { return words_; }  // ascending
  std::span<const float> gradient(std::size_t i) const { return {sums_.data() + i * dim_, dim_}; }
  double squared_norm() const { return squared_norm_; }

 private:
  std::size_t dim_;
  std::vector<WordId> words_;
  FloatVector sums_;  // [words, dim]
  double squared_norm_ = 0;
};

}  // namespace wordkin
