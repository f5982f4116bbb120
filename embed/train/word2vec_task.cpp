#include "embed/train/word2vec_task.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/random.h"

namespace wordkin {

std::vector<std::uint32_t> Word2VecTask::order(std::size_t epoch) const {
  auto random = stream(options.seed, "order of chunks", epoch);
  std::vector<std::uint32_t> chunks(corpus.chunks());
  std::iota(chunks.begin(), chunks.end(), 0U);
  for (auto left = static_cast<std::uint32_t>(chunks.size()); left > 1; --left) {
    std::swap(chunks[left - 1], chunks[random.below(left)]);
  }
  return chunks;
}

float Word2VecTask::rate(std::size_t unit) const {
  const double remaining = 1 - static_cast<double>(unit) / static_cast<double>(units());
  return static_cast<float>(options.initial_alpha() * std::max(remaining, kAlphaFloor));
}

}  // namespace wordkin
