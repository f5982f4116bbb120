#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "embed/query/nearest.h"
#include "embed/vectors/embeddings.h"

namespace wordkin {

// The word's id, or an Error that says that it is missing and which spelling is there instead.
WordId require_word(const Vocabulary& vocabulary, std::string_view word);

// One neighbour a line: similarity, then word.
void print_neighbors(const Vocabulary& vocabulary, const std::vector<Neighbor>& neighbors);
nlohmann::ordered_json neighbors_json(const Vocabulary& vocabulary,
                                      const std::vector<Neighbor>& neighbors);

// JSON on one line, or indented, and a newline; bytes that are not UTF-8 become U+FFFD.
enum class JsonLayout { kLine, kIndented };
void print_json(const nlohmann::ordered_json& json, JsonLayout layout = JsonLayout::kLine);

}  // namespace wordkin
