#include "embed/text/unicode.h"

#include <algorithm>
#include <cstdint>
#include <new>

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

namespace wordkin {
namespace {

// Calls on_part(part, code point) for each code point of `text`; the code point of an ill-formed
// part is negative.
template <class F>
void for_each_code_point(std::string_view text, F&& on_part) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto length = static_cast<std::int64_t>(text.size());
  for (std::int64_t i = 0; i < length;) {
    const auto begin = i;
    UChar32 code_point = 0;
    U8_NEXT(bytes, i, length, code_point);
    on_part(text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(i - begin)),
            code_point);
  }
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

icu::StringPiece piece(std::string_view text) {
  return {text.data(), static_cast<std::int32_t>(text.size())};
}

// What `map` writes to a sink, or the text as it is where that fails.
template <class F>
std::string mapped(std::string_view text, F&& map) {
  std::string result;
  icu::StringByteSink<std::string> sink(&result);
  UErrorCode status = U_ZERO_ERROR;
  map(sink, status);
  if (status == U_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
  return U_SUCCESS(status) ? result : std::string(text);
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  if (is_ascii(text)) return true;
  bool valid = true;
  for_each_code_point(text, [&](std::string_view, UChar32 c) { valid = valid && c >= 0; });
  return valid;
}

std::string replace_invalid_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for_each_code_point(
      text, [&](std::string_view part, UChar32 c) { result += c < 0 ? "\xef\xbf\xbd" : part; });
  return result;
}

std::string fold_case(std::string_view text) {
  return mapped(text, [&](icu::ByteSink& sink, UErrorCode& status) {
    icu::CaseMap::utf8Fold(0, piece(text), sink, nullptr, status);
  });
}

std::string to_lower(std::string_view text) {
  return mapped(text, [&](icu::ByteSink& sink, UErrorCode& status) {
    icu::CaseMap::utf8ToLower("", 0, piece(text), sink, nullptr, status);
  });
}

std::string to_upper(std::string_view text) {
  return mapped(text, [&](icu::ByteSink& sink, UErrorCode& status) {
    icu::CaseMap::utf8ToUpper("", 0, piece(text), sink, nullptr, status);
  });
}

std::string to_title(std::string_view text) {
  std::string result;
  bool after_letter = false;
  const auto lower = to_lower(text);
  for_each_code_point(lower, [&](std::string_view part, UChar32 c) {
    const bool is_letter = c >= 0 && u_isalpha(c);
    if (is_letter && !after_letter) {
      icu::UnicodeString(u_totitle(c)).toUTF8String(result);
    } else {
      result += part;
    }
    after_letter = is_letter;
  });
  return result;
}

std::u32string code_points(std::string_view text) {
  std::u32string result;
  for_each_code_point(text, [&](std::string_view, UChar32 c) {
    result += c < 0 ? U'\ufffd' : static_cast<char32_t>(c);
  });
  return result;
}

}  // namespace wordkin
