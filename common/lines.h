#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace wordkin {

// The lines of `text` without their ends ("\n" or "\r\n"). A last line need not have one.
inline std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace wordkin
