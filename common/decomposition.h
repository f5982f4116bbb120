#pragma once

#include <Eigen/Core>

// Decompositions of dense matrices in double precision. They are Eigen's; compiled in one place,
// because that takes long.
namespace wordkin {

// Eigenvalues, ascending, [n], and the eigenvectors of length 1 that belong to them, as columns,
// [n, n].
struct Eigenpairs {
  Eigen::VectorXd values;
  Eigen::MatrixXd vectors;
};

// Of a symmetric matrix, [n, n], of which the lower triangle is read.
Eigenpairs eigenpairs(const Eigen::MatrixXd& symmetric);

// Singular values, descending, [min(m, n)], and the right singular vectors, as columns, [n, min(m,
// n)].
struct RightSingularPairs {
  Eigen::VectorXd values;
  Eigen::MatrixXd vectors;
};

// Of a matrix, [m, n].
RightSingularPairs right_singular_pairs(const Eigen::MatrixXd& matrix);

// The x, [n], for which system x = right, of a regular matrix, [n, n].
Eigen::VectorXd solve(const Eigen::MatrixXd& system, const Eigen::VectorXd& right);

}  // namespace wordkin
