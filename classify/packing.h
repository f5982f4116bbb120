#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace wordkin {

// How the sequences of a batch lie in memory: time step by time step, the longest sequence first,
// so that those that reach step t are the first active(t) of them, and their rows follow each
// other. Nothing is padded, so nothing is computed for padding.
class Packing {
 public:
  // lengths: of the sequences, from the longest to the shortest, each at least 1.
  explicit Packing(std::vector<std::uint32_t> lengths);

  std::size_t sequences() const { return lengths_.size(); }
  std::size_t steps() const { return first_rows_.size() - 1; }
  std::size_t rows() const { return first_rows_.back(); }
  std::size_t length(std::size_t sequence) const { return lengths_[sequence]; }
  // The number of sequences that reach step t; 0 from the last step on.
  std::size_t active(std::size_t t) const {
    return t < steps() ? first_rows_[t + 1] - first_rows_[t] : 0;
  }
  std::size_t first_row(std::size_t t) const { return first_rows_[t]; }
  std::size_t row(std::size_t sequence, std::size_t t) const { return first_rows_[t] + sequence; }

 private:
  std::vector<std::uint32_t> lengths_;
  std::vector<std::size_t> first_rows_;  // [steps + 1]
};

}  // namespace wordkin
