#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/input.h"

namespace wordkin {

// A piece of text that neither begins nor ends within a token.
struct TextBlock {
  std::string text;
  std::string input;         // the name of the file, for messages
  std::uint64_t offset = 0;  // of text in the decompressed input, in bytes
  bool ends_input = false;
  bool continues_line = false;  // which began in the block before
  std::uint64_t consumed = 0;   // of all inputs when it was read, in bytes before decompression
};

// Where blocks are cut: after any white space, or after a newline where a block has one.
enum class BlockEnd { kWord, kLine };

// Reads inputs one after another as blocks of text. Skips a UTF-8 byte-order mark and throws
// FormatError for UTF-16.
class BlockReader {
 public:
  // Tokens of more than about `longest_token` bytes, which have to be in memory whole, are errors.
  explicit BlockReader(std::span<const std::filesystem::path> inputs,
                       std::uint64_t longest_token = ~std::uint64_t{0},
                       BlockEnd end = BlockEnd::kWord)
      : inputs_(inputs), longest_token_(longest_token), end_(end) {}

  // Nothing after the last block. Throws IoError and FormatError.
  std::optional<TextBlock> next();

  // Bytes taken from the inputs so far, before decompression.
  std::uint64_t consumed() const;
  // Bytes of text so far, after decompression.
  std::uint64_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kBlockSize = std::size_t{1} << 20;

  // How many of the bytes belong to a block that ends in them; 0: none ends.
  std::size_t end_in(std::string_view bytes) const;
  std::size_t byte_order_mark_length(const std::string& text) const;

  std::span<const std::filesystem::path> inputs_;
  std::uint64_t longest_token_;
  BlockEnd end_;
  std::optional<Input> input_;
  std::string carry_;         // the start of a token or line, cut off the last block
  std::uint64_t offset_ = 0;  // of carry_ in the current input
  bool in_line_ = false;      // the last block did not end in a newline
  std::uint64_t consumed_before_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace wordkin
