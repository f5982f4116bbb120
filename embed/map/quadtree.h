#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "embed/map/layout.h"

namespace wordkin {

// A square of the plane and the points in it.
struct QuadNode {
  float x;  // their centre of mass
  float y;
  float mass;           // their number
  float reach;          // (side / theta)^2: points whose squared distance is more see them as one
  std::uint32_t after;  // the first node behind those below this one
  std::uint32_t first;  // of a leaf: its points' places in the order of the tree
  std::uint32_t count;  // 0 for a node with others below it
};

// Points sorted along the Z-order curve (Morton 1966) and the quadtree over them: a square and all
// below it are points that follow each other, and the nodes lie in the order in which a walk meets
// them. Squares with all points in one quarter are left out.
class QuadTree {
 public:
  // Squares of at most so many points are not divided, unless ones of 2^-16 of the whole side hold
  // more.
  static constexpr std::size_t kLeafSize = 8;
  // Coordinates by place go on with so many copies of the last point's.
  static constexpr std::size_t kSlack = 16;

  explicit QuadTree(float theta) : theta_(theta) {}

  // Replaces the tree by that of `points`, of which there is at least one, all finite.
  void build(const Layout& points);

  const std::vector<QuadNode>& nodes() const { return nodes_; }
  // By place: the number of the point, and where it is.
  const std::vector<std::uint32_t>& order() const { return order_; }
  const Layout& places() const { return places_; }
  std::size_t size() const { return order_.size(); }

 private:
  void sort(const Layout& points);
  void divide(std::uint32_t begin, std::uint32_t end);
  std::uint32_t code(std::size_t place) const {
    return static_cast<std::uint32_t>(keys_[place] >> 32);
  }

  float theta_;
  float side_ = 0;                   // of the whole square
  std::vector<std::uint64_t> keys_;  // by place: the code along the curve, then the point's number
  std::vector<std::uint64_t> spare_;
  std::vector<QuadNode> nodes_;
  std::vector<std::uint32_t> order_;
  Layout places_;
};

}  // namespace wordkin
