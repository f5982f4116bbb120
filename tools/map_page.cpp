#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "tools/map_colours.h"
#include "tools/page.h"
#include "tools/page_assets.h"
#include "tools/word_map.h"

namespace wordkin {
namespace {

using Json = nlohmann::ordered_json;

// Whole numbers are the shortest to write: places in millionths of the map's side, cosines in
// ten-thousandths.
Json scaled(const std::vector<float>& values, double factor) {
  auto json = Json::array();
  for (const auto value : values) json.push_back(std::lround(factor * value));
  return json;
}

void add_places(Json& data, const Layout& layout) {
  const auto [left, right] = std::ranges::minmax(layout.x);
  const auto [bottom, top] = std::ranges::minmax(layout.y);
  const double side = std::max({double{right} - left, double{top} - bottom, 1e-30});
  data["x"] = Json::array();
  data["y"] = Json::array();
  for (std::size_t i = 0; i < layout.size(); ++i) {
    data["x"].push_back(std::lround((double{layout.x[i]} - left) / side * 1e6));
    data["y"].push_back(std::lround((double{layout.y[i]} - bottom) / side * 1e6));
  }
}

Json neighbors_json(const Neighborhoods& neighborhoods) {
  Json json = {{"count", neighborhoods.front().size()},
               {"words", Json::array()},
               {"cosines", Json::array()}};
  for (const auto& neighbors : neighborhoods) {
    for (const auto& [word, similarity] : neighbors) {
      json["words"].push_back(word);
      json["cosines"].push_back(std::lround(1e4 * similarity));
    }
  }
  return json;
}

Json colours_json(const MapColours& colours) {
  return {{"paper", colours.paper}, {"ink", colours.ink},
          {"plain", colours.plain}, {"background", colours.background},
          {"low", colours.low},     {"middle", colours.middle},
          {"high", colours.high},   {"accent", colours.accent}};
}

Json data_of(const WordMap& map) {
  Json data = {{"note", map.note}, {"words", map.words}};
  add_places(data, map.layout);
  data["neighbors"] = neighbors_json(map.neighbors);
  if (!map.counts.empty()) data["counts"] = map.counts;
  if (!map.group_names.empty()) {
    data["groups"] = {{"names", map.group_names}, {"of", map.groups}};
    if (map.background) data["groups"]["background"] = *map.background;
  }
  data["axes"] = Json::array();
  for (const auto& axis : map.axes) {
    data["axes"].push_back(
        {{"low", axis.low}, {"high", axis.high}, {"values", scaled(axis.values, 1e4)}});
  }
  data["colours"] = {{"groups", kGroupColours},
                     {"light", colours_json(kLightColours)},
                     {"dark", colours_json(kDarkColours)}};
  return data;
}

}  // namespace

std::string map_page(const WordMap& map) {
  return html_page({.title = "Word map",
                    .body = std::string(assets::kMapBody),
                    .style = assets::kMapStyle,
                    .script = assets::kMapScript,
                    .data = data_of(map)});
}

}  // namespace wordkin
