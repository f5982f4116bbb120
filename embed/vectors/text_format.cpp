#include "embed/vectors/text_format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "common/error.h"
#include "common/lines.h"
#include "common/parallel.h"
#include "embed/vectors/row_words.h"
#include "embed/vectors/word2vec_header.h"

namespace wordkin {
namespace {

constexpr std::size_t kLinesPerTask = 256;
constexpr std::size_t kSampleBytes = std::size_t{1} << 22;  // what GloVe's dimension is told by
constexpr std::string_view kBlanks = " \t\r";

// The lines of `bytes`. Every program ends the last one too; without its end, numbers may be
// missing.
std::vector<std::string_view> complete_lines(std::string_view text, const std::string& name) {
  if (!text.empty() && !text.ends_with('\n')) {
    throw FormatError(
        fmt::format("{}: the last line has no end, so the file seems to be cut short; get "
                    "it again, or add a newline if it is whole",
                    name));
  }
  return split_lines(text);
}

std::string_view without_blanks_at_end(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

// Takes the last field, and the blanks around it, off the end of `line`.
std::string_view take_last_field(std::string_view& line) {
  line = without_blanks_at_end(line);
  const auto begin = line.find_last_of(kBlanks) + 1;
  const auto field = line.substr(begin);
  line = without_blanks_at_end(line.substr(0, begin));
  return field;
}

// What `field` holds if it is a number, which need not be finite.
std::optional<float> parse_float(std::string_view field) {
  float value = 0;
  const auto* end = field.data() + field.size();
  auto [stop, error] = std::from_chars(field.data(), end, value);
  if (error == std::errc::result_out_of_range) {
    // Too large, or so small that it is zero in single precision: the double tells.
    double wide = 0;
    const auto result = std::from_chars(field.data(), end, wide);
    if (result.ec == std::errc::result_out_of_range || std::abs(wide) > 1) return std::nullopt;
    value = 0;
    stop = result.ptr;
  } else if (error != std::errc()) {
    return std::nullopt;
  }
  if (stop != end) return std::nullopt;
  return value;
}

// Reads the numbers at the end of `line` into `row` and returns the word before them. `number` is
// the line's, for the FormatError.
std::string_view parse_line(std::string_view line, std::span<float> row, const std::string& name,
                            std::size_t number) {
  for (auto i = row.size(); i-- > 0;) {
    const auto field = take_last_field(line);
    const auto value = parse_float(field);
    if (!value || !std::isfinite(*value)) {
      throw FormatError(
          fmt::format("{}: line {}: found '{}', expected a word and {} finite numbers", name,
                      number, excerpt(field), row.size()));
    }
    row[i] = *value;
  }
  return line;
}

// `first_line` is the number of lines[0] in the file.
Embeddings parse_lines(const std::vector<std::string_view>& lines, std::size_t dim,
                       const std::string& name, std::size_t first_line) {
  Matrix vectors(lines.size(), dim);
  std::vector<std::string_view> line_words(lines.size());
  parallel_for_ranges(lines.size(), kLinesPerTask, [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) {
      line_words[i] = parse_line(lines[i], vectors.row(i), name, first_line + i);
    }
  });
  RowWords words(name);
  for (const auto word : line_words) words.add(word);
  return {Vocabulary(words.take(), {}), std::move(vectors)};
}

std::size_t count_fields(std::string_view line) {
  std::size_t fields = 0;
  while (!take_last_field(line).empty()) ++fields;
  return fields;
}

// The number of fields that most of the first lines have.
std::size_t usual_fields(const std::vector<std::string_view>& lines) {
  constexpr std::size_t kSample = 1000;
  std::map<std::size_t, std::size_t> frequency;
  for (std::size_t i = 0; i < std::min(lines.size(), kSample); ++i)
    ++frequency[count_fields(lines[i])];
  const auto most = std::max_element(frequency.begin(), frequency.end(),
                                     [](auto a, auto b) { return a.second < b.second; });
  return most == frequency.end() ? 0 : most->first;
}

void append_row(std::string& text, std::string_view word, std::span<const float> row) {
  text += word;
  for (const float value : row) fmt::format_to(std::back_inserter(text), " {}", value);
  text += '\n';
}

void write_rows(OutputFile& file, const Embeddings& embeddings, const Monitor& monitor) {
  constexpr std::size_t kRowsAtOnce = 64 * kLinesPerTask;
  const auto& vocabulary = embeddings.vocabulary();
  for (std::size_t first = 0; first < vocabulary.size(); first += kRowsAtOnce) {
    monitor.throw_if_stopped();
    const auto rows = std::min<std::size_t>(kRowsAtOnce, vocabulary.size() - first);
    std::vector<std::string> texts((rows + kLinesPerTask - 1) / kLinesPerTask);
    parallel_for_ranges(rows, kLinesPerTask, [&](std::size_t begin, std::size_t end) {
      for (auto i = first + begin; i < first + end; ++i) {
        const auto id = static_cast<WordId>(i);
        append_row(texts[begin / kLinesPerTask], vocabulary.word(id), embeddings.vector(id));
      }
    });
    for (const auto& text : texts) file.write(text);
  }
}

void check_words(const Embeddings& embeddings) {
  const auto& vocabulary = embeddings.vocabulary();
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    const auto word = vocabulary.word(id);
    const bool has_newline = word.find('\n') != std::string_view::npos;
    if (has_newline || word != without_blanks_at_end(word)) {
      throw UsageError(
          fmt::format("word {} {}, which text formats cannot represent; choose safetensors", id + 1,
                      has_newline ? "holds a newline" : "ends in a blank"));
    }
  }
}

}  // namespace

Embeddings read_word2vec_text(std::span<const char> bytes, const std::string& name) {
  std::string_view text(bytes.data(), bytes.size());
  const auto header = parse_word2vec_header(text);
  if (!header) {
    throw FormatError(fmt::format("{}: expected a first line 'words dimensions'", name));
  }
  text.remove_prefix(header->length);
  const auto lines = complete_lines(text, name);
  if (lines.size() != header->rows) {
    throw FormatError(
        fmt::format("{}: the header promises {} vectors, but {} lines follow; the file "
                    "is damaged or was cut short",
                    name, header->rows, lines.size()));
  }
  // Each number takes a digit and a space, so this bounds what the matrix may take.
  if (header->dim == 0 || lines.empty() || header->dim > text.size() / 2 / lines.size()) {
    throw FormatError(
        fmt::format("{}: the header promises {} dimensions, more than its lines can "
                    "hold, or none; the file is damaged",
                    name, header->dim));
  }
  return parse_lines(lines, header->dim, name, 2);
}

Embeddings read_glove(std::span<const char> bytes, const std::string& name) {
  const std::string_view text(bytes.data(), bytes.size());
  const auto start = text.substr(0, kSampleBytes);
  const auto fields = usual_fields(split_lines(start.substr(0, start.rfind('\n') + 1)));
  auto first_line = text.substr(0, text.find('\n'));
  if (fields < 2 || !parse_float(take_last_field(first_line))) {
    throw FormatError(fmt::format(
        "{}: found no vectors, expected safetensors, word2vec text or binary, or GloVe "
        "text (lines of a word and its numbers); of a fastText model, give the .vec file",
        name));
  }
  const auto lines = complete_lines(text, name);
  // Each field takes a byte and a space, so this bounds what the matrix may take.
  if (lines.size() > text.size() / (2 * (fields - 1))) {
    throw FormatError(
        fmt::format("{}: most of its {} lines have no {} numbers", name, lines.size(), fields - 1));
  }
  return parse_lines(lines, fields - 1, name, 1);
}

bool first_row_is_text(std::span<const char> bytes) {
  std::string_view text(bytes.data(), bytes.size());
  const auto header = parse_word2vec_header(text);
  if (!header) return false;
  text.remove_prefix(header->length);
  // In binary rows a newline may come late, or never: look no further than a line of text reaches.
  constexpr std::size_t kLongestWord = 65536;
  constexpr std::size_t kLongestNumber = 64;
  const auto longest = kLongestWord + std::min(header->dim, text.size()) * kLongestNumber;
  auto line = text.substr(0, text.substr(0, longest).find('\n'));
  std::uint64_t numbers = 0;
  for (std::uint64_t i = 0; i < header->dim && !line.empty(); ++i) {
    if (parse_float(take_last_field(line))) ++numbers;
  }
  return 2 * numbers >= header->dim;
}

void write_word2vec_text(OutputFile& file, const Embeddings& embeddings, const Monitor& monitor) {
  check_words(embeddings);
  file.write(fmt::format("{} {}\n", embeddings.size(), embeddings.dim()));
  write_rows(file, embeddings, monitor);
}

void write_glove(OutputFile& file, const Embeddings& embeddings, const Monitor& monitor) {
  check_words(embeddings);
  write_rows(file, embeddings, monitor);
}

}  // namespace wordkin
