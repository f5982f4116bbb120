#include "common/table.h"

#include <utility>

#include <fmt/format.h>

#include "common/error.h"

namespace wordkin {

std::vector<TableRow> parse_table(std::string_view text, TableForm form, const std::string& name) {
  enum class At { kStart, kPlain, kQuoted, kClosed } at = At::kStart;  // in a cell
  const char separator = form == TableForm::kCsv ? ',' : '\t';
  std::vector<TableRow> rows;
  TableRow row{1, {""}};
  std::size_t line = 1;
  std::size_t opened = 0;
  const auto end_row = [&] {
    if (at != At::kStart || row.cells.size() > 1) rows.push_back(std::move(row));
    row = {line, {""}};
    at = At::kStart;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++line;
    if (c == '\r' && at != At::kQuoted && text.substr(i + 1).starts_with('\n')) continue;
    if (at == At::kQuoted && c != '"') {
      row.cells.back() += c;
    } else if (c == '"' && at != At::kPlain && form == TableForm::kCsv) {
      if (at == At::kStart) opened = line;
      if (at == At::kClosed) row.cells.back() += c;
      at = at == At::kQuoted ? At::kClosed : At::kQuoted;
    } else if (c == separator) {
      row.cells.emplace_back();
      at = At::kStart;
    } else if (c == '\n') {
      end_row();
    } else if (at == At::kClosed) {
      throw FormatError(
          fmt::format("{}: line {}: found '{}' after a quoted cell, expected a comma or the end of "
                      "the line; write a quote in a cell as \"\"",
                      name, line, excerpt(text.substr(i, text.find('\n', i) - i))));
    } else {
      row.cells.back() += c;
      at = At::kPlain;
    }
  }
  if (at == At::kQuoted) {
    throw FormatError(fmt::format(
        "{}: line {}: found a quote without end; write one in a cell as \"\"", name, opened));
  }
  end_row();
  return rows;
}

}  // namespace wordkin
