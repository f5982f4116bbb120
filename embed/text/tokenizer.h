#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace wordkin {

// ASCII white space separates tokens; every other byte, NUL included, belongs to one.
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The text without the white space before and after it.
constexpr std::string_view without_outer_space(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Calls on_token(token, offset in `text`) for each token and on_newline() for each '\n', in order.
template <class OnToken, class OnNewline>
void tokenize(std::string_view text, OnToken&& on_token, OnNewline&& on_newline) {
  for (std::size_t i = 0; i < text.size();) {
    if (is_space(text[i])) {
      if (text[i] == '\n') on_newline();
      ++i;
      continue;
    }
    const auto begin = i;
    while (i < text.size() && !is_space(text[i])) ++i;
    on_token(text.substr(begin, i - begin), begin);
  }
}

// The tokens of `text`.
inline std::vector<std::string_view> split_tokens(std::string_view text) {
  std::vector<std::string_view> tokens;
  tokenize(
      text, [&](std::string_view token, std::size_t) { tokens.push_back(token); }, [] {});
  return tokens;
}

}  // namespace wordkin
