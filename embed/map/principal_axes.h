#pragma once

#include <cstddef>
#include <vector>

#include "common/matrix.h"
#include "embed/map/layout.h"

namespace wordkin {

// The directions in which points differ most: the first eigenvectors of their covariance matrix
// (Pearson 1901), longest first.
struct PrincipalAxes {
  std::vector<double> mean;                   // [D]
  Matrix axes;                                // [K, D], each of length 1, at right angles
  std::vector<double> variances;              // [K], along each axis; divided by N, not N - 1
  double total_variance = 0;                  // along all D axes
  double explained(std::size_t axis) const {  // the share of an axis, 0 where nothing varies
    return total_variance > 0 ? variances[axis] / total_variance : 0;
  }
};

// Of the rows of `points`, [N, D] with N > 0; K is `count`, or D where that is less. The largest
// component of each axis is positive, so that the signs are no matter of chance. The same bits for
// any number of threads; uses those of the arena that it is called in.
PrincipalAxes principal_axes(MatrixView points, std::size_t count);

// The points in the plane of the first two axes, less the mean; y is 0 where there is one axis.
Layout project(MatrixView points, const PrincipalAxes& axes);

}  // namespace wordkin
