#include "common/error.h"

#include <system_error>

#include <fmt/format.h>

namespace wordkin {

IoError io_error(const std::filesystem::path& path, std::string_view action, int error_number) {
  return IoError(fmt::format("{}: cannot {}: {}", path.string(), action,
                             std::generic_category().message(error_number)));
}

}  // namespace wordkin
