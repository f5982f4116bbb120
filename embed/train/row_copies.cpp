#include "embed/train/row_copies.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace wordkin {
namespace {

constexpr std::size_t kRowsPerPiece = 64;  // of memory
constexpr std::size_t kFirstTable = 512;
constexpr std::size_t kRowsAhead = 4;  // rows that are fetched before their turn
constexpr std::size_t kCacheLine = 64 / sizeof(float);

}  // namespace

RowCopies::RowCopies(std::size_t cols) : cols_(cols), table_(kFirstTable) {}

float* RowCopies::use(Matrix& matrix, WordId row) {
  const auto values = matrix.padded_row(row);
  auto& found = place(values.data());
  if (found.row != nullptr) return found.copy;
  found = {new_copy(), values.data()};
  std::ranges::copy(values, found.copy);
  shards_[row % kShards].push_back(found);
  float* copy = found.copy;
  if (2 * used_ > table_.size()) grow();
  return copy;
}

RowCopies::RowCopy& RowCopies::place(const float* row) {
  constexpr std::uint64_t kGolden = 0x9E37'79B9'7F4A'7C15;  // Fibonacci hashing
  const auto mask = table_.size() - 1;
  auto i = (reinterpret_cast<std::uintptr_t>(row) * kGolden >> 32) & mask;
  while (table_[i].row != nullptr && table_[i].row != row) i = (i + 1) & mask;
  return table_[i];
}

void RowCopies::grow() {
  const auto old = std::exchange(table_, std::vector<RowCopy>(2 * table_.size()));
  for (const auto& entry : old) {
    if (entry.row != nullptr) place(entry.row) = entry;
  }
}

float* RowCopies::new_copy() {
  const auto piece = used_ / kRowsPerPiece;
  if (piece == memory_.size()) memory_.emplace_back(kRowsPerPiece, cols_);
  return memory_[piece].padded_row(used_++ % kRowsPerPiece).data();
}

void RowCopies::finish() {
  for (const auto& shard : shards_) {
    for (const auto& [copy, row] : shard) {
      for (std::size_t i = 0; i < padded(cols_); ++i) copy[i] -= row[i];
    }
  }
}

void RowCopies::apply(std::size_t shard) const {
  const auto& changes = shards_[shard];
  const auto stride = padded(cols_);
  for (std::size_t n = 0; n < changes.size(); ++n) {
    if (n + kRowsAhead < changes.size()) {
      for (std::size_t i = 0; i < stride; i += kCacheLine) {
        __builtin_prefetch(changes[n + kRowsAhead].row + i, 1);
        __builtin_prefetch(changes[n + kRowsAhead].copy + i);
      }
    }
    for (std::size_t i = 0; i < stride; ++i) changes[n].row[i] += changes[n].copy[i];
  }
}

void RowCopies::clear() {
  used_ = 0;
  std::ranges::fill(table_, RowCopy{});
  for (auto& shard : shards_) shard.clear();
}

}  // namespace wordkin
