#pragma once

#include <cstddef>

#include "embed/map/affinities.h"
#include "embed/map/layout.h"
#include "embed/map/quadtree.h"

namespace wordkin {

// With w_ij = 1 / (1 + |y_i - y_j|^2), which is 1 for a point and itself.

// What pushes each point away from the others:
//
//   force_i = sum over j of w_ij^2 (y_i - y_j),   weight_i = sum over j of w_ij
//
// where the j of a square that is seen as one count as so many points in its centre of mass.
struct Repulsion {
  Layout force;
  FloatVector weight;
};

// Sets those of the points at the places [begin, end) of the tree, each under its number. Each
// point meets the nodes of the tree that it would meet alone, in order; several walk together, one
// in each lane, for as far as one of them must go.
void repel(const QuadTree& tree, std::size_t begin, std::size_t end, Repulsion& repulsion);

// What draws the points [begin, end) together: force_i = sum over j of p_ij w_ij (y_i - y_j).
void attract(const Affinities& affinities, const Layout& points, std::size_t begin, std::size_t end,
             Layout& force);

}  // namespace wordkin
