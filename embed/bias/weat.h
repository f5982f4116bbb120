#pragma once

#include "common/permutation_test.h"
#include "embed/bias/known_words.h"

namespace wordkin {

struct WeatResult {
  // The difference of the mean associations of x and y, in standard deviations of those of all
  // targets (with n - 1): positive when x goes with a and y with b.
  double effect_size = 0;
  PermutationTest test;  // of the hypothesis that x and y do not differ; one-sided
};

// The mean cosine of each target with the attributes a less that with b, s(w, A, B). All vectors
// have length 1.
std::vector<double> associations(const DenseVectors& targets, const DenseVectors& a,
                                 const DenseVectors& b);

// The word embedding association test (Caliskan, Bryson and Narayanan, "Semantics derived
// automatically from language corpora contain human-like biases", 2017). Targets x and y,
// attributes a and b, all of length 1. Throws UsageError for an empty list, and NumericError when
// the associations of all targets are the same, so that there is no effect size.
WeatResult weat(const DenseVectors& x, const DenseVectors& y, const DenseVectors& a,
                const DenseVectors& b, const PermutationOptions& options = {});

}  // namespace wordkin
