#pragma once

#include <string_view>

namespace wordkin {

// The version of the library and of the program; the build reads it from here too.
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace wordkin
