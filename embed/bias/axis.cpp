#include "embed/bias/axis.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "common/decomposition.h"
#include "common/error.h"

namespace wordkin {
namespace {

// Shorter differences of unit vectors in float precision are rounding.
constexpr double kSmallestLength = 1e-6;

// The rows of all sets, centred within each and scaled by 1 / sqrt(size).
Eigen::MatrixXd centred_rows(std::span<const DenseVectors> sets) {
  std::size_t count = 0;
  for (const auto& set : sets) count += set.size();
  Eigen::MatrixXd rows(count, sets.front().front().size());
  Eigen::Index next = 0;
  for (const auto& set : sets) {
    const auto mean = mean_of(set);
    for (auto vector : set) {
      add(vector, -1, mean);
      scale(vector, 1 / std::sqrt(static_cast<double>(set.size())));
      rows.row(next++) = Eigen::Map<const Eigen::RowVectorXd>(
          vector.data(), static_cast<Eigen::Index>(vector.size()));
    }
  }
  return rows;
}

// Turns the direction so that the first words of the sets lie on its positive side.
void orient(DenseVector& direction, std::span<const DenseVectors> sets) {
  double towards_first = 0;
  for (const auto& set : sets) {
    towards_first += dot(set.front(), direction) - dot(set.back(), direction);
  }
  if (towards_first < 0) scale(direction, -1);
}

}  // namespace

BiasAxis principal_axis(std::span<const DenseVectors> sets, std::size_t components) {
  if (sets.empty()) throw UsageError("an axis needs at least one set of words with vectors");
  const auto rows = centred_rows(sets);
  const auto [values, vectors] = right_singular_pairs(rows);
  if (values[0] < kSmallestLength) {
    throw NumericError("the words of each set have the same vector, so there is no direction");
  }
  const auto rank = static_cast<std::size_t>((values.array() > kSmallestLength).count());
  if (components == 0 || components > rank) {
    throw UsageError(
        fmt::format("components: expected 1 to {}, which is how many directions the "
                    "sets have, found {}",
                    rank, components));
  }
  BiasAxis axis;
  const auto variance = values.squaredNorm();
  for (std::size_t i = 0; i < rank; ++i) {
    axis.variance_shares.push_back(values[static_cast<Eigen::Index>(i)] *
                                   values[static_cast<Eigen::Index>(i)] / variance);
  }
  for (std::size_t i = 0; i < components; ++i) {
    const Eigen::VectorXd column = vectors.col(static_cast<Eigen::Index>(i));
    axis.basis.emplace_back(column.begin(), column.end());
    orient(axis.basis.back(), sets);
  }
  return axis;
}

BiasAxis mean_difference_axis(const DenseVectors& first, const DenseVectors& second) {
  if (first.empty() || second.empty()) {
    throw UsageError("an axis between two lists needs a word with a vector in each");
  }
  auto direction = mean_of(first);
  add(direction, -1, mean_of(second));
  const auto norm = length(direction);
  if (norm < kSmallestLength) {
    throw NumericError("the two lists have the same mean, so there is no direction between them");
  }
  scale(direction, 1 / norm);
  return {.basis = {std::move(direction)}, .variance_shares = {}};
}

DenseVectors joint_basis(std::span<const BiasAxis> axes) {
  // What is left of a direction outside the span of the others must be more than rounding.
  constexpr double kIndependent = 1e-4;
  DenseVectors basis;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    for (auto direction : axes[i].basis) {
      // Twice is enough for a basis that is orthogonal to rounding (Giraud et al. 2005).
      for (int pass = 0; pass < 2; ++pass) {
        for (const auto& other : basis) add(direction, -dot(direction, other), other);
        const auto norm = length(direction);
        if (norm < kIndependent) {
          throw NumericError(fmt::format(
              "axis {} has a direction that the axes before it have already; leave it off", i + 1));
        }
        scale(direction, 1 / norm);
      }
      basis.push_back(std::move(direction));
    }
  }
  return basis;
}

DenseVector projected(std::span<const double> vector, const DenseVectors& basis) {
  DenseVector result(vector.size());
  for (const auto& direction : basis) add(result, dot(vector, direction), direction);
  return result;
}

}  // namespace wordkin
