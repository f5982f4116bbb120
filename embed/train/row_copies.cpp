#include "embed/train/row_copies.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "embed/train/hogwild_kernels.h"

namespace wordkin {
namespace {

constexpr std::size_t kRowsPerPiece = 64;  // of memory
constexpr std::size_t kRowsAhead = 4;      // rows that are fetched before their turn
constexpr std::size_t kCacheLine = 64 / sizeof(float);

}  // namespace

float* RowCopies::use(const Matrix& matrix, WordId id) {
  const auto row = &matrix == &first_ ? id : first_.rows() + id;
  auto& found = place(row);
  if (found.values != nullptr) return found.values;
  float* values = new_copy();
  found = {values, row};
  copy_row(matrix.padded_row(id), values);
  shards_[row % kShards].push_back(found);
  if (2 * used_ > table_.size()) grow();
  return values;
}

RowCopies::Copy& RowCopies::place(std::size_t row) {
  constexpr std::uint64_t kGolden = 0x9E37'79B9'7F4A'7C15;  // Fibonacci hashing
  const auto mask = table_.size() - 1;
  auto i = (row * kGolden >> 32) & mask;
  while (table_[i].values != nullptr && table_[i].row != row) i = (i + 1) & mask;
  return table_[i];
}

void RowCopies::grow() {
  const auto old = std::exchange(table_, std::vector<Copy>(2 * table_.size()));
  for (const auto& copy : old) {
    if (copy.values != nullptr) place(copy.row) = copy;
  }
}

float* RowCopies::new_copy() {
  const auto piece = used_ / kRowsPerPiece;
  if (piece == memory_.size()) memory_.emplace_back(kRowsPerPiece, first_.cols());
  return memory_[piece].padded_row(used_++ % kRowsPerPiece).data();
}

void RowCopies::clear() {
  used_ = 0;
  std::ranges::fill(table_, Copy{});
  for (auto& shard : shards_) shard.clear();
}

LearnedRows::LearnedRows(Matrix& first, Matrix& second) : first_(first), second_(second) {
  const auto rows = first.rows() + second.rows();
  for (auto& shard : holders_) shard.resize(rows / RowCopies::kShards + 1);
}

void LearnedRows::add(std::span<RowCopies* const> lanes, std::size_t shard) {
  for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
    for (const auto& copy : lanes[lane]->of_shard(shard)) {
      holders(copy.row) |= static_cast<std::uint8_t>(1U << lane);
    }
  }
  for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
    const auto copies = lanes[lane]->of_shard(shard);
    for (std::size_t n = 0; n < copies.size(); ++n) {
      if (n + kRowsAhead < copies.size()) fetch(copies[n + kRowsAhead]);
      add(lanes, lane, copies[n]);
    }
  }
}

void LearnedRows::add(std::span<RowCopies* const> lanes, std::size_t lane,
                      const RowCopies::Copy& copy) {
  float* row = values_of(copy.row);
  const auto stride = first_.stride();
  auto& held = holders(copy.row);
  const auto first = static_cast<std::size_t>(std::countr_zero(held));
  if (held == 1U << lane) {
    copy_row({copy.values, stride}, row);
  } else if (first == lane) {
    std::swap_ranges(row, row + stride, copy.values);  // for the other lanes to differ from
  } else {
    const float* before = lanes[first]->of_row(copy.row);
    for (std::size_t i = 0; i < stride; ++i) row[i] += copy.values[i] - before[i];
  }
  const bool is_last = held >> lane == 1;
  if (is_last) held = 0;
}

float* LearnedRows::values_of(std::size_t row) {
  return row < first_.rows() ? first_.padded_row(row).data()
                             : second_.padded_row(row - first_.rows()).data();
}

void LearnedRows::fetch(const RowCopies::Copy& copy) {
  const float* row = values_of(copy.row);
  for (std::size_t i = 0; i < first_.stride(); i += kCacheLine) {
    __builtin_prefetch(row + i, 1);
    __builtin_prefetch(copy.values + i);
  }
}

}  // namespace wordkin
