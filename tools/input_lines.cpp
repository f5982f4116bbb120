#include "tools/input_lines.h"

#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "common/error.h"

namespace wordkin {

void for_each_arrival(Input& input, const std::function<void(std::string_view)>& on_lines) {
  std::string pending;
  std::vector<char> buffer(std::size_t{1} << 16);
  for (std::size_t size = 0; (size = input.read_some(buffer)) > 0;) {
    const std::string_view bytes(buffer.data(), size);
    if (bytes.find('\0') != bytes.npos) {
      throw FormatError(fmt::format(
          "{}: holds NUL bytes, expected lines of UTF-8; convert UTF-16 with iconv", input.name()));
    }
    const auto end = bytes.rfind('\n');
    const auto before = pending.size();
    pending.append(bytes);
    if (end == bytes.npos) continue;
    const auto whole = before + end + 1;
    on_lines(std::string_view(pending).substr(0, whole));
    pending.erase(0, whole);
  }
  if (!pending.empty()) on_lines(pending);
}

}  // namespace wordkin
