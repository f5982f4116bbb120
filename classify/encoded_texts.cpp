#include "classify/encoded_texts.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace wordkin {
namespace {

void sort_by_length(const EncodedTexts& texts, std::span<std::uint32_t> indices) {
  std::ranges::stable_sort(
      indices, [&](auto a, auto b) { return texts.text(a).size() > texts.text(b).size(); });
}

void append_batches(std::span<const std::uint32_t> indices, std::size_t size,
                    std::vector<Batch>& batches) {
  for (std::size_t begin = 0; begin < indices.size(); begin += size) {
    const auto part = indices.subspan(begin, std::min(size, indices.size() - begin));
    batches.emplace_back(part.begin(), part.end());
  }
}

}  // namespace

std::vector<Batch> random_batches(const EncodedTexts& texts, std::size_t size,
                                  RandomStream random) {
  // Texts are sorted within pools of so many batches, which leaves chance enough.
  constexpr std::size_t kBatchesInPool = 50;
  auto order = shuffled(static_cast<std::uint32_t>(texts.size()), RandomStream(random()));
  std::vector<Batch> batches;
  for (std::size_t begin = 0; begin < order.size(); begin += kBatchesInPool * size) {
    const auto pool =
        std::span(order).subspan(begin, std::min(kBatchesInPool * size, order.size() - begin));
    sort_by_length(texts, pool);
    append_batches(pool, size, batches);
  }
  std::vector<Batch> result;
  for (const auto i :
       shuffled(static_cast<std::uint32_t>(batches.size()), RandomStream(random()))) {
    result.push_back(std::move(batches[i]));
  }
  return result;
}

std::vector<Batch> sorted_batches(const EncodedTexts& texts, std::size_t size) {
  std::vector<std::uint32_t> order(texts.size());
  std::iota(order.begin(), order.end(), 0U);
  sort_by_length(texts, order);
  std::vector<Batch> batches;
  append_batches(order, size, batches);
  return batches;
}

}  // namespace wordkin
