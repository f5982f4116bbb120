#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "common/decomposition.h"
#include "common/error.h"
#include "common/gemm.h"
#include "common/parallel.h"
#include "embed/bias/debias.h"

namespace wordkin {
namespace {

using Square = Eigen::MatrixXd;
using FloatSquare = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Eigen::Index;

constexpr std::size_t kRowsAtOnce = 4096;

Matrix unit_rows(const Embeddings& embeddings) {
  Matrix rows(embeddings.size(), embeddings.dim());
  parallel_for_ranges(rows.rows(), kRowsAtOnce, [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) {
      const auto vector = unit_vector_of(embeddings, static_cast<WordId>(i));
      std::ranges::transform(vector, rows.row(i).begin(),
                             [](double x) { return static_cast<float>(x); });
    }
  });
  return rows;
}

// The sum of w w^T over all rows w: of each block in floats, of the blocks in order in doubles.
Square second_moment(const Matrix& rows) {
  constexpr std::size_t kBlocksAtOnce = 16;
  const auto dim = rows.cols();
  Square sum = Square::Zero(static_cast<Index>(dim), static_cast<Index>(dim));
  std::vector<FloatSquare> parts(kBlocksAtOnce, FloatSquare(dim, dim));
  for (std::size_t first = 0; first < rows.rows(); first += kBlocksAtOnce * kRowsAtOnce) {
    const auto count = std::min(kBlocksAtOnce * kRowsAtOnce, rows.rows() - first);
    parallel_for_ranges(count, kRowsAtOnce, [&](std::size_t begin, std::size_t end) {
      const auto* block = rows.data() + (first + begin) * rows.stride();
      multiply({dim, dim, end - begin}, transposed(block, rows.stride()), {block, rows.stride()},
               {parts[begin / kRowsAtOnce].data(), dim});
    });
    for (std::size_t i = 0; i * kRowsAtOnce < count; ++i) sum += parts[i].cast<double>();
  }
  return sum;
}

Square second_moment(const Matrix& rows, std::span<const WordId> words) {
  const auto dim = static_cast<Index>(rows.cols());
  Square sum = Square::Zero(dim, dim);
  for (const auto word : words) {
    const auto row = rows.row(word);
    const Eigen::VectorXd vector =
        Eigen::Map<const Eigen::VectorXf>(row.data(), dim).cast<double>();
    sum += vector * vector.transpose();
  }
  return sum;
}

Square columns_of(const DenseVectors& basis) {
  Square columns(basis.front().size(), basis.size());
  for (std::size_t i = 0; i < basis.size(); ++i) {
    columns.col(static_cast<Index>(i)) =
        Eigen::Map<const Eigen::VectorXd>(basis[i].data(), static_cast<Index>(basis[i].size()));
  }
  return columns;
}

// The matrix with its negative eigenvalues set to 0, raised to a power.
Square positive_power(const Square& matrix, double power) {
  const auto [values, vectors] = eigenpairs(matrix);
  const Eigen::VectorXd powers = values.cwiseMax(0).array().pow(power);
  return vectors * powers.asDiagonal() * vectors.transpose();
}

// Minimises tr((X - I) S (X - I) S) + lambda tr(B^T X P X B) over symmetric X. Where the gradient
// is zero, with Y = S^1/2 X S^1/2, P' = S^-1/2 P S^-1/2 and B' = S^-1/2 B,
//   Y + lambda/2 (P' Y B' B'^T + B' B'^T Y P') = S.
// Multiplied by B', this is a system of D k linear equations in Z = Y B', which gives Y. All of it
// in the basis of S's eigenvectors with eigenvalues `values`, where S is diagonal.
Square solve_whitened(const Eigen::VectorXd& values, const Square& p, const Square& b,
                      double lambda) {
  const auto dim = b.rows();
  const auto directions = b.cols();
  const Square gram = b.transpose() * b;
  const Square pb = p * b;
  Square system = Square::Identity(dim * directions, dim * directions);
  for (Index to = 0; to < directions; ++to) {
    for (Index from = 0; from < directions; ++from) {
      system.block(to * dim, from * dim, dim, dim) +=
          lambda / 2 * (gram(from, to) * p + b.col(from) * pb.col(to).transpose());
    }
  }
  const Square right = values.asDiagonal() * b;
  const auto solution =
      solve(system, Eigen::Map<const Eigen::VectorXd>(right.data(), right.size()));
  const auto z = Eigen::Map<const Square>(solution.data(), dim, directions);
  const Square pull = p * z * b.transpose();
  return Square(values.asDiagonal()) - lambda / 2 * (pull + pull.transpose());
}

// X = T^T T for the moments of all words and of neutral ones.
Square solve_metric(const Square& all, const Square& neutral, const Square& basis, double lambda) {
  // Directions that no vector has are left as they are.
  constexpr double kSmallestShare = 1e-10;
  const auto [variances, directions] = eigenpairs(all);
  const auto dim = all.rows();
  const auto rank = (variances.array() > kSmallestShare * variances[dim - 1]).count();
  const Square used = directions.rightCols(rank);
  const Eigen::VectorXd values = variances.tail(rank);
  const Square whiten = used * values.cwiseSqrt().cwiseInverse().asDiagonal();
  const Square y = positive_power(solve_whitened(values, whiten.transpose() * neutral * whiten,
                                                 whiten.transpose() * basis, lambda),
                                  1);
  return whiten * y * whiten.transpose() + Square::Identity(dim, dim) - used * used.transpose();
}

// Each row w becomes T w, scaled to length 1.
void transform_rows(Matrix& rows, const Square& transformation) {
  const auto dim = rows.cols();
  const FloatSquare t = transformation.cast<float>();
  parallel_for_ranges(rows.rows(), kRowsAtOnce, [&](std::size_t begin, std::size_t end) {
    Matrix block(end - begin, dim);
    multiply({end - begin, dim, dim}, {rows.data() + begin * rows.stride(), rows.stride()},
             transposed(t.data(), dim), {block.data(), block.stride()});
    for (auto i = begin; i < end; ++i) {
      const auto from = block.row(i - begin);
      double square = 0;
      for (const double x : from) square += x * x;
      const auto factor = square > 0 ? 1 / std::sqrt(square) : 0;
      std::ranges::transform(from, rows.row(i).begin(),
                             [&](float x) { return static_cast<float>(x * factor); });
    }
  });
}

}  // namespace

void SoftDebiasOptions::validate() const {
  if (!(tradeoff > 0) || !std::isfinite(tradeoff)) {
    throw UsageError(fmt::format("the trade-off: expected a number above 0, found {}", tradeoff));
  }
}

SoftDebiased soft_debias(const Embeddings& embeddings, const DenseVectors& basis,
                         const SoftDebiasOptions& options) {
  options.validate();
  check_basis(embeddings, basis);
  if (options.specific.size() >= embeddings.size()) {
    throw UsageError("every word is specific to the axis; expected some that are not");
  }
  SoftDebiased result{.vectors = unit_rows(embeddings)};
  const auto words = static_cast<double>(embeddings.size());
  const auto neutral_words = words - static_cast<double>(options.specific.size());
  const auto directions = static_cast<double>(basis.size());
  const Square sum = second_moment(result.vectors);
  const Square all = sum / words;
  const Square neutral = (sum - second_moment(result.vectors, options.specific)) / neutral_words;
  const auto columns = columns_of(basis);
  const auto x = solve_metric(all, neutral, columns, options.tradeoff / directions);
  const Square change = (x - Square::Identity(x.rows(), x.cols())) * all;
  result.inner_product_change = std::sqrt((change * change).trace());
  const Square xb = x * columns;
  result.neutral_projection = std::sqrt((xb.transpose() * neutral * xb).trace() / directions);
  transform_rows(result.vectors, positive_power(x, 0.5));
  return result;
}

}  // namespace wordkin
