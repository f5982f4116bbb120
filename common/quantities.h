#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wordkin {

// How messages write numbers.

std::string format_count(std::uint64_t count);  // 1,234,567
// "1 word", "1,234 words"; `many` where that is not `one` with an s.
std::string counted(std::uint64_t count, std::string_view one, std::string_view many = {});
// 12.3 MiB; powers of 1024, as sizes in options are.
std::string format_bytes(std::uint64_t bytes);

}  // namespace wordkin
