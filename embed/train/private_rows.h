#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/matrix.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

// A worker's own copies of the first rows of a matrix that all workers train: the most frequent
// ones, which every core would otherwise have to fetch from the last one that wrote them, for most
// of its steps. A copy is trained in place of the row; after every kUses uses the two exchange what
// was learned: the row takes the change of the copy, and the copy the row's new value. So at most
// kUses uses of each other worker are unknown to a worker. Belongs to one thread.
class PrivateRows {
 public:
  static constexpr std::uint32_t kUses = 16;

  // Copies of the rows 0 .. count - 1 of `shared`, or of all if there are fewer. All functions but
  // has() are hogwild (hogwild_kernels.h) on it.
  PrivateRows(Matrix& shared, std::size_t count);
  PrivateRows(const PrivateRows&) = delete;
  PrivateRows& operator=(const PrivateRows&) = delete;
  ~PrivateRows();  // exchanges all

  bool has(WordId row) const { return row < uses_.size(); }
  // The copy, to be trained; stays where it is.
  float* use(WordId row);
  // Exchanges the rows that have been used often enough.
  void exchange_due();

 private:
  void exchange(WordId row);

  Matrix& shared_;
  Matrix copies_;
  Matrix origins_;                   // of the copies, at their last exchange
  std::vector<std::uint32_t> uses_;  // since then
  std::vector<WordId> due_;
};

}  // namespace wordkin
