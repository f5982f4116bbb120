#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/matrix.h"
#include "common/random.h"

namespace wordkin {

// Shares of what training leaves out at random; what is left is scaled up, so that its expectation
// stays (Srivastava et al. 2014).
struct DropoutOptions {
  double words = 0;     // words that become unknown
  double inputs = 0;    // numbers of a layer's inputs, the same at all steps of a text
  double states = 0;    // numbers of h_{t-1} in the recurrent product, the same at all steps
  double features = 0;  // numbers of what was read out

  void validate() const;  // throws UsageError unless all are in [0, 1)
};

// What numbers are multiplied by; an empty vector leaves them as they are.
template <class T>
struct DropoutMasks {
  std::vector<AlignedVector<T>> inputs;  // of each layer: [sequences, its inputs]
  std::vector<AlignedVector<T>> states;  // of each layer's directions in turn: [sequences, units]
  AlignedVector<T> features;             // [sequences, features]
};

// Fills a row of a mask: 0 with probability `rate`, else 1 / (1 - rate).
template <class T>
void draw_mask(double rate, RandomStream& random, T* row, std::size_t size) {
  const auto kept = static_cast<T>(1 / (1 - rate));
  for (std::size_t i = 0; i < size; ++i) row[i] = random.uniform() < rate ? T{0} : kept;
}

}  // namespace wordkin
