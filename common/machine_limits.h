#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace wordkin {

// Where the system says which control groups this process is in, and what they may use.
struct ControlGroupFolders {
  std::filesystem::path groups = "/sys/fs/cgroup";
  std::filesystem::path process = "/proc/self/cgroup";  // a file
};

// What control groups (containers, services) allow this process: the least that the process's group
// or one above it has, of version 2 (memory.max, memory.high, cpu.max) and version 1
// (memory.limit_in_bytes, cpu.cfs_quota_us). What cannot be read, or is no number, limits nothing.
struct ControlGroupLimits {
  std::optional<std::uint64_t> memory;  // bytes
  std::optional<double> processors;     // 1.5: one and a half
};
ControlGroupLimits control_group_limits(const ControlGroupFolders& folders = {});

// Bytes of memory that this process may use: what the machine has, or less where a control group
// limits it.
std::uint64_t memory_limit();

}  // namespace wordkin
