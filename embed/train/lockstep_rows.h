#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/matrix.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

class LockstepRows;

// The rows that a lane trains in a round of lockstep: in place those that it alone trains, and
// copies of the others, which stay as they are for all. Belongs to one thread at a time.
class alignas(64) LaneRows {
 public:
  // A row that other lanes train as well.
  struct Copy {
    float* values = nullptr;
    float* row = nullptr;
    unsigned lanes = 0;  // that may have a copy, a bit each
  };

  LaneRows(LockstepRows& rows, std::size_t lane);

  // Every round has another number, the same for all lanes.
  void begin_round(std::uint64_t round) { round_ = static_cast<std::uint8_t>(1 + round % 255); }
  // The lane will train this row of one of the matrices in the round. Lanes may announce rows at
  // the same time.
  void announce(const Matrix& matrix, WordId row);

  // The following are for when all lanes have announced their rows, and copies of the last round
  // have been added.
  void forget_copies();
  // Where the lane trains a row that it announced.
  float* to_train(float* row) { return is_alone_with(row) ? row : copy_to_train(row); }

 private:
  static constexpr std::size_t kFirstTable = 256;
  static constexpr std::size_t kShards = 8;
  friend class LockstepRows;

  bool is_alone_with(const float* row) const;
  float* copy_to_train(float* row);
  // Those that may have announced the row, a bit each.
  unsigned lanes_with(const float* row) const;
  // The copy of a row, or null.
  float* copy_of(const float* row) { return place(row).values; }
  // Where the copy of `row` is in table_, or has its place there.
  Copy& place(const float* row);
  void grow();
  float* new_copy();

  LockstepRows& rows_;
  const std::size_t lane_;
  const std::uint64_t own_;  // all bits of the lane's announcement
  std::uint8_t round_ = 0;
  std::size_t used_ = 0;
  std::vector<Matrix> memory_;
  std::vector<Copy> table_ = std::vector<Copy>(kFirstTable);  // open addressing
  std::array<std::vector<Copy>, kShards> shards_;  // the copies, in the order of their first use
};

// The rows of two matrices that lanes train in rounds of lockstep, and which lanes train which. A
// row counts for what all lanes learned in it, added in the order of the lanes; since most rows are
// trained by one lane in a round, it trains them in place.
class LockstepRows {
 public:
  static constexpr std::size_t kMostLanes = 8;
  // Shard s holds the rows whose number is s modulo kShards, those of the second matrix being
  // counted on from the first's.
  static constexpr std::size_t kShards = LaneRows::kShards;

  // Two matrices with as many columns.
  LockstepRows(Matrix& first, Matrix& second, std::size_t lanes);
  LockstepRows(const LockstepRows&) = delete;
  LockstepRows& operator=(const LockstepRows&) = delete;

  LaneRows& lane(std::size_t lane) { return lanes_[lane]; }
  // To each row of the shard, adds what its copies differ from it, and spends the copies. Different
  // shards may be added to by different threads at the same time.
  void add(std::size_t shard);

 private:
  friend class LaneRows;

  std::size_t number_of(const float* row) const {
    const auto number_in = [row](const Matrix& matrix) {
      const auto bytes =
          std::bit_cast<std::uintptr_t>(row) - std::bit_cast<std::uintptr_t>(matrix.data());
      return bytes / (matrix.stride() * sizeof(float));
    };
    const auto number = number_in(first_);
    return number < first_.rows() ? number : first_.rows() + number_in(second_);
  }
  // Of the first of these lanes that has one, or null.
  float* copy_of_first(unsigned lanes, const float* row);

  Matrix& first_;
  Matrix& second_;
  // Of each row and lane, the last round that it was announced for, 1 + round % 255: a lane may
  // seem to have announced a row that it did 255 rounds ago, which is then copied in vain.
  std::vector<std::array<std::uint8_t, kMostLanes>> announced_;
  std::vector<LaneRows> lanes_;
};

inline bool LaneRows::is_alone_with(const float* row) const {
  // Bytes of others that are the round's number become zero.
  constexpr auto kOnes = std::uint64_t{0x0101'0101'0101'0101};
  const auto announced = std::bit_cast<std::uint64_t>(rows_.announced_[rows_.number_of(row)]);
  const auto differences = (announced ^ kOnes * round_) | own_;
  return ((differences - kOnes) & ~differences & kOnes << 7) == 0;
}

}  // namespace wordkin
