#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "embed/map/layout.h"
#include "embed/map/neighborhoods.h"

namespace wordkin {

// Where words lie between two of them: a cosine with their difference for each word of a map.
struct MapAxis {
  std::string low;
  std::string high;
  std::vector<float> values;
};

// All that a picture of words shows. Words are as they are in the vectors: any bytes.
struct WordMap {
  std::string note;  // what it shows and how it was made
  std::vector<std::string> words;
  Layout layout;
  Neighborhoods neighbors;                // equally many for each word
  std::vector<std::uint64_t> counts;      // of each word in the text; empty: not known
  std::vector<std::string> group_names;   // empty: there are no groups
  std::vector<std::size_t> groups;        // of each word
  std::optional<std::size_t> background;  // the group of words that are there for orientation
  std::vector<MapAxis> axes;
};

// A page to explore it by, which shows the neighbours too, and a picture to print.
std::string map_page(const WordMap& map);
std::string map_svg(const WordMap& map);

}  // namespace wordkin
