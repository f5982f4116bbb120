#pragma once

#include <array>
#include <string_view>

namespace wordkin {

// Of groups of words, on light and on dark paper; more groups begin again with the first.
inline constexpr std::array<std::string_view, 10> kGroupColours{
    "#4269d0", "#e07b39", "#3ca951", "#a463f2", "#d6455d",
    "#2a9d9a", "#c9a227", "#9c6b4e", "#e377b5", "#6f8fb8"};

struct MapColours {
  std::string_view paper;
  std::string_view ink;
  std::string_view plain;       // words without groups
  std::string_view background;  // words that are there for orientation
  std::string_view low;         // the ends and the middle of an axis
  std::string_view middle;
  std::string_view high;
  std::string_view accent;  // the chosen word
};
inline constexpr MapColours kLightColours{"#fbfbfa", "#22262e", "#5f7fb5", "#b4bac4",
                                          "#2166ac", "#c9c9c6", "#c4551c", "#c2410c"};
inline constexpr MapColours kDarkColours{"#15171b", "#e4e6ea", "#86a7de", "#565d69",
                                         "#6aaef2", "#4b4f57", "#f39a5c", "#ffb27a"};

}  // namespace wordkin
