#include "embed/train/cooccurrence_tiles.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "common/error.h"
#include "common/random.h"

namespace wordkin {
namespace {

// Entries in a piece of a tile that is stored at a time: 8 kB.
constexpr std::size_t kPieceSize = 1024;
// As many tiles can be trained at the same time; more than there are cores keep them all busy.
constexpr int kLeastLogParts = 5;
constexpr int kMostLogParts = 8;
constexpr std::size_t kCacheBytes = std::size_t{1} << 21;
constexpr int kPlaceBits = std::numeric_limits<std::uint16_t>::digits;

}  // namespace

WordParts WordParts::for_cache(WordId words, std::size_t row_bytes) {
  const auto wanted = static_cast<int>(std::bit_width(words * row_bytes / kCacheBytes));
  const auto least = static_cast<int>(std::bit_width(words)) - kPlaceBits;
  return {words, std::max(std::clamp(wanted, kLeastLogParts, kMostLogParts), least)};
}

CooccurrenceTiles::CooccurrenceTiles(WordParts parts, std::uint64_t memory,
                                     std::filesystem::path folder)
    : parts_(parts),
      store_(memory, "co-occurrences", std::move(folder)),
      tiles_(parts.parts() * parts.parts()) {}

std::uint64_t CooccurrenceTiles::overhead(const WordParts& parts) {
  return parts.parts() * parts.parts() * kPieceSize * sizeof(TileEntry);
}

void CooccurrenceTiles::add(const CooccurrenceRow& row) {
  auto* tiles = &tiles_[parts_.part_of(row.word) * parts_.parts()];
  const auto most = parts_.size_of(0) * parts_.size_of(0);  // of pairs in any tile
  const auto place = static_cast<std::uint16_t>(parts_.place_of(row.word));
  for (std::size_t i = 0; i < row.contexts.size(); ++i) {
    auto& tile = tiles[parts_.part_of(row.contexts[i])];
    tile.open.push_back({place, static_cast<std::uint16_t>(parts_.place_of(row.contexts[i])),
                         static_cast<float>(row.counts[i])});
    if (++tile.entries > most) {
      throw FormatError(
          "the co-occurrences hold some pairs of words several times; count them anew");
    }
    if (tile.open.size() == kPieceSize) store(tile);
    total_ += row.counts[i];
    const auto pair = std::uint64_t{row.word} << 32 | row.contexts[i];
    hash_ += RandomStream::split_mix(pair ^ std::bit_cast<std::uint64_t>(row.counts[i]));
  }
  entries_ += row.contexts.size();
}

void CooccurrenceTiles::store(Tile& tile) {
  if (tile.open.empty()) return;
  tile.pieces.push_back({store_.size(), tile.open.size()});
  store_.append(std::span<const TileEntry>(tile.open));
  tile.open.clear();
}

void CooccurrenceTiles::finish() {
  for (auto& tile : tiles_) {
    store(tile);
    tile.open = std::vector<TileEntry>();  // gives its memory back
  }
}

void CooccurrenceTiles::load(std::size_t word_part, std::size_t context_part,
                             std::vector<TileEntry>& to) const {
  to.resize(size_of(word_part, context_part));
  auto left = std::span(to);
  for (const auto& [offset, size] : tile(word_part, context_part).pieces) {
    store_.read(offset, left.first(size));
    left = left.subspan(size);
  }
}

}  // namespace wordkin
