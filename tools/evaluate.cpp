#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/parallel.h"
#include "embed/query/evaluation.h"
#include "embed/vectors/vector_file.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/output.h"

namespace wordkin {
namespace {

using Json = nlohmann::ordered_json;
using Paths = std::vector<std::filesystem::path>;

struct EvaluateOptions {
  CommonOptions common;
  Arguments vectors;
  Paths analogies;
  Paths similarities;
  std::size_t restrict_to = 0;
  bool ignore_case = false;
};

bool parse(const Arguments& arguments, EvaluateOptions& options) {
  CommandLine line(
      "evaluate VECTORS [--analogies FILE]... [--similarities FILE]...",
      "Accuracy on analogy questions (lines \": section\" and \"a b c d\") and correlation with "
      "human\n"
      "similarity scores (lines \"word word score\"). Questions with unknown words are skipped "
      "and\n"
      "counted; the three words of a question are no answer to it.\n",
      "  wordkin evaluate vectors.safetensors --analogies questions-words.txt --restrict 30000 "
      "--ignore-case\n"
      "  wordkin evaluate vectors.safetensors --similarities wordsim353.txt --json\n");
  line.option("analogies", options.analogies, "FILE",
              "analogy questions; may be given several times");
  line.option("similarities", options.similarities, "FILE",
              "pairs of words with scores; may be given several times");
  line.option("restrict", options.restrict_to, "N",
              "use the first N words only, the most frequent; 0: all");
  line.flag("ignore-case", options.ignore_case, "let words match in any case");
  line.arguments(options.vectors, 1, 1);
  line.common(options.common);
  if (!line.parse(arguments)) return false;
  if (options.analogies.empty() && options.similarities.empty()) {
    throw UsageError("evaluate: expected --analogies FILE or --similarities FILE");
  }
  return true;
}

Json or_null(std::optional<double> value) { return value ? Json(*value) : Json(); }

Json accuracy_json(const Accuracy& accuracy) {
  return {{"accuracy", or_null(accuracy.accuracy())},
          {"correct", accuracy.correct},
          {"answered", accuracy.answered},
          {"questions", accuracy.questions},
          {"coverage", accuracy.coverage()}};
}

Json analogies_json(const std::string& file, const AnalogyScores& scores) {
  auto sections = Json::array();
  for (const auto& [name, accuracy] : scores.sections) {
    Json section = {{"name", name}};
    section.update(accuracy_json(accuracy));
    sections.push_back(section);
  }
  return {{"file", file},
          {"sections", sections},
          {"semantic", accuracy_json(scores.semantic)},
          {"syntactic", accuracy_json(scores.syntactic)},
          {"total", accuracy_json(scores.total)}};
}

Json similarities_json(const std::string& file, const SimilarityScores& scores) {
  return {{"file", file},
          {"spearman", or_null(scores.spearman)},
          {"pearson", or_null(scores.pearson)},
          {"found", scores.found},
          {"pairs", scores.pairs},
          {"coverage", scores.coverage()}};
}

void print_accuracy(std::string_view name, const Accuracy& accuracy) {
  const auto percent = accuracy.accuracy();
  print_out("  {:<30} {:>8} {:>8} {:>9} {:>10}\n", name,
            percent ? fmt::format("{:.2f} %", 100 * *percent) : "-", accuracy.correct,
            accuracy.answered, accuracy.questions);
}

void print_analogies(const std::string& file, const AnalogyScores& scores) {
  print_out("{}\n  {:<30} {:>8} {:>8} {:>9} {:>10}\n", file, "section", "accuracy", "correct",
            "answered", "questions");
  for (const auto& [name, accuracy] : scores.sections) print_accuracy(name, accuracy);
  print_accuracy("semantic", scores.semantic);
  print_accuracy("syntactic", scores.syntactic);
  print_accuracy("total", scores.total);
}

void print_similarities(const std::string& file, const SimilarityScores& scores) {
  const auto text = [](std::optional<double> value) {
    return value ? fmt::format("{:.4f}", *value) : std::string("undefined");
  };
  print_out("{}\n  spearman {}  pearson {}  pairs {} of {}\n", file, text(scores.spearman),
            text(scores.pearson), scores.found, scores.pairs);
}

// Most questions were skipped: perhaps because their words are written in another case.
void hint_at_case(const EvaluateOptions& options, const std::string& file, std::uint64_t found,
                  std::uint64_t total) {
  if (!options.ignore_case && !options.common.quiet && 2 * found < total) {
    print_error("wordkin: {}: {} of {} skipped for unknown words; --ignore-case{} may find more\n",
                file, total - found, total,
                options.restrict_to > 0 ? " or a higher --restrict" : "");
  }
}

struct Scores {
  std::size_t words = 0;
  std::vector<AnalogyScores> analogies;        // by file
  std::vector<SimilarityScores> similarities;  // by file
};

Scores run(const EvaluateOptions& options, const Monitor& monitor) {
  std::vector<std::vector<AnalogySection>> analogies;
  for (const auto& path : options.analogies) analogies.push_back(read_analogies(path));
  std::vector<std::vector<SimilarityPair>> similarities;
  for (const auto& path : options.similarities) similarities.push_back(read_similarities(path));

  const auto embeddings = load_embeddings(options.vectors.front());
  const UnitVectors vectors(embeddings, options.restrict_to);
  const WordLookup lookup(embeddings.vocabulary(), vectors.size(),
                          options.ignore_case ? Case::kIgnored : Case::kSensitive);
  Scores scores{.words = vectors.size(), .analogies = {}, .similarities = {}};
  for (const auto& set : analogies) {
    scores.analogies.push_back(evaluate_analogies(vectors, set, lookup, monitor));
  }
  for (const auto& set : similarities) {
    scores.similarities.push_back(evaluate_similarities(vectors, set, lookup));
  }
  return scores;
}

void print(const EvaluateOptions& options, const Scores& scores) {
  Json json = {{"vectors", options.vectors.front()}, {"words", scores.words}};
  for (std::size_t i = 0; i < scores.analogies.size(); ++i) {
    const auto file = options.analogies[i].string();
    const auto& score = scores.analogies[i];
    json["analogies"].push_back(analogies_json(file, score));
    if (!options.common.json) print_analogies(file, score);
    hint_at_case(options, file, score.total.answered, score.total.questions);
  }
  for (std::size_t i = 0; i < scores.similarities.size(); ++i) {
    const auto file = options.similarities[i].string();
    const auto& score = scores.similarities[i];
    json["similarities"].push_back(similarities_json(file, score));
    if (!options.common.json) print_similarities(file, score);
    hint_at_case(options, file, score.found, score.pairs);
  }
  if (options.common.json) print_json(json, JsonLayout::kIndented);
}

}  // namespace

void evaluate_command(const Arguments& arguments, const std::stop_token& stop) {
  EvaluateOptions options;
  if (!parse(arguments, options)) return;
  const auto scores = [&] {
    const CommandMonitor monitor(options.common, stop);
    return with_threads(options.common.threads, [&] { return run(options, monitor.monitor()); });
  }();
  print(options, scores);
}

}  // namespace wordkin
