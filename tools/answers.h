#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "common/error.h"
#include "common/statistics.h"
#include "embed/query/nearest.h"
#include "embed/vectors/embeddings.h"
#include "tools/command_line.h"

namespace wordkin {

// Throws IoError when `output` cannot be written, and UsageError when it is one of the other files
// (empty ones are none), which it would replace, or for --json when it is standard output.
void check_output(const std::filesystem::path& output,
                  const std::vector<std::filesystem::path>& others, const CommonOptions& options);

// The same for a page beside the results, if there is to be one; it cannot be standard output.
void check_report(const std::filesystem::path& report,
                  const std::vector<std::filesystem::path>& others, const CommonOptions& options);

// Where the index of a file of vectors is. Throws UsageError for standard input, which has none.
std::filesystem::path index_path(const std::filesystem::path& vectors);

// A question that the vectors cannot answer, as one of its words is missing.
class NoAnswer : public Error {
 public:
  using Error::Error;
};

// The word's id, or a NoAnswer that says that it is missing, or beyond the first `restrict_to`
// words (0: all), and which spelling is there instead.
WordId require_word(const Vocabulary& vocabulary, std::string_view word,
                    std::size_t restrict_to = 0);

// "; spelt alike: 'king', 'kings'": what the vocabulary has instead of a word; or nothing.
std::string spelling_hint(const Vocabulary& vocabulary, std::string_view word);

// One neighbour a line: similarity, then word.
void print_neighbors(const Vocabulary& vocabulary, const std::vector<Neighbor>& neighbors);
nlohmann::ordered_json neighbors_json(const Vocabulary& vocabulary,
                                      const std::vector<Neighbor>& neighbors);

nlohmann::ordered_json or_null(std::optional<double> value);
nlohmann::ordered_json or_null(std::optional<Interval> interval);  // [low, high]

// JSON on one line, or indented, and a newline; bytes that are not UTF-8 become U+FFFD.
enum class JsonLayout { kLine, kIndented };
void print_json(const nlohmann::ordered_json& json, JsonLayout layout = JsonLayout::kLine);

}  // namespace wordkin
