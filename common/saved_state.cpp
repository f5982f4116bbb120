#include "common/saved_state.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/error.h"

namespace wordkin {

void check_saved_options(const Safetensors& file, const std::map<std::string, std::string>& now) {
  std::vector<std::string> differences;
  for (const auto& [option, value] : now) {
    const auto saved = file.metadata().find(option);
    if (saved == file.metadata().end()) {
      throw FormatError(fmt::format("{}: is no saved state of such training: it has no '{}'",
                                    file.name(), option));
    }
    if (saved->second == value) continue;
    differences.push_back(
        fmt::format("{} {}, found {}", option, excerpt(saved->second), excerpt(value)));
  }
  if (differences.empty()) return;
  throw UsageError(
      fmt::format("{}: was saved with {}; resume with the same program, input and options",
                  file.name(), fmt::join(differences, "; with ")));
}

void refuse_tensor(const Safetensors& file, std::string_view tensor, std::string_view what) {
  throw FormatError(
      fmt::format("{}: tensor '{}' {}; the file is damaged", file.name(), tensor, what));
}

}  // namespace wordkin
