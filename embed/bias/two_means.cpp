#include "embed/bias/two_means.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

#include "common/random.h"

namespace wordkin {
namespace {

constexpr int kRuns = 10;
constexpr int kMostSteps = 300;

using Centres = std::array<DenseVector, 2>;

double squared_distance(const DenseVector& a, const DenseVector& b) {
  return std::transform_reduce(a.begin(), a.end(), b.begin(), 0.0, std::plus<>(),
                               [](double x, double y) { return (x - y) * (x - y); });
}

// One vector at random, then one with a probability that grows with its squared distance.
Centres random_centres(const DenseVectors& vectors, RandomStream random) {
  const auto& first = vectors[random.below(static_cast<std::uint32_t>(vectors.size()))];
  std::vector<double> sums;
  double sum = 0;
  for (const auto& vector : vectors) sums.push_back(sum += squared_distance(vector, first));
  const auto place = std::ranges::upper_bound(sums, sum * static_cast<double>(random.uniform()));
  const auto second =
      std::min<std::size_t>(static_cast<std::size_t>(place - sums.begin()), vectors.size() - 1);
  return {first, vectors[second]};
}

struct Clustering {
  std::vector<int> clusters;
  double squares = std::numeric_limits<double>::infinity();
};

Clustering assign(const DenseVectors& vectors, const Centres& centres) {
  Clustering result{.clusters = {}, .squares = 0};
  for (const auto& vector : vectors) {
    const auto first = squared_distance(vector, centres[0]);
    const auto second = squared_distance(vector, centres[1]);
    result.clusters.push_back(second < first ? 1 : 0);
    result.squares += std::min(first, second);
  }
  return result;
}

// The means of the clusters; an empty one keeps its centre.
Centres means(const DenseVectors& vectors, const std::vector<int>& clusters, Centres centres) {
  for (int cluster = 0; cluster < 2; ++cluster) {
    const auto count = std::ranges::count(clusters, cluster);
    if (count == 0) continue;
    auto& centre = centres[static_cast<std::size_t>(cluster)];
    std::ranges::fill(centre, 0);
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      if (clusters[i] != cluster) continue;
      for (std::size_t k = 0; k < centre.size(); ++k) centre[k] += vectors[i][k];
    }
    for (double& x : centre) x /= static_cast<double>(count);
  }
  return centres;
}

Clustering run(const DenseVectors& vectors, RandomStream random) {
  auto centres = random_centres(vectors, random);
  auto clustering = assign(vectors, centres);
  for (int step = 0; step < kMostSteps; ++step) {
    centres = means(vectors, clustering.clusters, std::move(centres));
    auto next = assign(vectors, centres);
    const bool settled = next.clusters == clustering.clusters;
    clustering = std::move(next);
    if (settled) break;
  }
  return clustering;
}

}  // namespace

std::vector<int> two_means(const DenseVectors& vectors, std::uint64_t seed) {
  Clustering best;
  for (int i = 0; i < kRuns; ++i) {
    auto clustering = run(vectors, stream(seed, "k-means", static_cast<std::uint64_t>(i)));
    if (clustering.squares < best.squares) best = std::move(clustering);
  }
  return best.clusters;
}

}  // namespace wordkin
