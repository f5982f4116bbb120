#include "embed/vectors/word2vec_header.h"

#include <algorithm>
#include <charconv>

namespace wordkin {
namespace {

// Takes a number and the white space of the same line around it off the front of `text`.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  const auto skip_blanks = [&] {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r"), text.size()));
  };
  skip_blanks();
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  skip_blanks();
  return number;
}

}  // namespace

std::optional<Word2VecHeader> parse_word2vec_header(std::string_view text) {
  const auto size = text.size();
  const auto rows = take_number(text);
  const auto dim = rows ? take_number(text) : std::nullopt;
  if (!dim || !text.starts_with('\n')) return std::nullopt;
  return Word2VecHeader{*rows, *dim, size - text.size() + 1};
}

}  // namespace wordkin
