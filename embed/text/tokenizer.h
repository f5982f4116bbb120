#pragma once

#include <cstddef>
#include <string_view>

namespace wordkin {

// ASCII white space separates tokens; every other byte, NUL included, belongs to one.
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

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

}  // namespace wordkin
