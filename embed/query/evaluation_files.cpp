#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "common/error.h"
#include "common/input.h"
#include "common/lines.h"
#include "embed/query/evaluation.h"
#include "embed/text/tokenizer.h"

namespace wordkin {
namespace {

std::vector<std::string_view> split_words(std::string_view line) {
  std::vector<std::string_view> words;
  tokenize(
      line, [&](std::string_view word, std::size_t) { words.push_back(word); }, [] {});
  return words;
}

std::string_view without_outer_space(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Splits at tabs, else at commas, else at white space.
std::vector<std::string_view> split_columns(std::string_view line) {
  const auto separator = line.find('\t') != line.npos ? '\t' : ',';
  if (line.find(separator) == line.npos) return split_words(line);
  std::vector<std::string_view> columns;
  for (;;) {
    const auto end = line.find(separator);
    columns.push_back(without_outer_space(line.substr(0, end)));
    if (end == line.npos) return columns;
    line.remove_prefix(end + 1);
  }
}

std::optional<double> parse_score(std::string_view text) {
  double score = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), score);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(score)) {
    return std::nullopt;
  }
  return score;
}

FormatError line_error(const std::string& name, std::size_t line, std::string_view found,
                       std::string_view expected) {
  return FormatError(
      fmt::format("{}: line {}: found '{}', expected {}", name, line, excerpt(found), expected));
}

}  // namespace

std::vector<AnalogySection> read_analogies(const std::filesystem::path& path) {
  const FileContents file(path);
  const auto lines = split_lines({file.bytes().data(), file.bytes().size()});
  std::vector<AnalogySection> sections;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto words = split_words(lines[i]);
    if (words.empty()) continue;
    if (words[0] == ":" && words.size() == 2) {
      sections.push_back({std::string(words[1]), {}});
    } else if (words[0] != ":" && words.size() == 4) {
      if (sections.empty()) sections.push_back({"questions", {}});
      sections.back().questions.push_back({std::string(words[0]), std::string(words[1]),
                                           std::string(words[2]), std::string(words[3])});
    } else {
      throw line_error(file.name(), i + 1, lines[i], "': section' or four words");
    }
  }
  if (std::ranges::all_of(sections,
                          [](const auto& section) { return section.questions.empty(); })) {
    throw FormatError(file.name() + ": holds no analogy questions");
  }
  return sections;
}

std::vector<SimilarityPair> read_similarities(const std::filesystem::path& path) {
  const FileContents file(path);
  const auto lines = split_lines({file.bytes().data(), file.bytes().size()});
  std::vector<SimilarityPair> pairs;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (split_words(lines[i]).empty()) continue;
    const auto columns = split_columns(lines[i]);
    const auto score = columns.size() == 3 ? parse_score(columns[2]) : std::nullopt;
    if (score) {
      pairs.push_back({std::string(columns[0]), std::string(columns[1]), *score});
    } else if (i > 0 || columns.size() != 3) {
      throw line_error(file.name(), i + 1, lines[i], "two words and a score");
    }
  }
  if (pairs.empty()) throw FormatError(file.name() + ": holds no pairs of words with a score");
  return pairs;
}

}  // namespace wordkin
