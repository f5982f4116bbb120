#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "common/spill_store.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

// A row of counts in whole units; contexts ascend.
struct UnitRow {
  WordId word;
  std::span<const WordId> contexts;
  std::span<const std::uint64_t> units;
};

// Counts of a part of the corpus, the rows in the order of their words, in a temporary file.
class CooccurrenceRun {
 public:
  // Bytes that one takes up while it is read, of rows of `words` contexts at most.
  static std::uint64_t reading_memory(WordId words);
  // How many bytes a row takes up in the file.
  static std::uint64_t bytes_of(const UnitRow& row);

  explicit CooccurrenceRun(const std::filesystem::path& folder);

  // Throws IoError when the disk is full.
  void append(const UnitRow& row);
  // Call it after the last row, before reading.
  void finish();
  std::uint64_t bytes() const { return store_.size(); }

  // Reading: the row that comes next, valid until pop(); has_row() tells whether there is one.
  void start_reading();
  bool has_row() const { return has_row_; }
  UnitRow row() const { return {word_, contexts_, units_}; }
  void pop();

 private:
  template <class T>
  void put(std::span<const T> values);
  template <class T>
  void get(std::span<T> values);
  void refill();

  SpillStore store_;
  std::vector<char> buffer_;
  std::size_t buffer_at_ = 0;   // when reading
  std::uint64_t read_ = 0;      // taken from the file into the buffer
  std::uint64_t consumed_ = 0;  // taken from the buffer
  bool has_row_ = false;
  WordId word_ = 0;
  std::vector<WordId> contexts_;
  std::vector<std::uint64_t> units_;
};

}  // namespace wordkin
