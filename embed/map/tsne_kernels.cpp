#include "embed/map/tsne_kernels.h"

#include <algorithm>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "embed/map/tsne_kernels.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, which includes this file once for each instruction set.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace wordkin::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using Ints = hn::RebindToSigned<Floats>;
using Register = hn::Vec<Floats>;
using Lanes = hn::Mask<Floats>;
static_assert(QuadTree::kSlack >= hn::MaxLanes(Floats()));
static_assert(Affinities::kSlack >= hn::MaxLanes(Floats()));

// Points side by side, one a lane, and what pushes them.
struct Packet {
  Register x;
  Register y;
  Register force_x;
  Register force_y;
  Register weight;
};

// Adds the push of `mass` points at a place whose differences and squared distance are given.
HWY_INLINE void push(Packet& packet, Lanes lanes, Register mass, Register dx, Register dy,
                     Register distance) {
  const Floats d;
  const auto one = hn::Set(d, 1.0f);
  const auto near = hn::IfThenElseZero(lanes, hn::Div(one, hn::Add(one, distance)));
  const auto all = hn::Mul(mass, near);
  const auto strength = hn::Mul(all, near);
  packet.weight = hn::Add(packet.weight, all);
  packet.force_x = hn::MulAdd(strength, dx, packet.force_x);
  packet.force_y = hn::MulAdd(strength, dy, packet.force_y);
}

HWY_INLINE void push_one_by_one(Packet& packet, Lanes lanes, const QuadTree& tree,
                                const QuadNode& leaf) {
  const Floats d;
  const auto& places = tree.places();
  for (auto place = leaf.first; place < leaf.first + leaf.count; ++place) {
    const auto dx = hn::Sub(packet.x, hn::Set(d, places.x[place]));
    const auto dy = hn::Sub(packet.y, hn::Set(d, places.y[place]));
    push(packet, lanes, hn::Set(d, 1.0f), dx, dy, hn::MulAdd(dx, dx, hn::Mul(dy, dy)));
  }
}

HWY_INLINE void walk(Packet& packet, const QuadTree& tree) {
  const Floats d;
  const Ints di;
  const auto* nodes = tree.nodes().data();
  const auto size = static_cast<std::uint32_t>(tree.nodes().size());
  auto waits_for = hn::Zero(di);  // lanes that saw a node as one wait for the first one behind it
  for (std::uint32_t index = 0; index < size;) {
    const auto& node = nodes[index];
    const auto dx = hn::Sub(packet.x, hn::Set(d, node.x));
    const auto dy = hn::Sub(packet.y, hn::Set(d, node.y));
    const auto distance = hn::MulAdd(dx, dx, hn::Mul(dy, dy));
    const auto here =
        hn::RebindMask(d, hn::Lt(waits_for, hn::Set(di, static_cast<std::int32_t>(index + 1))));
    const auto far = hn::And(here, hn::Gt(distance, hn::Set(d, node.reach)));
    push(packet, far, hn::Set(d, node.mass), dx, dy, distance);
    const auto near = hn::AndNot(far, here);
    if (hn::AllFalse(d, near)) {
      index = node.after;
      continue;
    }
    if (node.count > 0) {
      push_one_by_one(packet, near, tree, node);
    } else {
      waits_for = hn::IfThenElse(hn::RebindMask(di, far),
                                 hn::Set(di, static_cast<std::int32_t>(node.after)), waits_for);
    }
    ++index;
  }
}

void Repel(const QuadTree& tree, std::size_t begin, std::size_t end, Repulsion& repulsion) {
  const Floats d;
  const auto lanes = hn::Lanes(d);
  alignas(64) float force_x[hn::MaxLanes(d)];
  alignas(64) float force_y[hn::MaxLanes(d)];
  alignas(64) float weight[hn::MaxLanes(d)];
  for (auto place = begin; place < end; place += lanes) {
    Packet packet{hn::LoadU(d, tree.places().x.data() + place),
                  hn::LoadU(d, tree.places().y.data() + place), hn::Zero(d), hn::Zero(d),
                  hn::Zero(d)};
    walk(packet, tree);
    hn::Store(packet.force_x, d, force_x);
    hn::Store(packet.force_y, d, force_y);
    hn::Store(packet.weight, d, weight);
    for (std::size_t lane = 0; lane < std::min(lanes, end - place); ++lane) {
      const auto point = tree.order()[place + lane];
      repulsion.force.x[point] = force_x[lane];
      repulsion.force.y[point] = force_y[lane];
      repulsion.weight[point] = weight[lane];
    }
  }
}

void Attract(const Affinities& affinities, const Layout& points, std::size_t begin, std::size_t end,
             Layout& force) {
  const Floats d;
  const Ints di;
  const auto one = hn::Set(d, 1.0f);
  for (auto point = begin; point < end; ++point) {
    const auto x = hn::Set(d, points.x[point]);
    const auto y = hn::Set(d, points.y[point]);
    auto force_x = hn::Zero(d);
    auto force_y = hn::Zero(d);
    const auto row_end = affinities.offsets[point + 1];
    for (auto at = affinities.offsets[point]; at < row_end; at += hn::Lanes(d)) {
      const auto others = hn::LoadU(di, affinities.columns.data() + at);
      const auto of_row = hn::FirstN(d, row_end - at);
      const auto affinity = hn::IfThenElseZero(of_row, hn::LoadU(d, affinities.values.data() + at));
      const auto dx = hn::Sub(x, hn::GatherIndex(d, points.x.data(), others));
      const auto dy = hn::Sub(y, hn::GatherIndex(d, points.y.data(), others));
      const auto distance = hn::MulAdd(dx, dx, hn::Mul(dy, dy));
      const auto strength = hn::Div(affinity, hn::Add(one, distance));
      force_x = hn::MulAdd(strength, dx, force_x);
      force_y = hn::MulAdd(strength, dy, force_y);
    }
    force.x[point] = hn::GetLane(hn::SumOfLanes(d, force_x));
    force.y[point] = hn::GetLane(hn::SumOfLanes(d, force_y));
  }
}

}  // namespace wordkin::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wordkin {

HWY_EXPORT(Repel);
HWY_EXPORT(Attract);

void repel(const QuadTree& tree, std::size_t begin, std::size_t end, Repulsion& repulsion) {
  HWY_DYNAMIC_DISPATCH(Repel)(tree, begin, end, repulsion);
}

void attract(const Affinities& affinities, const Layout& points, std::size_t begin, std::size_t end,
             Layout& force) {
  HWY_DYNAMIC_DISPATCH(Attract)(affinities, points, begin, end, force);
}

}  // namespace wordkin
#endif
