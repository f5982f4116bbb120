#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/matrix.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

// Copies of the rows of two matrices, for a lane that trains in them while the rows stay as they
// are. Belongs to one thread at a time.
class RowCopies {
 public:
  // Shard s holds the rows whose number is s modulo kShards, those of the second matrix being
  // counted on from the first's.
  static constexpr std::size_t kShards = 8;

  struct Copy {
    float* values = nullptr;
    std::size_t row = 0;
  };

  // The second matrix has as many columns as the first.
  explicit RowCopies(const Matrix& first) : first_(first), table_(kFirstTable) {}

  // The copy of a row of one of the two matrices, made at its first use, to be trained; stays where
  // it is until clear().
  float* use(const Matrix& matrix, WordId row);
  void clear();

  // Those of a shard's rows, in the order of their first use.
  std::span<const Copy> of_shard(std::size_t shard) const { return shards_[shard]; }
  // The copy of a row that there is one of.
  float* of_row(std::size_t row) { return place(row).values; }

 private:
  static constexpr std::size_t kFirstTable = 512;

  // Where the copy of `row` is in table_, or has its place there.
  Copy& place(std::size_t row);
  void grow();
  float* new_copy();

  const Matrix& first_;
  std::size_t used_ = 0;
  std::vector<Matrix> memory_;
  std::vector<Copy> table_;  // a hash table with open addressing
  std::array<std::vector<Copy>, kShards> shards_;
};

// Adds up what several lanes have learned in their copies of the rows of two matrices.
class LearnedRows {
 public:
  static constexpr std::size_t kMostLanes = 8;

  LearnedRows(Matrix& first, Matrix& second);

  // To each row of the shard, adds what its copies differ from it, in the order of the lanes, at
  // most kMostLanes, and spends the copies. Different shards may be added to by different threads
  // at the same time.
  void add(std::span<RowCopies* const> lanes, std::size_t shard);

 private:
  float* values_of(std::size_t row);
  std::uint8_t& holders(std::size_t row) {
    return holders_[row % RowCopies::kShards][row / RowCopies::kShards];
  }
  void fetch(const RowCopies::Copy& copy);
  void add(std::span<RowCopies* const> lanes, std::size_t lane, const RowCopies::Copy& copy);

  Matrix& first_;
  Matrix& second_;
  // For each shard and row in it: the lanes that have a copy, a bit each.
  std::array<std::vector<std::uint8_t>, RowCopies::kShards> holders_;
};

}  // namespace wordkin
