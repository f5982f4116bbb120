#include "common/error.h"

#include <system_error>

#include <fmt/format.h>

namespace wordkin {

IoError io_error(const std::filesystem::path& path, std::string_view action, int error_number) {
  return IoError(fmt::format("{}: cannot {}: {}", path.string(), action,
                             std::generic_category().message(error_number)));
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  std::string result;
  for (const char c : text.substr(0, kLongest)) {
    const auto byte = static_cast<unsigned char>(c);
    result += byte < 0x20 || byte == 0x7f ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  return text.size() > kLongest ? result + "..." : result;
}

}  // namespace wordkin
