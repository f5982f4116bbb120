#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace wordkin {

// Distinct byte strings, numbered 0, 1, 2, ... in the order of their insertion. The bytes of all
// lie one after another; an open-addressing hash table finds them. Reading is thread-safe.
class StringTable {
 public:
  // The largest number of strings; ids from here on are free for markers.
  static constexpr std::uint32_t kMaxSize = 0xfffffff0;

  // The number of `text`, inserted if it is new. Throws Error beyond kMaxSize strings.
  std::uint32_t insert(std::string_view text);
  std::optional<std::uint32_t> find(std::string_view text) const;

  std::string_view operator[](std::uint32_t id) const {
    return {bytes_.data() + offsets_[id],
            static_cast<std::size_t>(offsets_[id + 1] - offsets_[id])};
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(offsets_.size() - 1); }

  // Bytes of memory that the table takes up.
  std::uint64_t memory() const {
    return bytes_.capacity() + offsets_.capacity() * sizeof(std::uint64_t) +
           slots_.capacity() * sizeof(Slot);
  }

  // string i is bytes()[offsets()[i]] up to offsets()[i + 1]; size() + 1 offsets.
  const std::vector<char>& bytes() const { return bytes_; }
  const std::vector<std::uint64_t>& offsets() const { return offsets_; }

 private:
  struct Slot {
    std::uint32_t tag = 0;  // other bits of the hash than those that choose the slot
    std::uint32_t id = kFree;
  };
  static constexpr std::uint32_t kFree = 0xffffffff;

  // The slot that holds `text`, or the free one where it belongs.
  std::size_t probe(std::string_view text, std::uint64_t hash) const;
  void grow();

  std::vector<char> bytes_;
  std::vector<std::uint64_t> offsets_{0};
  std::vector<Slot> slots_;  // a power of two of them, at most half in use
};

}  // namespace wordkin
