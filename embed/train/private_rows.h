#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/matrix.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

// A worker's own copies of the first rows of a matrix that all workers train, which are the
// frequent ones: every core would otherwise have to fetch them from the last one that wrote them,
// for most of its steps. A copy is trained in place of the row; when it has been used often enough,
// the two exchange what was learned: the row takes the change of the copy, and the copy the row's
// new value. Belongs to one thread.
class PrivateRows {
 public:
  // Copies of the rows 0 .. count - 1 of `shared`, or of all if there are fewer, to be exchanged
  // after so many uses. What reads and writes `shared` is hogwild (hogwild_kernels.h).
  PrivateRows(Matrix& shared, std::size_t count, std::uint32_t uses);
  PrivateRows(const PrivateRows&) = delete;
  PrivateRows& operator=(const PrivateRows&) = delete;
  ~PrivateRows();  // exchanges all

  bool has(WordId row) const { return row < uses_.size(); }
  // The copy, to be trained; stays where it is.
  float* use(WordId row);
  // Exchanges the rows that have been used often enough, between two steps of training.
  void exchange_due();

 private:
  void exchange(WordId row);

  Matrix& shared_;
  Matrix copies_;
  Matrix origins_;  // of the copies, at their last exchange
  const std::uint32_t uses_until_exchange_;
  std::vector<std::uint32_t> uses_;  // since the last exchange
  std::vector<WordId> due_;
};

}  // namespace wordkin
