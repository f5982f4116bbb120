#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
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

// A checksum of many bytes, which come in any portions, eight at a time. It tells damage, not an
// adversary's work.
class Checksum {
 public:
  void add(std::string_view bytes) {
    size_ += bytes.size();
    for (; held_ > 0 && !bytes.empty(); bytes.remove_prefix(1)) hold(bytes.front());
    for (; bytes.size() >= sizeof(word_); bytes.remove_prefix(sizeof(word_))) {
      std::memcpy(&word_, bytes.data(), sizeof(word_));
      mix(word_);
    }
    for (; !bytes.empty(); bytes.remove_prefix(1)) hold(bytes.front());
  }

  std::uint64_t value() const {
    auto end = *this;
    if (end.held_ > 0) end.mix(end.word_);
    end.mix(size_);
    return end.value_;
  }

 private:
  void hold(char byte) {
    if (held_ == 0) word_ = 0;
    word_ |= std::uint64_t{static_cast<unsigned char>(byte)} << 8 * held_;
    if (++held_ < sizeof(word_)) return;
    mix(word_);
    held_ = 0;
  }
  // One to one in either number, so no single change is lost.
  void mix(std::uint64_t word) { value_ = std::rotl((value_ ^ word) * 0x9e37'79b9'7f4a'7c15, 29); }

  std::uint64_t value_ = 0;
  std::uint64_t size_ = 0;
  std::uint64_t word_ = 0;  // of which `held_` bytes have come
  unsigned held_ = 0;
};

}  // namespace wordkin
