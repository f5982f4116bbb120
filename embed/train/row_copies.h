#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "common/matrix.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

// Copies of rows, for a worker that trains while the rows stay as they are. Afterwards the changes
// of the copies are added to the rows. Belongs to one thread at a time, but for apply().
class RowCopies {
 public:
  // Shard s holds the rows whose number is s modulo kShards.
  static constexpr std::size_t kShards = 8;

  // Of matrices with so many columns.
  explicit RowCopies(std::size_t cols);

  // The copy of a row, made at its first use, to be trained; stays where it is until clear().
  float* use(Matrix& matrix, WordId row);
  // Ends the training: what is left of the copies are their changes.
  void finish();
  // Adds the changes to the rows of a shard. Different shards may be applied by different threads
  // at the same time.
  void apply(std::size_t shard) const;
  void clear();

 private:
  struct RowCopy {
    float* copy;
    float* row;
  };

  // Where the copy of `row` is in table_, or has its place there.
  RowCopy& place(const float* row);
  void grow();
  float* new_copy();

  std::size_t cols_;
  std::size_t used_ = 0;
  std::vector<Matrix> memory_;
  std::vector<RowCopy> table_;  // a hash table with open addressing
  std::array<std::vector<RowCopy>, kShards> shards_;
};

}  // namespace wordkin
