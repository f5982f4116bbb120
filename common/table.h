#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wordkin {

// CSV: commas separate cells, which may be quoted as in RFC 4180, with line ends in them; a quote
// within a cell that does not begin with one stands for itself. TSV: tabs separate cells, and
// nothing is quoted.
enum class TableForm { kTsv, kCsv };

struct TableRow {
  std::size_t line;  // where it begins, from 1
  std::vector<std::string> cells;
};

// The rows of `text`; lines of nothing are skipped, and "\r\n" ends a line as "\n" does. Throws
// FormatError with `name` and the line for a quote without end, and for what follows one.
std::vector<TableRow> parse_table(std::string_view text, TableForm form, const std::string& name);

}  // namespace wordkin
