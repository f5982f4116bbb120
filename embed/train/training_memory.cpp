#include "embed/train/training_memory.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "common/matrix.h"
#include "common/parallel.h"
#include "embed/train/blockwise.h"
#include "embed/train/huffman.h"
#include "embed/train/lockstep.h"
#include "embed/train/logistic_block.h"
#include "embed/train/samplers.h"

namespace wordkin {
namespace {

constexpr std::uint64_t kFloat = sizeof(float);

// Words and windows of a chunk, and the like; rows of a worker's own, and those of blocks.
constexpr std::uint64_t kWorkerScratch = std::uint64_t{1} << 20;
constexpr std::uint64_t kWorkerRows = 512;
// Of a lane, and the places of a row's copy in its tables.
constexpr std::uint64_t kLaneScratch = std::uint64_t{1} << 18;
constexpr std::uint64_t kCopy = 120;
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
      [&](std::uint64_t count) {
        return count == 0 ? 64 : std::log2(total / static_cast<double>(count)) + 0.5;
      });
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
                                 return count == 0 ? 0 : share * (0.5 - std::log2(share));
                               });
}

// The share of a row's rounds in which a lane trains it and another does as well, where a lane
// trains it in this share of its rounds.
double trained_with_others(double trained) {
  return trained * (1 - std::pow(1 - trained, kLockstepLanes - 1.0));
}

// What a lane does in a round.
struct Round {
  double words;   // centre words
  double noise;   // noise words that are drawn
  double blocks;  // of negative sampling; 0 pair by pair

  static Round of(const Vocabulary& vocabulary, const Word2VecOptions& options) {
    const auto shares = LargestShares::of(vocabulary, options);
    const double words = options.round_words(shares);
    if (options.loss == Loss::kHierarchicalSoftmax) return {words, 0, 0};
    if (!options.trains_blocks(shares)) {
      const double pairs = options.model == Word2VecModel::kCbow ? 1 : options.mean_contexts();
      return {words, words * pairs * options.negative, 0};
    }
    const double block = options.block_words(shares);
    const double sets = std::ceil(words / (BlockWorker::kBlocksPerNoise * block));
    const double whole = std::max(words, block);
    return {whole, sets * options.noise_words(), std::ceil(whole / block)};
  }
};

// The most context words that a centre word has.
double most_contexts(const Word2VecOptions& options) {
  return std::min(2.0 * options.window, kMaxSentence - 1.0);
}

// Rows of both matrices that a lane is expected to have copies of.
double copied_rows(const Vocabulary& vocabulary, const Word2VecOptions& options,
                   const Round& round) {
  const auto counts = vocabulary.counts();
  const auto total = static_cast<double>(vocabulary.total());
  const auto kept = [&](std::uint64_t count) {
    return static_cast<double>(count) * keep_probability(count, total, options.sample);
  };
  const auto sum_of = [&](const auto& f) {
    return std::transform_reduce(counts.begin(), counts.end(), 0.0, std::plus<>(), f);
  };
  const auto missed = [all = sum_of(kept), &kept](std::uint64_t count, double times) {
    return std::pow(1 - kept(count) / all, times);
  };
  const auto near = round.words + most_contexts(options);
  // In blocks of skip-gram the centre words are the neighbours, and the inputs the block's words.
  const bool by_words = round.blocks > 0 && options.model == Word2VecModel::kSkipGram;
  const auto inputs = sum_of([&](std::uint64_t count) {
    return trained_with_others(1 - missed(count, by_words ? round.words : near));
  });
  if (options.loss == Loss::kHierarchicalSoftmax) {
    // A level of the tree after another: nodes of the same depth are about as frequent.
    double rows = inputs;
    double left = vocabulary.size();
    for (double nodes = 1; left > 0; left -= nodes, nodes *= 2) {
      const double trained = 1 - std::pow(1 - 1 / nodes, round.words);
      rows += std::min(nodes, left) * trained_with_others(trained);
    }
    return rows;
  }
  const auto noise = noise_probabilities(counts, options.noise_exponent);
  return inputs + std::transform_reduce(counts.begin(), counts.end(), noise.begin(), 0.0,
                                        std::plus<>(), [&](std::uint64_t count, double drawn) {
                                          const auto not_drawn = std::pow(1 - drawn, round.noise);
                                          const auto not_target =
                                              missed(count, by_words ? near : round.words);
                                          return trained_with_others(1 - not_target * not_drawn);
                                        });
}

// Steps that a lane has collected for a round, in bytes.
double step_memory(const Vocabulary& vocabulary, const Word2VecOptions& options,
                   const Round& round) {
  const double contexts = most_contexts(options);
  if (round.blocks > 0) {
    return round.words * (2 * (sizeof(RowView) + 2 * sizeof(std::uint64_t))) +
           round.blocks * (options.noise_words() * (sizeof(RowView) + 3 * kFloat) +
                           contexts * (sizeof(RowView) + 2 * sizeof(std::uint64_t)));
  }
  constexpr double kTarget = 3 * (sizeof(float*) + kFloat) / 2.0;  // vectors grow by doubling
  const double pairs = options.model == Word2VecModel::kCbow ? 1 : contexts;
  const double targets =
      options.loss == Loss::kHierarchicalSoftmax ? mean_path(vocabulary) : options.negative + 1;
  return round.words * (contexts * 2 * sizeof(float*) + pairs * targets * kTarget);
}

// What workers have of their own: copies of rows, and rows that they work in.
std::uint64_t worker_memory(const Vocabulary& vocabulary, const Word2VecOptions& options,
                            std::uint64_t row) {
  const auto threads = static_cast<std::uint64_t>(thread_count(options.threads));
  const bool has_sums = options.model == Word2VecModel::kCbow &&
                        options.trains_blocks(LargestShares::of(vocabulary, options));
  const auto sums = has_sums ? BlockWorker::sum_rows(options) : 0;
  if (options.updates == Updates::kHogwild)
    return threads * (kWorkerScratch + (kWorkerRows + sums) * row);
  const auto round = Round::of(vocabulary, options);
  const double rows = 2.0 * vocabulary.size();
  const double announcements = LockstepRows::kMostLanes * rows;
  // More than is expected, for there are many rounds; and rows that are worked in.
  const double copies = std::min(rows, 1.2 * copied_rows(vocabulary, options, round)) + 96 +
                        static_cast<double>(sums);
  const double lane = static_cast<double>(kLaneScratch) +
                      copies * static_cast<double>(row + kCopy) +
                      step_memory(vocabulary, options, round);
  return static_cast<std::uint64_t>(announcements + kLockstepLanes * lane);
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
