#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "embed/bias/known_words.h"

namespace wordkin {

// An axis of bias: orthonormal directions, [components, dim]. The first points from the last word
// of its sets to the first: from "he" to "she" where sets are she, he.
struct BiasAxis {
  DenseVectors basis;
  // Of the principal components, the largest first, their shares of the variance; empty for an
  // axis between two lists.
  std::vector<double> variance_shares;

  std::span<const double> direction() const { return basis.front(); }
};

// The first `components` principal components of the vectors of the sets, each set centred and
// weighted by the inverse of its size (Bolukbasi et al., "Man is to computer programmer as woman is
// to homemaker?", 2016, section 5, step 1). sets: [sets, words, dim]. Throws UsageError for more
// components than the sets have, and NumericError where the words of each set have the same vector.
BiasAxis principal_axis(std::span<const DenseVectors> sets, std::size_t components = 1);

// The difference of the means of two lists of vectors. Throws UsageError for an empty list and
// NumericError when the means are the same.
BiasAxis mean_difference_axis(const DenseVectors& first, const DenseVectors& second);

// An orthonormal basis of the directions of all axes, in their order. Throws NumericError, naming
// the number of the axis, when a direction lies within the span of those before it.
DenseVectors joint_basis(std::span<const BiasAxis> axes);

// The part of `vector` within the span of an orthonormal basis.
DenseVector projected(std::span<const double> vector, const DenseVectors& basis);

}  // namespace wordkin
