#include "tools/answers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/output.h"
#include "embed/query/spelling.h"
#include "tools/output.h"

namespace wordkin {

void check_output(const std::filesystem::path& output,
                  const std::vector<std::filesystem::path>& others, const CommonOptions& options) {
  check_writable(output);
  for (const auto& other : others) {
    std::error_code not_there;
    const auto place = [](const std::filesystem::path& path) {
      return std::filesystem::absolute(path).lexically_normal();
    };
    if (std::filesystem::equivalent(other, output, not_there) ||
        (!other.empty() && output != "-" && place(other) == place(output))) {
      throw UsageError(fmt::format(
          "{}: is given twice, and would be replaced; choose another output", output.string()));
    }
  }
  if (options.json && output == "-") {
    throw UsageError(
        "--json: standard output holds the result itself; choose -o FILE, or leave off --json");
  }
}

void check_report(const std::filesystem::path& report,
                  const std::vector<std::filesystem::path>& others, const CommonOptions& options) {
  if (report.empty()) return;
  if (report == "-") throw UsageError("--report: expected a file, found '-'");
  check_output(report, others, options);
}

std::filesystem::path index_path(const std::filesystem::path& vectors) {
  if (vectors == "-") {
    throw UsageError("vectors from standard input have no index beside them; give a file");
  }
  return vectors.string() + ".index";
}

WordId require_word(const Vocabulary& vocabulary, std::string_view word, std::size_t restrict_to) {
  const auto id = vocabulary.find(word);
  if (id && restrict_to > 0 && *id >= restrict_to) {
    throw NoAnswer(
        fmt::format("'{}' is word {}, beyond --restrict {}", word, *id + 1, restrict_to));
  }
  if (id) return *id;
  throw NoAnswer(fmt::format("'{}' is not among the {} words of these vectors{}", excerpt(word),
                             vocabulary.size(), spelling_hint(vocabulary, word)));
}

std::string spelling_hint(const Vocabulary& vocabulary, std::string_view word) {
  std::vector<std::string> spellings;
  for (const auto id : nearest_spellings(vocabulary, word)) {
    spellings.push_back(fmt::format("'{}'", vocabulary.word(id)));
  }
  if (spellings.empty()) return "";
  return fmt::format("; spelt alike: {}", fmt::join(spellings, ", "));
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

nlohmann::ordered_json or_null(std::optional<double> value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

nlohmann::ordered_json or_null(std::optional<Interval> interval) {
  if (!interval) return {};
  return {interval->low, interval->high};
}

void print_json(const nlohmann::ordered_json& json, JsonLayout layout) {
  const int indent = layout == JsonLayout::kIndented ? 2 : -1;
  print_out("{}\n",
            json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace wordkin
