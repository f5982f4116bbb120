#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace wordkin {

// The spellings of an enumeration's values in options and files, in the order of the enumerators:
//   template <> inline constexpr std::array<std::string_view, 2> kEnumNames<Loss>{"ns", "hs"};
template <class E>
inline constexpr auto kEnumNames = nullptr;

template <class E>
constexpr std::string_view enum_name(E value) {
  return kEnumNames<E>[static_cast<std::size_t>(value)];
}

template <class E>
constexpr std::optional<E> enum_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kEnumNames<E>.size(); ++i) {
    if (kEnumNames<E>[i] == name) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace wordkin
