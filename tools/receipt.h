#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tools/report_page.h"

namespace wordkin {

// Figures of vectors before and after debiasing.
struct ReceiptRow {
  std::string group;   // what it is measured on: an axis, a test, a file
  std::string figure;  // "direct_bias, professions"
  std::optional<double> before, after;
};

struct Receipt {
  std::string title;    // what was done
  std::string details;  // how much of it, in a sentence
  std::vector<ReceiptRow> rows;
};

// The table on standard output, as a JSON array, and as a page.
void print_receipt(const Receipt& receipt);
nlohmann::ordered_json receipt_json(const Receipt& receipt);
Report receipt_report(const Receipt& receipt);

}  // namespace wordkin
