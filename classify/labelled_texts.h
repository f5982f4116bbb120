#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace wordkin {

// Texts, each of a class.
struct LabelledTexts {
  std::vector<std::string> labels;  // the classes' names, each different
  std::vector<std::string> texts;
  std::vector<std::uint32_t> classes;  // of each text, an index into labels

  std::size_t size() const { return texts.size(); }
};

// Which columns to read: by name in the header line (in JSON Lines, by key), or by number from 1.
// Empty: found out.
struct LabelledTextOptions {
  std::string text_column;
  std::string label_column;
};

// Reads the labelled texts of a file or folder. Its form is, in this order:
//
// - A folder: each subfolder with .txt files is a label, each file a text. "unsup" is left out.
// - JSON Lines (.jsonl, .json, or no .csv or .tsv and '{' first): an object a line, the
//   text a string and the label a string or an integer.
// - CSV (.csv): as in RFC 4180, with a header line unless both columns are given by number.
// - TSV (all else): a tab separates cells, nothing is quoted. There may be a header line.
//
// Files may be compressed (also .csv.gz and so on); "-" is standard input. Lines of nothing are
// skipped. A label stands without the white space around it.
//
// The first line is a header if a cell of it is a usual name (of texts: text, text_a, sentence,
// review, content; of labels: label, sentiment, class, target, polarity; in any case) or a name
// that `options` ask for. Where `options` ask for none, the usual names are the columns, or JSON's
// keys; of two columns, one that has no such name is what the other is not. Without a header, the
// label is the first column and the text is the last; but of two columns, the label is the one with
// fewer different cells, or else with fewer bytes, or else the first.
//
// The labels are those that occur, by value if all are integers and by bytes otherwise. Throws
// IoError; UsageError for columns of a folder and for one column as both text and label; and
// FormatError with the line: no texts, a column that is not there, a row of more or fewer columns
// than the first, a quote without an end, broken JSON, NUL bytes and UTF-16, an empty label.
LabelledTexts read_labelled_texts(const std::filesystem::path& path,
                                  const LabelledTextOptions& options);

// The same with the labels of a model, in its order; any other label is a FormatError.
LabelledTexts read_labelled_texts(const std::filesystem::path& path,
                                  const LabelledTextOptions& options,
                                  std::span<const std::string> labels);

// Texts without labels, one a line; a line of nothing is an empty text. Throws IoError, and
// FormatError for no lines, NUL bytes and UTF-16.
std::vector<std::string> read_texts(const std::filesystem::path& path);

}  // namespace wordkin
