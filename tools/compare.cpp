#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/parallel.h"
#include "embed/query/comparison.h"
#include "embed/vectors/vector_file.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/output.h"
#include "tools/test_sets.h"

namespace wordkin {
namespace {

using Json = nlohmann::ordered_json;

struct CompareOptions {
  CommonOptions common;
  Arguments vectors;  // A and B
  TestSetOptions sets;
  OverlapOptions overlap;
};

void parse(const Arguments& arguments, CompareOptions& options) {
  CommandLine line(
      "compare A B [--analogies FILE]... [--similarities FILE]...",
      fmt::format(
          "How much better the vectors B are than A, over the words that both have: differences "
          "of\n"
          "accuracies and correlations with intervals of 95 % (bootstrap) and p (two-sided: "
          "McNemar's\n"
          "exact test of accuracies, sign flips of correlations), and how many nearest words of\n"
          "frequent, middling and rare words, thirds in the order of A, are the same.\n\n{}",
          kTestSetForms),
      "  wordkin compare a.safetensors b.safetensors\n"
      "  wordkin compare a.safetensors b.safetensors --analogies questions-words.txt "
      "--similarities "
      "wordsim353.txt --restrict 30000 --ignore-case\n");
  add_test_set_options(line, options.sets);
  line.option("neighbors", options.overlap.neighbors, "N", "how many nearest words to compare");
  line.option("words", options.overlap.words, "N",
              "of how many words at most, drawn from each third");
  line.arguments(options.vectors, 2, 2);
  line.common(options.common);
  line.parse(arguments);
  check_test_set_options(line, options.sets);
  options.overlap.validate();
  if (options.vectors == Arguments{"-", "-"}) {
    throw UsageError("compare: standard input is given twice; name a file for one of them");
  }
}

struct Comparison {
  std::uint64_t shared = 0;
  std::uint64_t only_in_a = 0;
  std::uint64_t only_in_b = 0;
  std::vector<NeighborOverlap> neighbors;
  std::vector<AnalogyComparison> analogies;        // by file
  std::vector<SimilarityComparison> similarities;  // by file
};

Comparison run(CompareOptions options, const Monitor& monitor) {
  const auto sets = read_test_sets(options.sets);
  // The files' own vectors are gone before others are made of them.
  const auto shared = share_words(load_embeddings(options.vectors[0]),
                                  load_embeddings(options.vectors[1]), options.sets.restrict_to);
  const UnitVectors a(shared.a);
  const UnitVectors b(shared.b);
  const WordLookup lookup(shared.a.vocabulary(), a.size(), options.sets.letter_case());
  ComparisonOptions how{
      .method = options.sets.method, .bootstrap = options.sets.bootstrap, .permutation = {}};
  how.permutation.seed = options.sets.bootstrap.seed;
  options.overlap.seed = options.sets.bootstrap.seed;
  Comparison result{
      .shared = a.size(),
      .only_in_a = shared.only_in_a,
      .only_in_b = shared.only_in_b,
      .neighbors = compare_neighbors(a, b, options.overlap, options.sets.bootstrap, monitor),
      .analogies = {},
      .similarities = {}};
  for (const auto& set : sets.analogies)
    result.analogies.push_back(compare_analogies(a, b, set, lookup, how, monitor));
  for (const auto& set : sets.similarities)
    result.similarities.push_back(compare_similarities(a, b, set, lookup, how, monitor));
  return result;
}

Json difference_json(const PairedDifference& found) {
  return {{"a", or_null(found.a)},
          {"b", or_null(found.b)},
          {"difference", or_null(found.difference)},
          {"interval", or_null(found.interval)},
          {"p_value", or_null(found.p_value)}};
}

Json row_json(const AnalogyComparison::Row& row) {
  return {{"name", row.name},
          {"accuracy", difference_json(row.accuracy)},
          {"answered", row.answered},
          {"questions", row.questions}};
}

Json comparison_json(const CompareOptions& options, const Comparison& result) {
  Json json = {{"a", options.vectors[0]},       {"b", options.vectors[1]},
               {"shared_words", result.shared}, {"only_in_a", result.only_in_a},
               {"only_in_b", result.only_in_b}, {"neighbors", Json::array()}};
  for (const auto& [band, words, overlap, interval] : result.neighbors) {
    json["neighbors"].push_back({{"band", enum_name(band)},
                                 {"overlap", or_null(overlap)},
                                 {"interval", or_null(interval)},
                                 {"words", words}});
  }
  if (!result.analogies.empty()) {
    json["method"] = enum_name(options.sets.method);
    json["analogies"] = Json::array();
  }
  for (std::size_t i = 0; i < result.analogies.size(); ++i) {
    const auto& set = result.analogies[i];
    auto sections = Json::array();
    for (const auto& section : set.sections) sections.push_back(row_json(section));
    json["analogies"].push_back({{"file", options.sets.analogies[i].string()},
                                 {"sections", sections},
                                 {"semantic", row_json(set.semantic)},
                                 {"syntactic", row_json(set.syntactic)},
                                 {"total", row_json(set.total)},
                                 {"unknown_words", set.unknown.words}});
  }
  if (!result.similarities.empty()) json["similarities"] = Json::array();
  for (std::size_t i = 0; i < result.similarities.size(); ++i) {
    const auto& set = result.similarities[i];
    json["similarities"].push_back({{"file", options.sets.similarities[i].string()},
                                    {"spearman", difference_json(set.spearman)},
                                    {"pearson", difference_json(set.pearson)},
                                    {"found", set.found},
                                    {"pairs", set.pairs},
                                    {"unknown_words", set.unknown.words}});
  }
  return json;
}

// A table of what is measured, of A and B, and how much better B is.
class DifferenceTable {
 public:
  enum class Unit { kPercent, kCorrelation };

  DifferenceTable(const std::string& file, Unit unit, std::string_view items) : unit_(unit) {
    print_out("{}\n  {:<30} {:>8} {:>8} {:>9} {:>20} {:>8} {:>9}\n", file, "", "A", "B", "B - A",
              "95 % interval", "p", items);
  }

  void row(std::string_view name, const PairedDifference& found, std::uint64_t items) const {
    const auto interval = found.interval ? fmt::format("{} to {}", signed_text(found.interval->low),
                                                       signed_text(found.interval->high))
                                         : std::string("-");
    print_out("  {:<30} {:>8} {:>8} {:>9} {:>20} {:>8} {:>9}\n", name, text(found.a), text(found.b),
              found.difference ? signed_text(*found.difference) : "-", interval,
              found.p_value ? fmt::format("{:.2g}", *found.p_value) : "-", items);
  }

 private:
  std::string text(std::optional<double> value) const {
    if (!value) return "-";
    return unit_ == Unit::kPercent ? fmt::format("{:.2f} %", 100 * *value)
                                   : fmt::format("{:.4f}", *value);
  }
  std::string signed_text(double value) const {
    return unit_ == Unit::kPercent ? fmt::format("{:+.2f}", 100 * value)
                                   : fmt::format("{:+.4f}", value);
  }

  Unit unit_;
};

void print_neighbors(const CompareOptions& options, std::span<const NeighborOverlap> bands) {
  print_out("neighbours\n  {:<30} {:>8} {:>16} {:>9}\n",
            fmt::format("of the {} nearest the same", options.overlap.neighbors), "share",
            "95 % interval", "words");
  for (const auto& [band, words, overlap, interval] : bands) {
    print_out(
        "  {:<30} {:>8} {:>16} {:>9}\n", fmt::format("{} words", enum_name(band)),
        overlap ? fmt::format("{:.2f} %", 100 * *overlap) : "-",
        interval ? fmt::format("{:.2f} to {:.2f}", 100 * interval->low, 100 * interval->high) : "-",
        format_count(words));
  }
}

void print(const CompareOptions& options, const Comparison& result) {
  print_out("A: {}\nB: {}\n{} words in both, {} only in A, {} only in B\n", options.vectors[0],
            options.vectors[1], format_count(result.shared), format_count(result.only_in_a),
            format_count(result.only_in_b));
  print_neighbors(options, result.neighbors);
  using Unit = DifferenceTable::Unit;
  for (std::size_t i = 0; i < result.analogies.size(); ++i) {
    const auto& set = result.analogies[i];
    const DifferenceTable table(options.sets.analogies[i].string(), Unit::kPercent, "answered");
    for (const auto& section : set.sections)
      table.row(section.name, section.accuracy, section.answered);
    for (const auto* row : {&set.semantic, &set.syntactic, &set.total})
      table.row(row->name, row->accuracy, row->answered);
  }
  for (std::size_t i = 0; i < result.similarities.size(); ++i) {
    const auto& set = result.similarities[i];
    const DifferenceTable table(options.sets.similarities[i].string(), Unit::kCorrelation, "pairs");
    table.row("spearman", set.spearman, set.found);
    table.row("pearson", set.pearson, set.found);
  }
}

void report_unknown_words(const CompareOptions& options, const Comparison& result) {
  // The words beyond are not at hand any more.
  const auto advice =
      options.sets.restrict_to > 0 ? "a higher --restrict may find more" : std::string_view();
  for (std::size_t i = 0; i < result.analogies.size(); ++i) {
    const auto& set = result.analogies[i];
    report_unknown(options.common, options.sets.analogies[i].string(), set.unknown,
                   set.total.answered, set.total.questions, advice);
  }
  for (std::size_t i = 0; i < result.similarities.size(); ++i) {
    const auto& set = result.similarities[i];
    report_unknown(options.common, options.sets.similarities[i].string(), set.unknown, set.found,
                   set.pairs, advice);
  }
}

}  // namespace

void compare_command(const Arguments& arguments, const std::stop_token& stop) {
  CompareOptions options;
  parse(arguments, options);
  const auto result = [&] {
    const CommandMonitor monitor(options.common, stop);
    return with_threads(options.common.threads, [&] { return run(options, monitor.monitor()); });
  }();
  if (options.common.json) {
    print_json(comparison_json(options, result), JsonLayout::kIndented);
  } else {
    print(options, result);
  }
  report_unknown_words(options, result);
}

}  // namespace wordkin
