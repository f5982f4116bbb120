#include "embed/bias/dense_vectors.h"

#include <cmath>
#include <cstddef>
#include <numeric>

namespace wordkin {

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double length(std::span<const double> vector) { return std::sqrt(dot(vector, vector)); }

void add(DenseVector& target, double factor, std::span<const double> vector) {
  for (std::size_t i = 0; i < target.size(); ++i) target[i] += factor * vector[i];
}

void scale(DenseVector& vector, double factor) {
  for (double& x : vector) x *= factor;
}

DenseVector mean_of(const DenseVectors& vectors) {
  DenseVector mean(vectors.front().size());
  for (const auto& vector : vectors) add(mean, 1, vector);
  scale(mean, 1 / static_cast<double>(vectors.size()));
  return mean;
}

}  // namespace wordkin
