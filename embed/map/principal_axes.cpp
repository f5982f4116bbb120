#include "embed/map/principal_axes.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "common/decomposition.h"
#include "common/gemm.h"
#include "common/parallel.h"

namespace wordkin {
namespace {

// Ranges of points whose sums are added up in order: at most 32 of them, as each needs a matrix.
std::size_t points_at_once(std::size_t points) {
  return std::max<std::size_t>(1024, (points + 31) / 32);
}

std::vector<double> mean_of(MatrixView points) {
  std::vector<double> mean(points.cols());
  for (std::size_t i = 0; i < points.rows(); ++i) {
    const auto row = points.row(i);
    for (std::size_t k = 0; k < row.size(); ++k) mean[k] += row[k];
  }
  for (auto& value : mean) value /= static_cast<double>(points.rows());
  return mean;
}

// Points [begin, end) less the mean.
Matrix centred(MatrixView points, const std::vector<double>& mean, std::size_t begin,
               std::size_t end) {
  Matrix block(end - begin, points.cols());
  for (auto i = begin; i < end; ++i) {
    std::ranges::transform(points.row(i), mean, block.row(i - begin).begin(),
                           [](float x, double m) { return static_cast<float>(x - m); });
  }
  return block;
}

Eigen::MatrixXd covariance_of(MatrixView points, const std::vector<double>& mean) {
  const auto dim = points.cols();
  const auto grain = points_at_once(points.rows());
  std::vector<Matrix> sums((points.rows() + grain - 1) / grain);
  parallel_for_ranges(points.rows(), grain, [&](std::size_t begin, std::size_t end) {
    const auto block = centred(points, mean, begin, end);
    auto& sum = sums[begin / grain] = Matrix(dim, dim);
    multiply({dim, dim, block.rows()}, transposed(block.data(), block.stride()),
             {block.data(), block.stride()}, {sum.data(), sum.stride()});
  });
  const auto size = static_cast<Eigen::Index>(dim);
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(size, size);
  for (const auto& sum : sums) {
    for (std::size_t i = 0; i < dim; ++i) {
      for (std::size_t j = 0; j < dim; ++j) {
        covariance(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) += sum.row(i)[j];
      }
    }
  }
  return covariance / static_cast<double>(points.rows());
}

}  // namespace

PrincipalAxes principal_axes(MatrixView points, std::size_t count) {
  PrincipalAxes result{.mean = mean_of(points), .axes = {}, .variances = {}};
  const auto covariance = covariance_of(points, result.mean);
  result.total_variance = covariance.trace();
  // Its eigenvalues ascend.
  const auto [values, vectors] = eigenpairs(covariance);
  result.axes = Matrix(std::min(count, points.cols()), points.cols());
  for (std::size_t k = 0; k < result.axes.rows(); ++k) {
    const auto column = static_cast<Eigen::Index>(points.cols() - 1 - k);
    const Eigen::VectorXd axis = vectors.col(column);
    Eigen::Index largest = 0;
    axis.cwiseAbs().maxCoeff(&largest);
    const double sign = axis(largest) < 0 ? -1 : 1;
    std::ranges::transform(axis, result.axes.row(k).begin(),
                           [&](double value) { return static_cast<float>(sign * value); });
    result.variances.push_back(std::max(0.0, values(column)));
  }
  return result;
}

Layout project(MatrixView points, const PrincipalAxes& axes) {
  auto layout = layout_of_size(points.rows());
  const auto along = [&](std::size_t axis, std::size_t point) {
    const auto direction = axes.axes.row(axis);
    const auto row = points.row(point);
    double sum = 0;
    for (std::size_t k = 0; k < row.size(); ++k) sum += (row[k] - axes.mean[k]) * direction[k];
    return static_cast<float>(sum);
  };
  parallel_for_ranges(points.rows(), 1024, [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) {
      layout.x[i] = along(0, i);
      if (axes.axes.rows() > 1) layout.y[i] = along(1, i);
    }
  });
  return layout;
}

}  // namespace wordkin
