#include "tools/answers.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "embed/text/unicode.h"
#include "tools/output.h"

namespace wordkin {

void check_json_has_place(const CommonOptions& options, const std::filesystem::path& output) {
  if (options.json && output == "-") {
    throw UsageError(
        "--json: standard output holds the result itself; choose -o FILE, or leave off --json");
  }
}

WordId require_word(const Vocabulary& vocabulary, std::string_view word, std::size_t restrict_to) {
  const auto id = vocabulary.find(word);
  if (id && restrict_to > 0 && *id >= restrict_to) {
    throw Error(fmt::format("'{}' is word {}, beyond --restrict {}", word, *id + 1, restrict_to));
  }
  if (id) return *id;
  const auto folded = fold_case(word);
  const auto hint = vocabulary.find(folded) ? fmt::format("; '{}' is", folded) : "";
  throw Error(fmt::format("'{}' is not among the {} words of these vectors{}", excerpt(word),
                          vocabulary.size(), hint));
}

void print_neighbors(const Vocabulary& vocabulary, const std::vector<Neighbor>& neighbors) {
  for (const auto& [word, similarity] : neighbors) {
    print_out("{:7.4f}  {}\n", similarity, vocabulary.word(word));
  }
}

nlohmann::ordered_json neighbors_json(const Vocabulary& vocabulary,
                                      const std::vector<Neighbor>& neighbors) {
  auto json = nlohmann::ordered_json::array();
  for (const auto& [word, similarity] : neighbors) {
    json.push_back({{"word", vocabulary.word(word)}, {"similarity", similarity}});
  }
  return json;
}

void print_json(const nlohmann::ordered_json& json, JsonLayout layout) {
  const int indent = layout == JsonLayout::kIndented ? 2 : -1;
  print_out("{}\n",
            json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace wordkin
