#include "embed/train/training_memory.h"

#include <algorithm>
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
// Of a lane, and the places of a row's copy in its tables.
constexpr std::uint64_t kLaneScratch = std::uint64_t{1} << 18;
constexpr std::uint64_t kCopy = 80;
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

// The branches of a word of the text, on average.
double mean_path(const Vocabulary& vocabulary) {
  const auto total = static_cast<double>(vocabulary.total());
  return std::transform_reduce(vocabulary.counts().begin(), vocabulary.counts().end(), 0.0,
                               std::plus<>(), [&](std::uint64_t count) {
                                 const auto share = static_cast<double>(count) / total;
                                 return share * (0.5 - std::log2(share));
                               });
}

// How many different words are expected among `draws`, when each is drawn in proportion to its
// count^exponent.
double different_words(const Vocabulary& vocabulary, double exponent, double draws) {
  const auto counts = vocabulary.counts();
  const auto weight = [exponent](std::uint64_t count) {
    return std::pow(static_cast<double>(count), exponent);
  };
  const auto sum = std::transform_reduce(counts.begin(), counts.end(), 0.0, std::plus<>(), weight);
  return std::transform_reduce(
      counts.begin(), counts.end(), 0.0, std::plus<>(),
      [&](std::uint64_t count) { return 1 - std::pow(1 - weight(count) / sum, draws); });
}

// Rows of the output that a lane has copies of in a round of `words` centre words.
double output_rows(const Vocabulary& vocabulary, const Word2VecOptions& options, double words) {
  if (options.loss == Loss::kHierarchicalSoftmax) {
    // Paths have few nodes near the root in common with all others, and all with some.
    return words * std::max(1.0, mean_path(vocabulary) - std::log2(words) + 1);
  }
  const bool is_cbow = options.model == Word2VecModel::kCbow;
  const double pairs = is_cbow ? 1 : options.mean_contexts();
  const double noise = options.sharing == Sharing::kNone
                           ? pairs * options.negative
                           : static_cast<double>(options.noise_words()) / options.block_words();
  return words + different_words(vocabulary, options.noise_exponent, words * noise);
}

// What workers have of their own: copies of rows, and rows that they work in.
std::uint64_t worker_memory(const Vocabulary& vocabulary, const Word2VecOptions& options,
                            std::uint64_t row) {
  const auto threads = static_cast<std::uint64_t>(thread_count(options.threads));
  if (options.updates == Updates::kHogwild) return threads * (kWorkerScratch + kWorkerRows * row);
  const double words = options.round_words(LargestShares::of(vocabulary, options));
  const auto rows = words + 2 * options.window + output_rows(vocabulary, options, words);
  const auto most = 2 * std::uint64_t{vocabulary.size()};
  return most + kLockstepLanes * (kLaneScratch +
                                  (row + kCopy) * std::min(most, static_cast<std::uint64_t>(rows)));
}

}  // namespace

std::uint64_t total(const MemoryNeeds& needs) {
  return std::accumulate(
      needs.begin(), needs.end(), std::uint64_t{0},
      [](std::uint64_t sum, const MemoryNeed& need) { return sum + need.bytes; });
}

MemoryNeeds word2vec_memory(const Vocabulary& vocabulary, const Word2VecOptions& options) {
  const auto row = padded(static_cast<std::size_t>(options.dim)) * kFloat;
  return {{fmt::format("two matrices of {} x {}", vocabulary.size(), options.dim),
           std::uint64_t{2} * vocabulary.size() * row},
          {options.loss == Loss::kNegativeSampling ? "samplers" : "the Huffman tree",
           sampler_memory(vocabulary, options)},
          {options.updates == Updates::kHogwild ? "threads" : "the lanes of --deterministic",
           worker_memory(vocabulary, options, row)}};
}

}  // namespace wordkin
