#include "embed/train/lockstep_rows.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "embed/train/hogwild_kernels.h"

namespace wordkin {
namespace {

constexpr std::size_t kRowsPerPiece = 64;  // of memory
constexpr std::size_t kRowsAhead = 4;      // rows that are fetched before their turn

}  // namespace

LaneRows::LaneRows(LockstepRows& rows, std::size_t lane)
    : rows_(rows), lane_(lane), own_([lane] {
        std::array<std::uint8_t, LockstepRows::kMostLanes> own{};
        own.at(lane) = 0xff;
        return std::bit_cast<std::uint64_t>(own);
      }()) {}

void LaneRows::forget_copies() {
  if (used_ == 0) return;
  used_ = 0;
  std::ranges::fill(table_, Copy{});
  for (auto& shard : shards_) shard.clear();
}

void LaneRows::announce(const Matrix& matrix, WordId row) {
  const auto number = &matrix == &rows_.first_ ? row : rows_.first_.rows() + row;
  rows_.announced_[number][lane_] = round_;
}

unsigned LaneRows::lanes_with(const float* row) const {
  const auto& announced = rows_.announced_[rows_.number_of(row)];
  unsigned lanes = 0;
  for (std::size_t lane = 0; lane < announced.size(); ++lane) {
    lanes |= unsigned{announced[lane] == round_} << lane;
  }
  return lanes;
}

float* LaneRows::copy_to_train(float* row) {
  auto& found = place(row);
  if (found.values != nullptr) return found.values;
  float* values = new_copy();
  found = {values, row, lanes_with(row)};
  copy_row({row, rows_.first_.stride()}, values);
  shards_[rows_.number_of(row) % kShards].push_back(found);
  if (2 * used_ > table_.size()) grow();
  return values;
}

LaneRows::Copy& LaneRows::place(const float* row) {
  constexpr std::uint64_t kGolden = 0x9E37'79B9'7F4A'7C15;  // Fibonacci hashing
  const auto mask = table_.size() - 1;
  auto i = (std::bit_cast<std::uintptr_t>(row) / 64 * kGolden >> 32) & mask;
  while (table_[i].values != nullptr && table_[i].row != row) i = (i + 1) & mask;
  return table_[i];
}

void LaneRows::grow() {
  const auto old = std::exchange(table_, std::vector<Copy>(2 * table_.size()));
  for (const auto& copy : old) {
    if (copy.values != nullptr) place(copy.row) = copy;
  }
}

float* LaneRows::new_copy() {
  const auto piece = used_ / kRowsPerPiece;
  if (piece == memory_.size()) memory_.emplace_back(kRowsPerPiece, rows_.first_.cols());
  return memory_[piece].padded_row(used_++ % kRowsPerPiece).data();
}

LockstepRows::LockstepRows(Matrix& first, Matrix& second, std::size_t lanes)
    : first_(first), second_(second), announced_(first.rows() + second.rows()) {
  for (std::size_t lane = 0; lane < lanes; ++lane) lanes_.emplace_back(*this, lane);
}

float* LockstepRows::copy_of_first(unsigned lanes, const float* row) {
  for (; lanes != 0; lanes &= lanes - 1) {
    float* copy = lanes_[static_cast<std::size_t>(std::countr_zero(lanes))].copy_of(row);
    if (copy != nullptr) return copy;
  }
  return nullptr;
}

void LockstepRows::add(std::size_t shard) {
  const auto stride = first_.stride();
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
    const std::span<const LaneRows::Copy> copies = lanes_[lane].shards_[shard];
    for (std::size_t n = 0; n < copies.size(); ++n) {
      if (n + kRowsAhead < copies.size()) {
        const std::array<const float*, 2> ahead{copies[n + kRowsAhead].row,
                                                copies[n + kRowsAhead].values};
        fetch_rows(ahead, stride);
      }
      const auto [values, row, lanes] = copies[n];
      const float* before = copy_of_first(lanes % (1U << lane), row);
      if (before == nullptr) {
        std::swap_ranges(row, row + stride, values);  // for the other lanes to differ from
      } else {
        for (std::size_t i = 0; i < stride; ++i) row[i] += values[i] - before[i];
      }
    }
  }
}

}  // namespace wordkin
