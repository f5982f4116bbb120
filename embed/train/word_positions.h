#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "embed/text/encoded_corpus.h"

namespace wordkin {

// Where each word occurs in a part of a corpus.
class WordPositions {
 public:
  // Bytes for a part of `size` ids.
  static std::uint64_t bytes_for(std::uint64_t size, WordId words) {
    return size * sizeof(std::uint32_t) + (std::uint64_t{words} + 2) * sizeof(std::uint32_t);
  }

  // `ids` are fewer than 2^32 ids of `words` words.
  WordPositions(std::span<const WordId> ids, WordId words) : starts_(std::size_t{words} + 2) {
    for (const auto id : ids) {
      if (id != kSentenceEnd) ++starts_[id + 2];
    }
    for (std::size_t i = 2; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
    positions_.resize(starts_.back());
    // starts_[id + 1] runs from where the word's positions start to where they end.
    for (std::uint32_t at = 0; at < ids.size(); ++at) {
      if (ids[at] != kSentenceEnd) positions_[starts_[ids[at] + 1]++] = at;
    }
  }

  // Ascending.
  std::span<const std::uint32_t> of(WordId word) const {
    return std::span(positions_).subspan(starts_[word], starts_[word + 1] - starts_[word]);
  }

 private:
  std::vector<std::uint32_t> starts_;
  std::vector<std::uint32_t> positions_;
};

}  // namespace wordkin
