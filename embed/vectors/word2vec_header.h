#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wordkin {

// The first line of word2vec's formats: "V D\n".
struct Word2VecHeader {
  std::uint64_t rows = 0;
  std::uint64_t dim = 0;
  std::size_t length = 0;  // of the line, its newline included
};

// The header that `text` starts with, if any.
std::optional<Word2VecHeader> parse_word2vec_header(std::string_view text);

}  // namespace wordkin
