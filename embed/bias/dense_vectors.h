#pragma once

#include <span>
#include <vector>

// Single vectors in double precision, for what is computed once from a few words.
namespace wordkin {

using DenseVector = std::vector<double>;        // [dim]
using DenseVectors = std::vector<DenseVector>;  // [n, dim]

double dot(std::span<const double> a, std::span<const double> b);
double length(std::span<const double> vector);

// target += factor * vector
void add(DenseVector& target, double factor, std::span<const double> vector);

// vector *= factor
void scale(DenseVector& vector, double factor);

// The mean of one or more vectors.
DenseVector mean_of(const DenseVectors& vectors);

}  // namespace wordkin
