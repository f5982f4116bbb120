#include "embed/text/block_reader.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "common/error.h"
#include "embed/text/tokenizer.h"

namespace wordkin {
namespace {

// The share of NUL among the first bytes: a quarter or more in UTF-16 text of which half is ASCII,
// over half in UTF-32 and where there is nothing, and next to none in what is text.
double share_of_zeros(std::string_view text) {
  constexpr std::size_t kLeast = 64;
  const auto start = text.substr(0, 1024);
  if (start.size() < kLeast) return 0;
  return static_cast<double>(std::ranges::count(start, '\0')) / static_cast<double>(start.size());
}

// Appends up to `most` bytes, and returns how many there were. A small input takes up little
// memory.
std::size_t append(Input& input, std::size_t most, std::string& text) {
  constexpr std::size_t kFirst = std::size_t{1} << 14;
  const auto before = text.size();
  std::size_t got = 0;
  for (const auto size : {kFirst, most}) {
    text.resize(before + size);
    got += input.read({text.data() + before + got, size - got});
    if (got < size) break;
  }
  text.resize(before + got);
  return got;
}

}  // namespace

std::optional<TextBlock> BlockReader::next() {
  if (!input_) {
    if (inputs_.empty()) return std::nullopt;
    input_.emplace(inputs_.front());
    inputs_ = inputs_.subspan(1);
    offset_ = 0;
    in_line_ = false;
  }
  TextBlock block{std::move(carry_), input_->name(), offset_, false, in_line_};
  carry_.clear();
  for (;;) {
    const auto before = block.text.size();
    const auto got = append(*input_, kBlockSize, block.text);
    bytes_ += got;
    block.consumed = consumed();
    if (block.offset == 0 && before == 0) {
      block.offset = byte_order_mark_length(block.text);
      block.text.erase(0, block.offset);
    }
    if (got < kBlockSize) {
      consumed_before_ += input_->consumed();
      input_.reset();
      block.ends_input = true;
      return block;
    }
    // What was there before the new bytes holds no end.
    const auto length = end_in(std::string_view(block.text).substr(before));
    if (length == 0) {  // all one token so far
      if (block.text.size() - kBlockSize <= longest_token_) continue;
      throw FormatError(
          fmt::format("{}: no white space in {} bytes from byte {} on, which are a token that "
                      "--memory has no room for; separate the words, or leave the file out",
                      block.input, block.text.size(), block.offset));
    }
    const auto end = before + length;
    carry_ = block.text.substr(end);
    block.text.resize(end);
    offset_ = block.offset + end;
    in_line_ = block.text.back() != '\n';
    return block;
  }
}

std::size_t BlockReader::end_in(std::string_view bytes) const {
  if (end_ == BlockEnd::kLine) {
    if (const auto newline = bytes.rfind('\n'); newline != bytes.npos) return newline + 1;
  }
  const auto last_space = std::find_if(bytes.rbegin(), bytes.rend(), is_space);
  return static_cast<std::size_t>(bytes.rend() - last_space);
}

std::size_t BlockReader::byte_order_mark_length(const std::string& text) const {
  const auto zeros = share_of_zeros(text);
  if (zeros > 0.55) {
    throw FormatError(
        fmt::format("{}: is no text: {:.0f} % of its first bytes are NUL; expected UTF-8",
                    input_->name(), 100 * zeros));
  }
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") || zeros > 0.25) {
    throw FormatError(
        fmt::format("{}: is UTF-16 text, expected UTF-8; convert it with: iconv -f UTF-16 -t UTF-8",
                    input_->name()));
  }
  return text.starts_with("\xef\xbb\xbf") ? 3 : 0;
}

std::uint64_t BlockReader::consumed() const {
  return consumed_before_ + (input_ ? input_->consumed() : 0);
}

}  // namespace wordkin
