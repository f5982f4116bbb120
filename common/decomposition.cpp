#include "common/decomposition.h"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/SVD>

namespace wordkin {

Eigenpairs eigenpairs(const Eigen::MatrixXd& symmetric) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(symmetric);
  return {solver.eigenvalues(), solver.eigenvectors()};
}

RightSingularPairs right_singular_pairs(const Eigen::MatrixXd& matrix) {
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(matrix, Eigen::ComputeThinV);
  return {svd.singularValues(), svd.matrixV()};
}

Eigen::VectorXd solve(const Eigen::MatrixXd& system, const Eigen::VectorXd& right) {
  return system.partialPivLu().solve(right);
}

}  // namespace wordkin
