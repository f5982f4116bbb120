#include "common/machine_limits.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

namespace wordkin {
namespace {

namespace fs = std::filesystem;

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

// The words of a file's first line; none where it cannot be read.
std::vector<std::string> words_of(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  std::istringstream words(line);
  return {std::istream_iterator<std::string>(words), {}};
}

// A number that stands alone in a file.
std::optional<std::uint64_t> number_in(const fs::path& file) {
  const auto words = words_of(file);
  return words.size() == 1 ? parse_number(words.front()) : std::nullopt;
}

template <class T>
void lower(std::optional<T>& limit, std::optional<T> to) {
  if (to && (!limit || *to < *limit)) limit = to;
}

std::optional<double> quotient(std::optional<std::uint64_t> quota,
                               std::optional<std::uint64_t> period) {
  if (!quota || !period || *quota == 0 || *period == 0) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

// A limit of 0 bytes would have ended this process: it says that nothing is known.
std::optional<std::uint64_t> bytes_in(const fs::path& file) {
  const auto bytes = number_in(file);
  return bytes == 0 ? std::nullopt : bytes;
}

void lower_by_group(ControlGroupLimits& limits, const fs::path& group) {
  for (const auto* name : {"memory.max", "memory.high", "memory.limit_in_bytes"}) {
    lower(limits.memory, bytes_in(group / name));
  }
  if (const auto words = words_of(group / "cpu.max"); words.size() == 2) {
    lower(limits.processors, quotient(parse_number(words[0]), parse_number(words[1])));
  }
  lower(limits.processors,
        quotient(number_in(group / "cpu.cfs_quota_us"), number_in(group / "cpu.cfs_period_us")));
}

// Of the group and all above it. In a container the group's own folder may be out of sight, and
// what limits it at the top.
void lower_by_groups(ControlGroupLimits& limits, const fs::path& top, fs::path group) {
  for (; !group.empty(); group = group.parent_path()) lower_by_group(limits, top / group);
  lower_by_group(limits, top);
}

}  // namespace

ControlGroupLimits control_group_limits(const ControlGroupFolders& folders) {
  ControlGroupLimits limits;
  // A line is "number:controllers:/path/of/the/group", in version 2 without controllers.
  std::ifstream lines(folders.process);
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find(':');
    const auto second = first == line.npos ? first : line.find(':', first + 1);
    if (second == line.npos) continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    const auto group = fs::path(line.substr(second + 1)).relative_path();
    // Version 1 has a folder for each set of controllers; beside them, version 2 is in "unified".
    if (controllers.empty()) lower_by_groups(limits, folders.groups, group);
    lower_by_groups(limits, folders.groups / (controllers.empty() ? "unified" : controllers),
                    group);
  }
  return limits;
}

std::uint64_t memory_limit() {
  const auto machine = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                       static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return std::min(machine, control_group_limits().memory.value_or(machine));
}

}  // namespace wordkin
