#pragma once

#include <cstdint>
#include <vector>

#include "embed/bias/known_words.h"

namespace wordkin {

// The cluster, 0 or 1, of each vector: k-means with two clusters, the best of 10 runs by the sum of
// squared distances, each from centres drawn as in k-means++ (Arthur and Vassilvitskii 2007) from
// stream(seed, "k-means", run). vectors: [n, dim], n > 0.
std::vector<int> two_means(const DenseVectors& vectors, std::uint64_t seed);

}  // namespace wordkin
