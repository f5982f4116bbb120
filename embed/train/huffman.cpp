#include "embed/train/huffman.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <queue>
#include <utility>

#include "common/error.h"

namespace wordkin {

HuffmanTree::HuffmanTree(std::span<const std::uint64_t> counts) {
  if (counts.empty()) throw UsageError("a Huffman tree needs at least one word");
  // Nodes 0 .. V-1 are the words, V .. 2V-2 the inner nodes in the order of their making, so that
  // the root is last. A queue of (count, node) gives the two least.
  const auto words = counts.size();
  struct Up {
    std::size_t parent;
    float label;
  };
  std::vector<Up> up(2 * words - 1);
  using Entry = std::pair<std::uint64_t, std::size_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  for (std::size_t i = 0; i < words; ++i) queue.emplace(counts[i], i);
  for (auto node = words; node < up.size(); ++node) {
    const auto [least_count, least] = queue.top();
    queue.pop();
    const auto [other_count, other] = queue.top();
    queue.pop();
    up[least] = {node, 1.0f};
    up[other] = {node, 0.0f};
    queue.emplace(least_count + other_count, node);
  }

  begin_.push_back(0);
  const auto root = up.size() - 1;
  for (std::size_t word = 0; word < words; ++word) {
    for (auto node = word; node != root; node = up[node].parent) {
      branches_.push_back({static_cast<WordId>(root - up[node].parent), up[node].label});
    }
    std::reverse(branches_.begin() + static_cast<std::ptrdiff_t>(begin_.back()), branches_.end());
    begin_.push_back(branches_.size());
  }
}

double longest_path(std::span<const std::uint64_t> counts) {
  const auto least = std::max<std::uint64_t>(std::ranges::min(counts), 1);
  const auto total = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  return std::log(static_cast<double>(total) / static_cast<double>(least)) /
         std::log(std::numbers::phi);
}

}  // namespace wordkin
