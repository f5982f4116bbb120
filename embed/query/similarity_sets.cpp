#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/error.h"
#include "common/input.h"
#include "common/lines.h"
#include "common/table.h"
#include "embed/query/evaluation_sets.h"
#include "embed/text/tokenizer.h"
#include "embed/text/unicode.h"

namespace wordkin {
namespace {

struct Table {
  std::string name;  // for messages
  char separator;
  std::vector<TableRow> rows;  // cells without outer space
};

// The columns of the two words and of the score.
struct Columns {
  std::size_t a = 0;
  std::size_t b = 1;
  std::size_t score = 2;
};

std::optional<double> parse_score(std::string_view text) {
  double score = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), score);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(score)) {
    return std::nullopt;
  }
  return score;
}

// The first column after `column` that holds a number.
std::optional<std::size_t> number_after(std::size_t column, const TableRow& row) {
  for (auto i = column + 1; i < row.cells.size(); ++i) {
    if (parse_score(row.cells[i])) return i;
  }
  return std::nullopt;
}

// '#' may be a word, too.
bool is_comment(const TableRow& row) {
  return row.cells.front().starts_with('#') &&
         !(row.cells.size() == 3 && parse_score(row.cells[2]));
}

Table read_table(const std::filesystem::path& path) {
  const FileContents file(path);
  const auto text = text_of(file);
  const auto lines = split_lines(text);
  const auto first = std::ranges::find_if(lines, [](std::string_view line) {
    return !without_outer_space(line).empty() && !line.starts_with('#');
  });
  const auto holds = [&](char c) { return first != lines.end() && first->find(c) != first->npos; };
  Table table{file.name(), holds('\t') ? '\t' : holds(',') ? ',' : ' ', {}};
  if (table.separator == ' ') {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto words = split_tokens(lines[i]);
      table.rows.push_back({i + 1, {words.begin(), words.end()}});
    }
  } else {
    const auto form = table.separator == ',' ? TableForm::kCsv : TableForm::kTsv;
    table.rows = parse_table(text, form, table.name);
    for (auto& row : table.rows) {
      for (auto& cell : row.cells) cell = without_outer_space(cell);
    }
  }
  std::erase_if(table.rows, [](const TableRow& row) {
    return std::ranges::all_of(row.cells, &std::string::empty) || is_comment(row);
  });
  return table;
}

// "Word 1", "word1" and so on.
std::optional<std::size_t> word_column(const TableRow& header, char number) {
  for (std::size_t i = 0; i < header.cells.size(); ++i) {
    auto name = fold_case(header.cells[i]);
    std::erase_if(name, [](char c) { return c == ' ' || c == '_'; });
    if (name.size() == 5 && name.starts_with("word") && name.back() == number) return i;
  }
  return std::nullopt;
}

// The columns of the words, if the row is a header: it names them, or no cell after the first two
// looks like a number.
std::optional<Columns> columns_of_header(const TableRow& row) {
  const auto a = word_column(row, '1');
  const auto b = word_column(row, '2');
  if (a && b) return Columns{*a, *b, 0};
  const auto looks_like_number = [](std::string_view cell) {
    cell.remove_prefix(std::min(cell.find_first_not_of("+-."), cell.size()));
    return !cell.empty() && cell.front() >= '0' && cell.front() <= '9';
  };
  if (row.cells.size() < 3) return std::nullopt;
  const auto rest = std::span(row.cells).subspan(2);
  if (std::ranges::any_of(rest, looks_like_number)) return std::nullopt;
  return Columns{};
}

FormatError row_error(const Table& table, const TableRow& row, std::string_view expected) {
  const auto cells = fmt::format("{}", fmt::join(row.cells, std::string_view(&table.separator, 1)));
  return FormatError(fmt::format("{}: line {}: found '{}', expected {}", table.name, row.line,
                                 excerpt(cells), expected));
}

// Four columns without a header whose last two are whole numbers may be a score of 7,35.
bool has_decimal_comma(const Table& table, const TableRow& row) {
  const auto is_whole = [](std::string_view cell) {
    return !cell.empty() && std::ranges::all_of(cell, [](char c) { return c >= '0' && c <= '9'; });
  };
  return table.separator == ',' && row.cells.size() == 4 && is_whole(row.cells[2]) &&
         is_whole(row.cells[3]);
}

SimilarityPair pair_of(const Table& table, const TableRow& row, const Columns& columns) {
  const auto [a, b, score_column] = columns;
  const auto score =
      score_column < row.cells.size() ? parse_score(row.cells[score_column]) : std::nullopt;
  if (!score || row.cells[a].empty() || row.cells[b].empty()) {
    throw row_error(table, row,
                    fmt::format("two words and a score, a number in column {}", score_column + 1));
  }
  return {row.cells[a], row.cells[b], *score};
}

}  // namespace

std::vector<SimilarityPair> read_similarities(const std::filesystem::path& path) {
  const auto table = read_table(path);
  std::span<const TableRow> rows = table.rows;
  const auto header = rows.empty() ? std::nullopt : columns_of_header(rows.front());
  auto columns = header.value_or(Columns{});
  if (header) rows = rows.subspan(1);
  if (rows.empty()) throw FormatError(table.name + ": holds no pairs of words with a score");
  if (!header && has_decimal_comma(table, rows.front())) {
    throw row_error(table, rows.front(),
                    "a header line, or scores with a decimal point, not a comma");
  }
  columns.score = number_after(std::max(columns.a, columns.b), rows.front())
                      .value_or(std::max(columns.a, columns.b) + 1);
  std::vector<SimilarityPair> pairs;
  for (const auto& row : rows) pairs.push_back(pair_of(table, row, columns));
  return pairs;
}

}  // namespace wordkin
