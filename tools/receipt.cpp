#include "tools/receipt.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/answers.h"
#include "tools/output.h"

namespace wordkin {
namespace {

// Four decimals; p values, which can be smaller, in two digits; rounding as 0.
std::string shown(const std::optional<double>& value) {
  if (!value) return "-";
  const auto magnitude = std::abs(*value);
  if (magnitude > 1e-6 && magnitude < 5e-5) return fmt::format("{:.1e}", *value);
  return fmt::format("{:.4f}", magnitude > 1e-6 ? *value : 0);
}

std::string change(const ReceiptRow& row) {
  if (!row.before || !row.after) return "";
  return fmt::format("{:+.4f}", *row.after - *row.before);
}

}  // namespace

void print_receipt(const Receipt& receipt) {
  std::size_t width = 10;
  for (const auto& row : receipt.rows) width = std::max(width, row.figure.size());
  print_out("{}\n{}\n{:<{}}  {:>10}  {:>10}  {:>10}\n", receipt.title, receipt.details, "",
            width + 2, "before", "after", "change");
  std::string_view group;
  for (const auto& row : receipt.rows) {
    if (row.group != group) print_out("{}\n", row.group);
    group = row.group;
    print_out("  {:<{}}  {:>10}  {:>10}  {:>10}\n", row.figure, width, shown(row.before),
              shown(row.after), change(row));
  }
}

nlohmann::ordered_json receipt_json(const Receipt& receipt) {
  auto json = nlohmann::ordered_json::array();
  for (const auto& [group, figure, before, after] : receipt.rows) {
    json.push_back({{"group", group},
                    {"figure", figure},
                    {"before", or_null(before)},
                    {"after", or_null(after)}});
  }
  return json;
}

Report receipt_report(const Receipt& receipt) {
  ReportTable table{"Bias and use", {"", "before", "after", "change"}, {}};
  std::string_view group;
  for (const auto& row : receipt.rows) {
    if (row.group != group) table.rows.push_back({row.group});
    group = row.group;
    table.rows.push_back({row.figure, shown(row.before), shown(row.after), change(row)});
  }
  return {.title = receipt.title, .details = receipt.details, .charts = {}, .tables = {table}};
}

}  // namespace wordkin
