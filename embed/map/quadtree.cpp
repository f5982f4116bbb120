#include "embed/map/quadtree.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

namespace wordkin {
namespace {

constexpr int kBits = 16;  // of each coordinate in a code

// The bits of a 16-bit number, a zero between each two.
std::uint32_t spread(std::uint32_t bits) {
  bits = (bits | (bits << 8)) & 0x00ff00ff;
  bits = (bits | (bits << 4)) & 0x0f0f0f0f;
  bits = (bits | (bits << 2)) & 0x33333333;
  return (bits | (bits << 1)) & 0x55555555;
}

// Sorts by the upper 32 bits, what is equal stays in its order.
void radix_sort(std::vector<std::uint64_t>& keys, std::vector<std::uint64_t>& spare) {
  constexpr int kDigit = 11;
  constexpr std::uint64_t kMask = (1U << kDigit) - 1;
  spare.resize(keys.size());
  for (int shift = 32; shift < 64; shift += kDigit) {
    std::array<std::uint32_t, kMask + 1> places{};
    for (const auto key : keys) ++places[(key >> shift) & kMask];
    std::uint32_t sum = 0;
    for (auto& place : places) sum += std::exchange(place, sum);
    for (const auto key : keys) spare[places[(key >> shift) & kMask]++] = key;
    keys.swap(spare);
  }
}

}  // namespace

void QuadTree::build(const Layout& points) {
  sort(points);
  nodes_.clear();
  divide(0, static_cast<std::uint32_t>(size()));
}

void QuadTree::sort(const Layout& points) {
  const auto [left, right] = std::ranges::minmax(points.x);
  const auto [bottom, top] = std::ranges::minmax(points.y);
  side_ = std::max(right - left, top - bottom);
  const float scale = side_ > 0 ? static_cast<float>((1 << kBits) - 1) / side_ : 0;
  const auto cell = [&](float value, float origin) {
    return spread(static_cast<std::uint32_t>(std::min((value - origin) * scale, 65535.0f)));
  };
  keys_.resize(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto code = cell(points.x[i], left) | (cell(points.y[i], bottom) << 1);
    keys_[i] = (std::uint64_t{code} << 32) | i;
  }
  radix_sort(keys_, spare_);
  order_.resize(points.size());
  places_.x.resize(points.size() + kSlack);
  places_.y.resize(points.size() + kSlack);
  for (std::size_t place = 0; place < places_.size(); ++place) {
    const auto number =
        static_cast<std::uint32_t>(keys_[std::min(place, points.size() - 1)]);  // the lower half
    places_.x[place] = points.x[number];
    places_.y[place] = points.y[number];
    if (place < points.size()) order_[place] = number;
  }
}

// Appends the node of the places [begin, end), and those below it.
void QuadTree::divide(std::uint32_t begin, std::uint32_t end) {
  const auto index = nodes_.size();
  // The smallest square with all of them: where the first and the last code begin to differ.
  const auto depth = std::countl_zero(code(begin) ^ code(end - 1)) / 2;
  const float side = std::ldexp(side_, -depth) / theta_;
  nodes_.push_back({.x = 0,
                    .y = 0,
                    .mass = 0,
                    .reach = side * side,
                    .after = 0,
                    .first = begin,
                    .count = end - begin});
  double x = 0;
  double y = 0;
  if (end - begin <= kLeafSize || depth == kBits) {
    for (auto i = begin; i < end; ++i) {
      x += places_.x[i];
      y += places_.y[i];
    }
  } else {
    nodes_[index].count = 0;
    const int shift = 2 * (kBits - 1 - depth);
    for (auto from = begin; from < end;) {
      const auto quarter = code(from) >> shift;
      const auto to = static_cast<std::uint32_t>(
          std::partition_point(keys_.begin() + from, keys_.begin() + end,
                               [&](std::uint64_t key) { return key >> (32 + shift) == quarter; }) -
          keys_.begin());
      const auto child = nodes_.size();
      divide(from, to);
      x += double{nodes_[child].x} * nodes_[child].mass;
      y += double{nodes_[child].y} * nodes_[child].mass;
      from = to;
    }
  }
  auto& node = nodes_[index];
  node.mass = static_cast<float>(end - begin);
  node.x = static_cast<float>(x / node.mass);
  node.y = static_cast<float>(y / node.mass);
  node.after = static_cast<std::uint32_t>(nodes_.size());
}

}  // namespace wordkin
