#include "embed/train/training_memory.h"

#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "common/matrix.h"
#include "common/parallel.h"
#include "embed/train/huffman.h"
#include "embed/train/lockstep.h"

namespace wordkin {
namespace {

constexpr std::uint64_t kFloat = sizeof(float);

// Words and windows of a chunk, and the like; rows of a worker's own, and those of blocks.
constexpr std::uint64_t kWorkerScratch = std::uint64_t{1} << 20;
constexpr std::uint64_t kWorkerRows = 512;
// Bytes for each word: the subsampler's limit, and the length of its vector at the end.
constexpr std::uint64_t kEverySampler = sizeof(std::uint32_t) + sizeof(double);
// The alias table, and what it is made from.
constexpr std::uint64_t kNoiseSampler = 8 + 12;
// The nodes that a Huffman tree is made from, and the queue of them.
constexpr std::uint64_t kHuffmanNodes = 2 * 16 + 2 * 16 + 8;

// About as many branches as the Huffman tree has: the paths are hardly longer than the words'
// information.
double path_branches(const Vocabulary& vocabulary) {
  const auto total = static_cast<double>(vocabulary.total());
  return std::transform_reduce(
      vocabulary.counts().begin(), vocabulary.counts().end(), 0.0, std::plus<>(),
      [&](std::uint64_t count) { return std::log2(total / static_cast<double>(count)) + 0.5; });
}

std::uint64_t sampler_memory(const Vocabulary& vocabulary, const Word2VecOptions& options) {
  const std::uint64_t words = vocabulary.size();
  if (options.loss == Loss::kNegativeSampling) return words * (kEverySampler + kNoiseSampler);
  // A vector that grows copies itself.
  constexpr double kGrowing = 1.5;
  return words * (kEverySampler + kHuffmanNodes) +
         static_cast<std::uint64_t>(kGrowing * path_branches(vocabulary) * sizeof(Branch));
}

// Rows that workers have copies of, and work in.
std::uint64_t worker_rows(const Word2VecOptions& options) {
  if (options.updates == Updates::kHogwild) {
    return kWorkerRows * static_cast<std::uint64_t>(thread_count(options.threads));
  }
  // A word's own, its context's, and noise words, of which neighbours in a block share most.
  const auto rows = options.sharing == Sharing::kBlock ? 4 : 2 + options.negative;
  return kLockstepLanes * static_cast<std::uint64_t>(options.round_words(0, 0) * rows);
}

}  // namespace

std::uint64_t total(const MemoryNeeds& needs) {
  return std::accumulate(
      needs.begin(), needs.end(), std::uint64_t{0},
      [](std::uint64_t sum, const MemoryNeed& need) { return sum + need.bytes; });
}

MemoryNeeds word2vec_memory(const Vocabulary& vocabulary, const Word2VecOptions& options) {
  const auto row = padded(static_cast<std::size_t>(options.dim)) * kFloat;
  const auto threads = static_cast<std::uint64_t>(thread_count(options.threads));
  return {{fmt::format("two matrices of {} x {}", vocabulary.size(), options.dim),
           std::uint64_t{2} * vocabulary.size() * row},
          {options.loss == Loss::kNegativeSampling ? "samplers" : "the Huffman tree",
           sampler_memory(vocabulary, options)},
          {"threads", threads * kWorkerScratch + worker_rows(options) * row}};
}

}  // namespace wordkin
