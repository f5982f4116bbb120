#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "embed/text/unicode.h"
#include "tools/map_colours.h"
#include "tools/page.h"
#include "tools/word_map.h"

namespace wordkin {
namespace {

constexpr double kWidth = 1200;
constexpr double kHeight = 900;
constexpr double kMargin = 50;
constexpr double kFontSize = 12;
constexpr std::size_t kLongestLabel = 32;  // code points

struct Box {
  double left, top, right, bottom;

  bool meets(const Box& other) const {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
};

// A colour between two, by its share of the second; both are "#rrggbb".
std::string mixed(std::string_view from, std::string_view to, double share) {
  std::string colour = "#";
  for (std::size_t at = 1; at < from.size(); at += 2) {
    const auto channel = [&](std::string_view text) {
      int value = 0;
      std::from_chars(text.data() + at, text.data() + at + 2, value, 16);
      return value;
    };
    const auto value = channel(from) + share * (channel(to) - channel(from));
    colour += fmt::format("{:02x}", static_cast<int>(std::lround(value)));
  }
  return colour;
}

// What a word looks like in one line, and about how wide it is: fonts differ.
struct Label {
  std::string text;
  double width = 0;
};

Label label_of(std::string_view word) {
  const auto valid = replace_invalid_utf8(word);
  Label label;
  std::size_t letters = 0;
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const auto byte = static_cast<unsigned char>(valid[i]);
    if (byte < 0x80 || byte >= 0xc0) {  // the first byte of a code point
      if (letters++ == kLongestLabel) {
        label.text += "\u2026";
        break;
      }
      label.width += kFontSize * (byte >= 0xe1 ? 1.0 : 0.58);  // from U+1000 on
    }
    label.text += valid[i];
  }
  return label;
}

// Rectangles that are taken, by stripes, so that few are compared.
class Taken {
 public:
  bool take(const Box& box) {
    const auto stripe = [](double y) { return std::clamp<int>(static_cast<int>(y / 20), 0, 60); };
    for (auto i = stripe(box.top); i <= stripe(box.bottom); ++i) {
      const auto& boxes = stripes_[static_cast<std::size_t>(i)];
      if (std::ranges::any_of(boxes, [&](const Box& other) { return box.meets(other); })) {
        return false;
      }
    }
    for (auto i = stripe(box.top); i <= stripe(box.bottom); ++i) {
      stripes_[static_cast<std::size_t>(i)].push_back(box);
    }
    return true;
  }

 private:
  std::array<std::vector<Box>, 61> stripes_;
};

class Picture {
 public:
  explicit Picture(const WordMap& map) : map_(map) {
    const auto [left, right] = std::ranges::minmax(map.layout.x);
    const auto [bottom, top] = std::ranges::minmax(map.layout.y);
    const double width = double{right} - left;
    const double height = double{top} - bottom;
    const auto room = [](double size) { return size - 2 * kMargin; };
    scale_ =
        std::min(room(kWidth) / std::max(width, 1e-30), room(kHeight) / std::max(height, 1e-30));
    if (width == 0 && height == 0) scale_ = 1;
    middle_x_ = left + width / 2;
    middle_y_ = bottom + height / 2;
    radius_ = std::clamp(120 / std::sqrt(static_cast<double>(map.words.size())), 1.0, 4.0);
  }

  std::string text() {
    for (std::size_t at = map_.words.size(); at > 0; --at) add_point(at - 1);
    for (std::size_t i = 0; i < map_.words.size() && labels_ < kMostLabels; ++i) add_label(i);
    std::string result = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:g} {1:g}\" width=\"{0:g}\" "
        "height=\"{1:g}\" font-family=\"system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif\" "
        "font-size=\"{2:g}\">\n<title>{3}</title>\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
        "<g fill=\"none\" stroke-width=\"{4:.2f}\" stroke-linecap=\"round\" opacity=\"0.85\">\n",
        kWidth, kHeight, kFontSize, escape_markup(map_.note), 2 * radius_);
    for (const auto& [colour, places] : points_) {
      result += fmt::format("<path stroke=\"{}\" d=\"{}\"/>\n", colour, places);
    }
    return result +
           "</g>\n<g fill=\"#22262e\" stroke=\"#fff\" stroke-width=\"3\" "
           "stroke-linejoin=\"round\" paint-order=\"stroke\">\n" +
           label_text_ + "</g>\n" + legend() +
           fmt::format("<text x=\"16\" y=\"{:g}\" fill=\"#5d6572\">{}</text>\n</svg>\n",
                       kHeight - 14, escape_markup(map_.note));
  }

 private:
  static constexpr std::size_t kMostLabels = 400;

  double x(std::size_t i) const { return kWidth / 2 + (map_.layout.x[i] - middle_x_) * scale_; }
  double y(std::size_t i) const { return kHeight / 2 - (map_.layout.y[i] - middle_y_) * scale_; }

  std::string group_colour(std::size_t group) const {
    return std::string(group == map_.background ? kLightColours.background
                                                : kGroupColours[group % kGroupColours.size()]);
  }

  // In twenty steps on each side, so that points share their colours.
  static std::string axis_colour(double share) {
    const auto step = std::round(20 * std::clamp(share, -1.0, 1.0)) / 20;
    return mixed(kLightColours.middle, step < 0 ? kLightColours.low : kLightColours.high,
                 std::abs(step));
  }

  std::string colour(std::size_t i) {
    if (!map_.axes.empty()) return axis_colour(map_.axes.front().values[i] / extent());
    if (!map_.group_names.empty()) return group_colour(map_.groups[i]);
    return std::string(kLightColours.plain);
  }

  // The largest value of the axis but for the outermost hundredth.
  double extent() {
    if (extent_ > 0) return extent_;
    std::vector<float> sizes;
    for (const auto value : map_.axes.front().values) sizes.push_back(std::abs(value));
    std::ranges::sort(sizes);
    extent_ = std::max(1e-4, double{sizes[(sizes.size() - 1) * 99 / 100]});
    return extent_;
  }

  void add_point(std::size_t i) {
    points_[colour(i)] += fmt::format("M{:.1f} {:.1f}h0", x(i), y(i));
  }

  // Beside, under or over the point, where nothing is yet.
  void add_label(std::size_t i) {
    struct Side {
      double left;
      double top;
      std::string_view anchor;
      double at;  // how much of the label is left of the anchor
    };
    const auto label = label_of(map_.words[i]);
    const double gap = radius_ + 3;
    const double height = kFontSize + 2;
    const std::array<Side, 4> sides{{{gap, -height / 2, "start", 0},
                                     {-gap - label.width, -height / 2, "end", 1},
                                     {-label.width / 2, gap, "middle", 0.5},
                                     {-label.width / 2, -gap - height, "middle", 0.5}}};
    for (const auto& side : sides) {
      const double left = x(i) + side.left;
      const double top = y(i) + side.top;
      if (left < 4 || left + label.width > kWidth - 4) continue;
      if (!taken_.take({left, top, left + label.width, top + height})) continue;
      ++labels_;
      label_text_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n",
                                 left + side.at * label.width, top + kFontSize, side.anchor,
                                 escape_markup(label.text));
      return;
    }
  }

  // The colours of groups, one under the other, or the ends of an axis.
  std::string legend() const {
    if (!map_.axes.empty()) {
      const auto& axis = map_.axes.front();
      return fmt::format(
          "<defs><linearGradient id=\"axis\"><stop stop-color=\"{}\"/><stop offset=\"0.5\" "
          "stop-color=\"{}\"/><stop offset=\"1\" stop-color=\"{}\"/></linearGradient></defs>\n"
          "<rect x=\"16\" y=\"16\" width=\"160\" height=\"8\" rx=\"4\" fill=\"url(#axis)\"/>\n"
          "<text x=\"16\" y=\"40\">{}</text>\n<text x=\"176\" y=\"40\" "
          "text-anchor=\"end\">{}</text>\n",
          kLightColours.low, kLightColours.middle, kLightColours.high,
          escape_markup(label_of(axis.low).text), escape_markup(label_of(axis.high).text));
    }
    std::string text;
    for (std::size_t group = 0; group < map_.group_names.size(); ++group) {
      const auto height = 22 + 18 * static_cast<double>(group);
      text += fmt::format(
          "<circle cx=\"22\" cy=\"{:g}\" r=\"5\" fill=\"{}\"/><text x=\"34\" "
          "y=\"{:g}\">{}</text>\n",
          height, group_colour(group), height + 4,
          escape_markup(label_of(map_.group_names[group]).text));
    }
    return text;
  }

  const WordMap& map_;
  double scale_ = 1;
  double middle_x_ = 0;
  double middle_y_ = 0;
  double radius_ = 1;
  double extent_ = 0;
  std::map<std::string, std::string> points_;  // by colour
  Taken taken_;
  std::string label_text_;
  std::size_t labels_ = 0;
};

}  // namespace

std::string map_svg(const WordMap& map) { return Picture(map).text(); }

}  // namespace wordkin
