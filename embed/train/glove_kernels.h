#pragma once

#include <cstddef>
#include <span>

#include "embed/train/cooccurrence_tiles.h"

namespace wordkin {

// The constants of GloVe's objective and of its optimiser.
struct GloveRates {
  float x_max;     // counts from here on have the weight 1
  float exponent;  // rarer ones (count / x_max)^exponent
  float eta;       // the learning rate
  float clip;      // the largest gradient of a parameter
};

// The parameters of a part of the words: for each, `stride` values and then the sums of their
// squared steps, for AdaGrad. A multiple of Matrix::kRowMultiple.
struct GloveRows {
  float* data;
  std::size_t stride;

  float* row(std::size_t place) const { return data + place * 2 * stride; }
};

// One step of stochastic gradient descent for each entry of a tile, one after the other. With w the
// word's values and u the context's,
//
//   loss = f(x) (w . u - log x)^2 / 2,   f(x) = min(1, (x / x_max)^exponent)
//
// which is equations (8) and (9) of Pennington, Socher and Manning, "GloVe: global vectors for word
// representation" (EMNLP 2014), where the values hold the biases too (glove_model.h). For each
// value with the gradient g, clipped, and the sum G of its squared steps:
//
//   s = eta g,   w -= s / sqrt(G),   G += s^2
//
// as in GloVe 1.2 (AdaGrad; Duchi, Hazan and Singer, JMLR 2011). Returns the sum of the losses, in
// double. Uses the widest instruction set of the processor.
double train_glove_tile(std::span<const TileEntry> entries, GloveRows words, GloveRows contexts,
                        const GloveRates& rates);

}  // namespace wordkin
