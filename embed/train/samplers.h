#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/random.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

// The probability with which subsampling keeps a word of relative frequency f = count / total:
// min(1, (sqrt(f / t) + 1) t / f) for the threshold t, as word2vec.c does it (the paper, Mikolov et
// al. 2013, section 2.3, has sqrt(t / f)). t = 0 keeps every word.
double keep_probability(std::uint64_t count, double total, double t);

// The probabilities with which words are drawn as noise, proportional to count^exponent; 0 of words
// without a count.
std::vector<double> noise_probabilities(std::span<const std::uint64_t> counts, double exponent);

// Subsampling of frequent words. Immutable, thread-safe.
class Subsampler {
 public:
  Subsampler(std::span<const std::uint64_t> counts, double t);

  // The share of the most frequent word among those that are kept.
  double largest_share() const { return largest_share_; }

  bool keeps(WordId word, RandomStream& random) const {
    return static_cast<std::uint32_t>(random() >> 32) <= limit_[word];
  }

 private:
  std::vector<std::uint32_t> limit_;  // the probability times 2^32 - 1
  double largest_share_;
};

// Draws noise words by the alias method (Vose, "A linear algorithm for generating random numbers
// with a given distribution", 1991), those without a count as good as never. Immutable,
// thread-safe.
class NegativeSampler {
 public:
  NegativeSampler(std::span<const std::uint64_t> counts, double exponent);

  // The probability of the likeliest word.
  double largest_share() const { return largest_share_; }

  WordId draw(RandomStream& random) const {
    const auto bits = random();
    const auto slot = static_cast<WordId>(((bits >> 32) * slots_.size()) >> 32);
    return static_cast<std::uint32_t>(bits) <= slots_[slot].limit ? slot : slots_[slot].alias;
  }

 private:
  struct Slot {
    std::uint32_t limit;  // the probability of the slot's own word, times 2^32 - 1
    WordId alias;
  };
  std::vector<Slot> slots_;
  double largest_share_;
};

}  // namespace wordkin
