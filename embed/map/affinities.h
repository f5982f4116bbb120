#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "embed/map/neighborhoods.h"

namespace wordkin {

// How much each point is drawn to each other one: a symmetric sparse matrix [N, N], row by row.
struct Affinities {
  // Kernels read as many numbers past the end of a row, and of the last one, too.
  static constexpr std::size_t kSlack = 16;

  std::vector<std::size_t> offsets;   // [N + 1]: where each row begins
  std::vector<std::int32_t> columns;  // ascending in a row, kSlack zeros at the end
  std::vector<float> values;          // for each column, kSlack zeros at the end

  std::size_t size() const { return offsets.size() - 1; }
};

// The conditional probabilities that a point picks each of its neighbours,
//
//   p_j = exp(-b d_j) / sum over k of exp(-b d_k),   d_j = |x - x_j|^2 = 2 - 2 cos
//
// with the b for which 2 to the power of their entropy is `perplexity` (van der Maaten and Hinton,
// "Visualizing data using t-SNE", JMLR 2008, section 2). Where more neighbours than that are
// equally near, nearest of all, there is no such b, and they share all. `neighbors` are at least
// `perplexity`.
std::vector<double> conditional_affinities(std::span<const Neighbor> neighbors, double perplexity);

// (p_j|i + p_i|j) / 2 N, which sum to 1, from the first 3 `perplexity` neighbours of each point
// (van der Maaten, "Accelerating t-SNE using tree-based algorithms", JMLR 2014, section 4.1). The
// same bits for any number of threads; uses those of the arena that it is called in.
Affinities joint_affinities(const Neighborhoods& neighborhoods, double perplexity);

}  // namespace wordkin
