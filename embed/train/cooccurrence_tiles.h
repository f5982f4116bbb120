#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "common/spill_store.h"
#include "embed/train/cooccurrence.h"

namespace wordkin {

// An entry of the matrix of co-occurrences within a tile: the places of its words in their parts.
struct TileEntry {
  std::uint16_t word;
  std::uint16_t context;
  float count;
};

// How the vocabulary is dealt out to parts, a power of two: word w is number w / parts of part
// w % parts, so that each part has frequent and rare words alike.
class WordParts {
 public:
  WordParts(WordId words, int log_parts) : words_(words), log_parts_(log_parts) {}
  // So many parts that the parameters of one, `row_bytes` for each word, stay in a core's cache.
  static WordParts for_cache(WordId words, std::size_t row_bytes);

  WordId words() const { return words_; }
  std::size_t parts() const { return std::size_t{1} << log_parts_; }
  std::size_t part_of(WordId word) const { return word & (parts() - 1); }
  std::size_t place_of(WordId word) const { return word >> log_parts_; }
  WordId word_at(std::size_t part, std::size_t place) const {
    return static_cast<WordId>((place << log_parts_) + part);
  }
  // The words of a part.
  std::size_t size_of(std::size_t part) const {
    return (words_ + parts() - 1 - part) >> log_parts_;
  }

 private:
  WordId words_;
  int log_parts_;
};

// The matrix of co-occurrences, cut into tiles: tile (p, q) holds the entries of the words of part
// p with the contexts of part q. In memory, or in a temporary file beyond a budget.
class CooccurrenceTiles {
 public:
  // `memory` in bytes; `folder` is for the temporary file, by default TMPDIR.
  CooccurrenceTiles(WordParts parts, std::uint64_t memory, std::filesystem::path folder = {});

  // Bytes that they take up until finish(), besides `memory`.
  static std::uint64_t overhead(const WordParts& parts);

  // Throws IoError when the temporary file cannot be written, and FormatError when a tile has more
  // entries than pairs of words: some come several times.
  void add(const CooccurrenceRow& row);
  // Call it after the last row, before reading.
  void finish();

  const WordParts& parts() const { return parts_; }
  std::uint64_t entries() const { return entries_; }
  // The sum of all counts, in the order in which they came.
  double total() const { return total_; }
  // Of all entries, in any order.
  std::uint64_t hash() const { return hash_; }
  bool in_memory() const { return store_.in_memory(); }
  std::size_t size_of(std::size_t word_part, std::size_t context_part) const {
    return tile(word_part, context_part).entries;
  }
  // Copies the entries of a tile, in the order in which they came. Thread-safe. Throws IoError.
  void load(std::size_t word_part, std::size_t context_part, std::vector<TileEntry>& to) const;

 private:
  struct Piece {
    std::size_t offset;  // in the store, in bytes
    std::size_t size;    // in entries
  };
  struct Tile {
    std::vector<TileEntry> open;  // not yet stored
    std::size_t entries = 0;
    std::vector<Piece> pieces;
  };

  const Tile& tile(std::size_t word_part, std::size_t context_part) const {
    return tiles_[word_part * parts_.parts() + context_part];
  }
  void store(Tile& tile);

  WordParts parts_;
  SpillStore store_;
  std::vector<Tile> tiles_;
  std::uint64_t entries_ = 0;
  double total_ = 0;
  std::uint64_t hash_ = 0;
};

}  // namespace wordkin
