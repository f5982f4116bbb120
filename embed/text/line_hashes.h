#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>

namespace wordkin {

// Counts which lines of a text repeat an earlier one, in bounded memory: by hashes of 64 bits, and
// when there are too many, of a random part of all different lines, a half, a quarter, and so on.
class LineHashes {
 public:
  // `most` different lines are held at a time.
  explicit LineHashes(std::size_t most = std::size_t{1} << 19) : most_(most) {}

  static std::uint64_t hash(std::string_view line) { return std::hash<std::string_view>{}(line); }

  // Whether a line with this hash was there before; false for those left out.
  bool add(std::uint64_t hash);

  // The share of lines that repeat an earlier one; exact unless is_estimate().
  double repeated_share() const {
    return lines_ == 0 ? 0 : static_cast<double>(repeated_) / static_cast<double>(lines_);
  }
  bool is_estimate() const { return left_out_bits_ > 0; }

 private:
  bool is_left_out(std::uint64_t hash) const {
    return left_out_bits_ > 0 && hash >> (64 - left_out_bits_) != 0;
  }
  // Leaves out every second of the different lines.
  void halve();

  std::size_t most_;
  int left_out_bits_ = 0;
  std::unordered_map<std::uint64_t, std::uint32_t> counts_;
  std::uint64_t lines_ = 0;     // of those in counts_
  std::uint64_t repeated_ = 0;  // lines that came after the first of their kind
};

}  // namespace wordkin
