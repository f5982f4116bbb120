#pragma once

#include <array>
#include <string>
#include <string_view>

#include "common/enum_names.h"

namespace wordkin {

// What to do with bytes that are not valid UTF-8: fail with an error, replace each maximal
// ill-formed part by U+FFFD (Unicode 15, section 3.9), or keep them as they are.
enum class InvalidUtf8 { kFail, kReplace, kKeep };
template <>
inline constexpr std::array<std::string_view, 3> kEnumNames<InvalidUtf8>{"fail", "replace", "keep"};

bool is_valid_utf8(std::string_view text);
std::string replace_invalid_utf8(std::string_view text);

// Unicode default case folding of UTF-8: texts that differ only in case fold to the same bytes.
std::string fold_case(std::string_view text);

}  // namespace wordkin
