#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/input.h"

namespace wordkin {

// A piece of text that neither begins nor ends within a token.
struct TextBlock {
  std::string text;
  std::string input;         // the name of the file, for messages
  std::uint64_t offset = 0;  // of text in the decompressed input, in bytes
  bool ends_input = false;
};

// Reads inputs one after another as blocks of text. Skips a UTF-8 byte-order mark and throws
// FormatError for UTF-16.
class BlockReader {
 public:
  // Tokens of more than about `longest_token` bytes, which have to be in memory whole, are errors.
  explicit BlockReader(std::span<const std::filesystem::path> inputs,
                       std::uint64_t longest_token = ~std::uint64_t{0})
      : inputs_(inputs), longest_token_(longest_token) {}

  // Nothing after the last block. Throws IoError and FormatError.
  std::optional<TextBlock> next();

  // Bytes taken from the inputs so far, before decompression.
  std::uint64_t consumed() const;
  // Bytes of text so far, after decompression.
  std::uint64_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kBlockSize = std::size_t{1} << 20;

  std::size_t byte_order_mark_length(const std::string& text) const;

  std::span<const std::filesystem::path> inputs_;
  std::uint64_t longest_token_;
  std::optional<Input> input_;
  std::string carry_;         // the start of a token, cut off the last block
  std::uint64_t offset_ = 0;  // of carry_ in the current input
  std::uint64_t consumed_before_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace wordkin
