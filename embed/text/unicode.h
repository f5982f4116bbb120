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

// In lower case, in upper case, and with each letter that follows no letter in title case and the
// others in lower case, by Unicode's default mappings, for no language in particular.
std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
std::string to_title(std::string_view text);

// The code points of UTF-8, with U+FFFD for each ill-formed part.
std::u32string code_points(std::string_view text);

}  // namespace wordkin
