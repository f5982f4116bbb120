#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "embed/text/vocabulary.h"

namespace wordkin {

// A row of a sparse matrix of whole numbers while it is summed: dense sums, and which of them are
// in use, so that a row is read out in order without looking at all of them.
class RowAccumulator {
 public:
  static std::uint64_t bytes_for(WordId columns) {
    return sizeof(std::uint64_t) * (columns + columns / kBits + 1);
  }

  explicit RowAccumulator(WordId columns) : sums_(columns), used_(columns / kBits + 1) {}

  // Adds units to a column: add(column, units). A copy of pointers, which loops keep in registers.
  auto adder() {
    return [sums = sums_.data(), used = used_.data()](WordId column, std::uint64_t units) {
      sums[column] += units;
      used[column / kBits] |= std::uint64_t{1} << (column % kBits);
    };
  }

  // Appends the columns in use, in ascending order, and their sums; the row is empty afterwards.
  void take(std::vector<WordId>& columns, std::vector<std::uint64_t>& units) {
    for (std::size_t i = 0; i < used_.size(); ++i) {
      for (auto& bits = used_[i]; bits != 0; bits &= bits - 1) {
        const auto column = i * kBits + static_cast<std::size_t>(std::countr_zero(bits));
        columns.push_back(static_cast<WordId>(column));
        units.push_back(std::exchange(sums_[column], 0));
      }
    }
  }

 private:
  static constexpr std::size_t kBits = 64;

  std::vector<std::uint64_t> sums_;
  std::vector<std::uint64_t> used_;  // a bit for each column
};

}  // namespace wordkin
