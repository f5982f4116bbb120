#include "embed/train/row_copies.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "embed/train/hogwild_kernels.h"

namespace wordkin {
namespace {

constexpr std::size_t kRowsPerPiece = 64;  // of memory
constexpr std::size_t kFirstTable = 512;

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

RowCopy& RowCopies::place(const float* row) {
  constexpr std::uint64_t kGolden = 0x9E37'79B9'7F4A'7C15;  // Fibonacci hashing
  const auto mask = table_.size() - 1;
  auto i = (reinterpret_cast<std::uintptr_t>(row) * kGolden >> 32) & mask;
  while (table_[i].row != nullptr && table_[i].row != row) i = (i + 1) & mask;
  return table_[i];
}

void RowCopies::grow() {
  std::vector<RowCopy> smaller(2 * table_.size());
  std::swap(smaller, table_);
  for (const auto& entry : smaller) {
    if (entry.row != nullptr) place(entry.row) = entry;
  }
}

float* RowCopies::new_copy() {
  const auto piece = used_ / kRowsPerPiece;
  if (piece == memory_.size()) memory_.emplace_back(kRowsPerPiece, cols_);
  return memory_[piece].padded_row(used_++ % kRowsPerPiece).data();
}

void RowCopies::finish() {
  for (const auto& shard : shards_) take_changes(shard, padded(cols_));
}

void RowCopies::apply(std::size_t shard) const { add_changes(shards_[shard], padded(cols_)); }

void RowCopies::clear() {
  used_ = 0;
  std::ranges::fill(table_, RowCopy{});
  for (auto& shard : shards_) shard.clear();
}

}  // namespace wordkin
