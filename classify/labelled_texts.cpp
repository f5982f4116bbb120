#include "classify/labelled_texts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/input.h"
#include "common/json_excerpt.h"
#include "common/lines.h"
#include "common/table.h"
#include "embed/text/tokenizer.h"
#include "embed/text/unicode.h"

namespace wordkin {
namespace {

using Json = nlohmann::json;

// What a column holds, and its usual names.
struct Role {
  std::string_view name;
  std::array<std::string_view, 5> columns;
};

constexpr Role kText{"text", {"text", "text_a", "sentence", "review", "content"}};
constexpr Role kLabel{"label", {"label", "sentiment", "class", "target", "polarity"}};

struct Example {
  std::size_t line;  // 0: a file of its own
  std::string label;
  std::string text;
};

struct Source {
  std::string name;  // for messages
  std::vector<Example> examples;
};

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <class... Args>
FormatError line_error(const std::string& name, std::size_t line,
                       fmt::format_string<Args...> format, Args&&... args) {
  const auto where = line == 0 ? name : fmt::format("{}: line {}", name, line);
  return FormatError(where + ": " + fmt::format(format, std::forward<Args>(args)...));
}

// The first of these names, for a message.
std::string listed(std::span<const std::string> names) {
  constexpr std::size_t kMost = 12;
  constexpr std::size_t kLongest = 300;
  std::string shown;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto name = excerpt(names[i]);
    if (i == kMost || (i > 0 && shown.size() + name.size() > kLongest)) return shown + ", ...";
    shown += (i > 0 ? ", " : "") + name;
  }
  return shown;
}

std::vector<std::string> names_of(const Role& role, const std::string& asked) {
  if (!asked.empty()) return {asked};
  return {role.columns.begin(), role.columns.end()};
}

// The column that `asked` names or numbers; if it is empty, the first that has a usual name.
std::optional<std::size_t> find_column(std::span<const std::string> header, std::size_t width,
                                       const Role& role, const std::string& asked) {
  for (const auto& name : names_of(role, asked)) {
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (header[i] == name || (asked.empty() && fold_case(header[i]) == name)) return i;
    }
  }
  const auto number = parse_integer(asked);
  if (!number || *number < 1 || *number > static_cast<std::int64_t>(width)) return std::nullopt;
  return static_cast<std::size_t>(*number - 1);
}

FormatError missing(const std::string& name, std::size_t line, const Role& role,
                    const std::string& asked, std::string_view there) {
  return line_error(name, line, "found {}, expected {}; say which one holds the {}s", there,
                    fmt::join(names_of(role, asked), " or "), role.name);
}

class TableReader {
 public:
  TableReader(TableForm form, const std::string& name, const LabelledTextOptions& options)
      : form_(form), name_(name), asked_(options) {}

  std::vector<Example> read(std::string_view text) const {
    auto rows = parse_table(text, form_, name_);
    if (rows.empty()) return {};
    check_widths(rows);
    const auto header = header_of(rows.front());
    const auto [text_column, label_column] = choose_columns(header, rows);
    std::vector<Example> examples;
    for (auto& [line, cells] : std::span(rows).subspan(header.empty() ? 0 : 1)) {
      examples.push_back({line, std::move(cells[label_column]), std::move(cells[text_column])});
    }
    return examples;
  }

 private:
  void check_widths(std::span<const TableRow> rows) const {
    const auto& [first, cells] = rows.front();
    if (cells.size() < 2) {
      throw line_error(name_, first, "found one column, expected a label, a tab and a text");
    }
    for (const auto& row : rows) {
      if (row.cells.size() == cells.size()) continue;
      throw line_error(name_, row.line, "found {} columns, expected {} as in line {}",
                       row.cells.size(), cells.size(), first);
    }
  }

  // The names of the columns; none if the first row is no header.
  std::vector<std::string> header_of(const TableRow& first) const {
    std::vector<std::string> names;
    for (const auto& cell : first.cells) names.emplace_back(without_outer_space(cell));
    const auto has = [&](const Role& role, const std::string& asked) {
      return find_column(names, 0, role, "") ||
             (!parse_integer(asked) && find_column(names, 0, role, asked));
    };
    const bool numbered = parse_integer(asked_.text_column) && parse_integer(asked_.label_column);
    const bool is_header = (form_ == TableForm::kCsv && !numbered) ||
                           has(kText, asked_.text_column) || has(kLabel, asked_.label_column);
    return is_header ? names : std::vector<std::string>();
  }

  // The columns of the text and of the label. `header` is empty if there is none.
  std::pair<std::size_t, std::size_t> choose_columns(std::span<const std::string> header,
                                                     std::span<const TableRow> rows) const {
    const auto& [line, cells] = rows.front();
    const auto width = cells.size();
    auto text = find_column(header, width, kText, asked_.text_column);
    auto label = find_column(header, width, kLabel, asked_.label_column);
    const bool text_is_free = !text && asked_.text_column.empty();
    const bool label_is_free = !label && asked_.label_column.empty();
    if (width == 2) {
      if (text_is_free && label_is_free && header.empty()) label = guess_label(rows);
      if (label_is_free && text) label = 1 - *text;
      if (text_is_free) text = 1 - label.value_or(0);
    } else if (header.empty()) {
      if (label_is_free) label = 0;
      if (text_is_free) text = width - 1;
    }
    const auto there = header.empty() ? fmt::format("columns 1 to {} without names", width)
                                      : "the columns " + listed(header);
    if (!text) throw missing(name_, line, kText, asked_.text_column, there);
    if (!label) throw missing(name_, line, kLabel, asked_.label_column, there);
    if (*text == *label) {
      throw UsageError(fmt::format(
          "{}: column {} would be both text and label; name the other one too", name_, *text + 1));
    }
    return {*text, *label};
  }

  // The label's column of two without a header.
  static std::size_t guess_label(std::span<const TableRow> rows) {
    const auto extent = [&](std::size_t column) {
      std::unordered_set<std::string_view> different;
      std::size_t bytes = 0;
      for (const auto& row : rows) {
        different.insert(row.cells[column]);
        bytes += row.cells[column].size();
      }
      return std::pair(different.size(), bytes);
    };
    return extent(1) < extent(0) ? 1 : 0;
  }

  TableForm form_;
  const std::string& name_;
  const LabelledTextOptions& asked_;
};

Json parse_object(const std::string& name, std::size_t line, std::string_view text) {
  const auto expected = R"(expected an object such as {"text": "good", "label": "pos"})";
  try {
    if (auto json = Json::parse(text); json.is_object()) return json;
  } catch (const Json::parse_error& error) {
    throw line_error(name, line, "found broken JSON at byte {} of '{}', {}", error.byte,
                     excerpt(text), expected);
  } catch (const Json::out_of_range&) {  // a number beyond all bounds
  }
  throw line_error(name, line, "found '{}', {}", excerpt(text), expected);
}

std::string value_of(const std::string& name, std::size_t line, const Json& object,
                     const Role& role, const std::string& asked) {
  std::vector<std::string> keys;
  for (const auto& item : object.items()) keys.push_back(item.key());
  const auto found = find_column(keys, 0, role, asked);
  if (!found) throw missing(name, line, role, asked, "the keys " + listed(keys));
  const auto& value = object[keys[*found]];
  if (value.is_string()) return value.get<std::string>();
  const bool is_label = role.name == kLabel.name;
  if (value.is_number_integer() && is_label) return value.dump();
  throw line_error(name, line, "found {} as the {} '{}', expected a string{}", json_excerpt(value),
                   role.name, keys[*found], is_label ? " or an integer" : "");
}

std::vector<Example> read_json_lines(const std::string& name, std::string_view text,
                                     const LabelledTextOptions& options) {
  const auto lines = split_lines(text);
  std::vector<Example> examples;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (without_outer_space(lines[i]).empty()) continue;
    const auto object = parse_object(name, i + 1, lines[i]);
    examples.push_back({i + 1, value_of(name, i + 1, object, kLabel, options.label_column),
                        value_of(name, i + 1, object, kText, options.text_column)});
  }
  return examples;
}

Source read_file(const std::filesystem::path& path, const LabelledTextOptions& options) {
  const FileContents file(path);
  const auto& name = file.name();
  const auto text = text_of(file);
  constexpr std::array<std::string_view, 4> kCompressed{".gz", ".bz2", ".xz", ".zst"};
  const bool compressed = std::ranges::count(kCompressed, path.extension().string()) > 0;
  const auto extension = fold_case((compressed ? path.stem() : path).extension().string());
  const bool is_json = extension == ".json" || extension == ".jsonl";
  const bool is_table = extension == ".csv" || extension == ".tsv";
  if (is_json || (!is_table && without_outer_space(text).starts_with('{'))) {
    return {name, read_json_lines(name, text, options)};
  }
  const auto form = extension == ".csv" ? TableForm::kCsv : TableForm::kTsv;
  return {name, TableReader(form, name, options).read(text)};
}

std::set<std::filesystem::path> entries_of(const std::filesystem::path& folder) {
  std::set<std::filesystem::path> entries;
  std::error_code error;
  std::filesystem::directory_iterator i(folder, error);
  for (; !error && i != end(i); i.increment(error)) entries.insert(i->path());
  if (error) throw io_error(folder, "list the files", error.value());
  return entries;
}

bool is_folder(const std::filesystem::path& path) {
  std::error_code ignored;
  return path != "-" && std::filesystem::is_directory(path, ignored);
}

Source read_folder(const std::filesystem::path& folder, const LabelledTextOptions& options) {
  if (!options.text_column.empty() || !options.label_column.empty()) {
    throw UsageError(folder.string() + ": is a folder, which has no columns to choose");
  }
  Source source{folder.string(), {}};
  for (const auto& subfolder : entries_of(folder)) {
    if (!is_folder(subfolder) || subfolder.filename() == "unsup") continue;
    for (const auto& path : entries_of(subfolder)) {
      if (path.extension() != ".txt") continue;
      const FileContents file(path);
      source.examples.push_back({0, subfolder.filename().string(), std::string(text_of(file))});
    }
  }
  return source;
}

Source read_source(const std::filesystem::path& path, const LabelledTextOptions& options) {
  if (!options.text_column.empty() && options.text_column == options.label_column) {
    throw UsageError("the column '" + options.text_column + "' is named as both text and label");
  }
  auto source = is_folder(path) ? read_folder(path, options) : read_file(path, options);
  if (source.examples.empty()) {
    throw FormatError(source.name + ": holds no texts, expected lines or folders of .txt files");
  }
  for (auto& example : source.examples) {
    example.label = without_outer_space(example.label);
    if (!example.label.empty()) continue;
    throw line_error(source.name, example.line, "found an empty label, expected a name");
  }
  return source;
}

std::vector<std::string> labels_of(std::span<const Example> examples) {
  std::set<std::string> different;
  for (const auto& example : examples) different.insert(example.label);
  std::vector<std::string> labels(different.begin(), different.end());
  const auto is_integer = [](const auto& label) { return parse_integer(label).has_value(); };
  if (std::ranges::all_of(labels, is_integer)) std::ranges::stable_sort(labels, {}, parse_integer);
  return labels;
}

LabelledTexts classified(Source source, std::span<const std::string> labels) {
  std::map<std::string_view, std::uint32_t> classes;
  for (const auto& label : labels) {
    classes.emplace(label, static_cast<std::uint32_t>(classes.size()));
  }
  LabelledTexts texts{{labels.begin(), labels.end()}, {}, {}};
  for (auto& example : source.examples) {
    const auto found = classes.find(example.label);
    if (found == classes.end()) {
      throw line_error(source.name, example.line, "found the label '{}', expected one of {}",
                       excerpt(example.label), listed(labels));
    }
    texts.classes.push_back(found->second);
    texts.texts.push_back(std::move(example.text));
  }
  return texts;
}

}  // namespace

LabelledTexts read_labelled_texts(const std::filesystem::path& path,
                                  const LabelledTextOptions& options) {
  auto source = read_source(path, options);
  const auto labels = labels_of(source.examples);
  return classified(std::move(source), labels);
}

LabelledTexts read_labelled_texts(const std::filesystem::path& path,
                                  const LabelledTextOptions& options,
                                  std::span<const std::string> labels) {
  return classified(read_source(path, options), labels);
}

std::vector<std::string> read_texts(const std::filesystem::path& path) {
  const FileContents file(path);
  const auto lines = split_lines(text_of(file));
  if (lines.empty()) throw FormatError(file.name() + ": holds no texts, expected one a line");
  return {lines.begin(), lines.end()};
}

}  // namespace wordkin
