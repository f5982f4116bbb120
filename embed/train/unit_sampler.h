#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/random.h"
#include "embed/train/word2vec_task.h"

namespace wordkin {

// What subsampling keeps of a unit's text, and the windows drawn for it. The context of the word at
// i is the words from i - left[i] to i + right[i] without itself; it never leaves the sentence.
struct SampledUnit {
  std::vector<WordId> words;
  std::vector<std::uint32_t> left;
  std::vector<std::uint32_t> right;
  std::uint64_t corpus_words = 0;  // before subsampling
};

// Draws the samples of units, whichever thread it belongs to. Not thread-safe.
class UnitSampler {
 public:
  explicit UnitSampler(const Word2VecTask& task) : task_(task) {}

  // The unit's words and windows, valid until the next call. Afterwards random() continues the
  // unit's stream, for noise words.
  const SampledUnit& draw(std::size_t unit);
  RandomStream& random() { return random_; }

 private:
  // Ends a sentence that began at `begin`.
  void cut_windows(std::size_t begin);

  const Word2VecTask& task_;
  std::optional<std::size_t> epoch_;  // of order_
  std::vector<std::uint32_t> order_;
  RandomStream random_{0};
  SampledUnit sample_;
};

}  // namespace wordkin
