#pragma once

#include <cstdint>
#include <string_view>

namespace wordkin {

// FNV-1a of 64 bits: the same everywhere and for ever, for files and random streams. Not for what
// an adversary chooses.
class Fnv1a {
 public:
  // Adds a byte, or a number as if it were one.
  constexpr void add(std::uint64_t number) { value_ = (value_ ^ number) * 0x100000001b3; }
  constexpr void add(std::string_view bytes) {
    for (const char c : bytes) add(static_cast<unsigned char>(c));
  }
  constexpr std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

}  // namespace wordkin
