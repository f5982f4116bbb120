#include "tools/report_page.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "common/output.h"
#include "tools/page.h"
#include "tools/page_assets.h"

namespace wordkin {
namespace {

// 1, 2 or 5 times a power of ten: the least such that `range` has no more than `count` of it.
double nice_step(double range, int count) {
  const double least = range / count;
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

// An axis between two marks, with marks at multiples of a nice step between them.
struct Axis {
  double low;
  double step;
  int steps;

  double high() const { return low + step * steps; }
  double mark(int i) const { return low + step * i; }
};

Axis axis_for(double low, double high) {
  if (low == high) low -= low == 0 ? 1 : std::abs(low);
  const double step = nice_step(high - low, 4);
  const double first = std::floor(low / step + 1e-9);
  const double last = std::ceil(high / step - 1e-9);
  return {first * step, step, static_cast<int>(last - first)};
}

struct Range {
  double low = INFINITY;
  double high = -INFINITY;
};

Range range_of(const Chart& chart) {
  Range range;
  for (const auto& curve : chart.curves) {
    for (const double value : curve.values) {
      range = {std::min(range.low, value), std::max(range.high, value)};
    }
  }
  return range;
}

// Whether there is a line to draw.
bool has_lines(const Chart& chart) {
  const auto [low, high] = range_of(chart);
  return std::isfinite(high - low) && std::ranges::any_of(chart.curves, [](const Curve& curve) {
           return curve.values.size() > 1;
         });
}

// The drawing of a chart, in pixels of an SVG of this size.
class Drawing {
 public:
  explicit Drawing(const Chart& chart) : chart_(chart) {
    for (const auto& curve : chart.curves) epochs_ = std::max(epochs_, curve.values.size());
    const auto [low, high] = range_of(chart);
    values_ = axis_for(low, high);
  }

  std::string svg() const {
    auto svg = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n", kWidth,
                           kHeight, escape_markup(chart_.title));
    for (int i = 0; i <= values_.steps; ++i) {
      const double at = y(values_.mark(i));
      svg += fmt::format(
          "<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>"
          "<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{:.6g}</text>\n",
          kLeft, kWidth - kRight, at, at, kLeft - 8, at + 4,
          std::abs(values_.mark(i)) < 1e-9 * values_.step ? 0 : values_.mark(i));
    }
    const auto step = std::max(1.0, nice_step(static_cast<double>(epochs_), 12));
    for (double epoch = step; epoch <= static_cast<double>(epochs_); epoch += step) {
      svg += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{:.0f}</text>\n",
                         x(epoch), kHeight - 8, epoch);
    }
    for (std::size_t i = 0; i < chart_.curves.size(); ++i) svg += curve(i);
    return svg + "</svg>\n";
  }

 private:
  static constexpr int kWidth = 640;
  static constexpr int kHeight = 240;
  static constexpr int kLeft = 64;
  static constexpr int kRight = 16;
  static constexpr int kTop = 12;
  static constexpr int kBottom = 30;

  double x(double epoch) const {
    return kLeft + (kWidth - kLeft - kRight) * (epoch - 1) / static_cast<double>(epochs_ - 1);
  }
  double y(double value) const {
    const double share = (value - values_.low) / (values_.high() - values_.low);
    return kHeight - kBottom - (kHeight - kTop - kBottom) * share;
  }

  std::string curve(std::size_t number) const {
    const auto& [name, values] = chart_.curves[number];
    std::string points, dots;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double at_x = x(static_cast<double>(i + 1));
      const double at_y = y(values[i]);
      points += fmt::format("{:.1f},{:.1f} ", at_x, at_y);
      dots += fmt::format(
          "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\"><title>{}, epoch {}: {:.6g}</title>"
          "</circle>\n",
          at_x, at_y, escape_markup(name), i + 1, values[i]);
    }
    return fmt::format("<g class=\"curve{}\"><polyline points=\"{}\"/>\n{}</g>\n", number, points,
                       dots);
  }

  const Chart& chart_;
  std::size_t epochs_ = 1;
  Axis values_{};
};

std::string chart_markup(const Chart& chart) {
  std::string key;
  for (std::size_t i = 0; i < chart.curves.size(); ++i) {
    key +=
        fmt::format("<span class=\"curve{}\">{}</span> ", i, escape_markup(chart.curves[i].name));
  }
  return fmt::format("<figure>\n<figcaption><h2>{}</h2> {}</figcaption>\n{}</figure>\n",
                     escape_markup(chart.title), key, Drawing(chart).svg());
}

std::string table_markup(const ReportTable& table) {
  std::string head, rows;
  for (const auto& column : table.columns) {
    head += fmt::format("<th scope=\"col\">{}</th>", escape_markup(column));
  }
  for (const auto& row : table.rows) {
    if (row.size() == 1) {
      rows += fmt::format("<tr><th colspan=\"{}\" scope=\"rowgroup\">{}</th></tr>\n",
                          table.columns.size(), escape_markup(row.front()));
      continue;
    }
    rows += fmt::format("<tr><th scope=\"row\">{}</th>", escape_markup(row.front()));
    for (std::size_t i = 1; i < row.size(); ++i) {
      rows += fmt::format("<td>{}</td>", escape_markup(row[i]));
    }
    rows += "</tr>\n";
  }
  return fmt::format(
      "<section>\n<h2>{}</h2>\n<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n"
      "</table>\n</section>\n",
      escape_markup(table.title), head, rows);
}

}  // namespace

std::string figure_or(std::optional<double> value, std::string_view nothing) {
  return value ? fmt::format("{:.4f}", *value) : std::string(nothing);
}

ReportTable figures_table(std::string title, std::vector<std::vector<std::string>> rows) {
  return {.title = std::move(title), .columns = {"", ""}, .rows = std::move(rows)};
}

ReportTable metadata_table(const Metadata& metadata) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, value] : metadata) rows.push_back({name, value});
  return figures_table("In the file", std::move(rows));
}

void write_report(const std::filesystem::path& path, const Report& report) {
  auto body = fmt::format("<h1>{}</h1>\n<p>{}</p>\n", escape_markup(report.title),
                          escape_markup(report.details));
  for (const auto& chart : report.charts) {
    if (has_lines(chart)) body += chart_markup(chart);
  }
  for (const auto& table : report.tables) body += table_markup(table);
  OutputFile file(path);
  file.write(
      html_page({.title = report.title, .body = std::move(body), .style = assets::kReportStyle}));
  file.commit();
}

}  // namespace wordkin
