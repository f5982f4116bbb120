#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "common/matrix.h"
#include "embed/bias/known_words.h"

namespace wordkin {

// Throws UsageError unless the basis has the dimension of the vectors, and at least one direction,
// but fewer than there are dimensions.
void check_basis(const Embeddings& embeddings, const DenseVectors& basis);

struct HardDebiasOptions {
  std::vector<WordId> specific;                // words that keep their part along the axis
  std::vector<std::vector<WordId>> equalized;  // sets that become alike but for the axis
};

struct HardDebiased {
  Matrix vectors;  // [V, D], of length 1
  std::size_t neutralized = 0;
  std::size_t equalized = 0;  // sets
  // Words with nothing beside the axis: their vectors are zero now.
  std::vector<WordId> emptied;
  // Places of the sets that were not equalised, because a word of theirs is in an earlier one, or
  // because their words do not differ along the axis.
  std::vector<std::size_t> overlapping;
  std::vector<std::size_t> not_different;
};

// Hard debiasing (Bolukbasi et al. 2016, section 6, step 2a). All vectors are scaled to length 1.
// Words that are neither specific nor in a set of `equalized` lose their part within the span of
// the orthonormal `basis` and are scaled to length 1 again. The words w of a set, of mean m, become
// v + sqrt(1 - |v|^2) (w_B - m_B) / |w_B - m_B|, where _B is the part within the span and
// v = m - m_B: so each neutral word has the same cosine with all of them. The parts within the span
// are those before anything was neutralised. Runs on all threads; the same for any number of them.
// Throws what check_basis throws.
HardDebiased hard_debias(const Embeddings& embeddings, const DenseVectors& basis,
                         const HardDebiasOptions& options);

struct SoftDebiasOptions {
  // How much neutrality counts against keeping all inner products; 0: nothing, > 0.
  double tradeoff = 0.2;
  std::vector<WordId> specific;  // words that need not become neutral

  void validate() const;  // throws UsageError
};

struct SoftDebiased {
  Matrix vectors;  // [V, D], of length 1
  // The root mean squares, over all pairs of words, of the change of their inner products, and,
  // over neutral words and directions, of their inner product; before scaling to length 1.
  double inner_product_change = 0;
  double neutral_projection = 0;
};

// Soft debiasing (Bolukbasi et al. 2016, section 6, step 2b): all vectors w, of length 1, become
// T w, scaled to length 1, with the T that minimises
//   mean over pairs w, v of (Tw.Tv - w.v)^2  +  tradeoff x mean over neutral n, basis b of
//   (Tn.Tb)^2
// The paper has sums instead of means: its lambda is tradeoff x V^2 / (neutral words x directions).
// With means the tradeoff does not depend on how many words there are. See README.md for how it is
// solved. Throws as above, and UsageError when no word is neutral.
SoftDebiased soft_debias(const Embeddings& embeddings, const DenseVectors& basis,
                         const SoftDebiasOptions& options);

}  // namespace wordkin
