#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/parallel.h"
#include "embed/query/evaluation.h"
#include "embed/vectors/vector_file.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/output.h"
#include "tools/test_sets.h"

namespace wordkin {
namespace {

using Json = nlohmann::ordered_json;

struct EvaluateOptions {
  CommonOptions common;
  Arguments vectors;
  TestSetOptions sets;
};

void parse(const Arguments& arguments, EvaluateOptions& options) {
  CommandLine line(
      "evaluate VECTORS [--analogies FILE]... [--similarities FILE]...",
      fmt::format(
          "Accuracy on analogy questions and correlation with human similarity scores, with\n"
          "intervals of 95 %: Wilson's of accuracies, the bootstrap's of correlations.\n\n{}",
          kTestSetForms),
      "  wordkin evaluate vectors.safetensors --analogies questions-words.txt --restrict 30000 "
      "--ignore-case\n"
      "  wordkin evaluate vectors.safetensors --similarities wordsim353.txt --similarities "
      "simlex.csv --json\n"
      "  wordkin evaluate vectors.safetensors --analogies BATS_3.0 --method pairdirection\n");
  add_test_set_options(line, options.sets);
  line.arguments(options.vectors, 1, 1);
  line.common(options.common);
  line.parse(arguments);
  if (options.sets.empty()) {
    throw UsageError("evaluate: expected --analogies FILE or --similarities FILE");
  }
  check_test_set_options(line, options.sets);
  if (options.sets.similarities.empty()) {
    line.refuse({"resamples", "seed"}, "a run without --similarities");
  }
}

Json accuracy_json(const Accuracy& accuracy) {
  return {{"accuracy", or_null(accuracy.accuracy())},
          {"accuracy_interval", or_null(accuracy.interval())},
          {"correct", accuracy.correct},
          {"answered", accuracy.answered},
          {"questions", accuracy.questions},
          {"coverage", accuracy.coverage()}};
}

Json analogies_json(const std::string& file, const AnalogyScores& scores) {
  auto sections = Json::array();
  for (const auto& section : scores.sections) {
    Json json = {{"name", section.name}};
    json.update(accuracy_json(section.accuracy));
    sections.push_back(json);
  }
  return {{"file", file},
          {"sections", sections},
          {"semantic", accuracy_json(scores.semantic)},
          {"syntactic", accuracy_json(scores.syntactic)},
          {"total", accuracy_json(scores.total)},
          {"unknown_words", scores.unknown.words}};
}

Json similarities_json(const std::string& file, const SimilarityScores& scores) {
  return {{"file", file},
          {"spearman", or_null(scores.spearman.value)},
          {"spearman_interval", or_null(scores.spearman.interval)},
          {"pearson", or_null(scores.pearson.value)},
          {"pearson_interval", or_null(scores.pearson.interval)},
          {"found", scores.found},
          {"pairs", scores.pairs},
          {"coverage", scores.coverage()},
          {"unknown_words", scores.unknown.words}};
}

void print_accuracy(std::string_view name, const Accuracy& accuracy) {
  const auto share = accuracy.accuracy();
  const auto interval = accuracy.interval().value_or(Interval{});
  print_out("  {:<30} {:>8} {:>16} {:>8} {:>9} {:>10}\n", name,
            share ? fmt::format("{:.2f} %", 100 * *share) : "-",
            share ? fmt::format("{:.2f} to {:.2f}", 100 * interval.low, 100 * interval.high) : "-",
            accuracy.correct, accuracy.answered, accuracy.questions);
}

void print_analogies(const std::string& file, const AnalogyScores& scores) {
  print_out("{}\n  {:<30} {:>8} {:>16} {:>8} {:>9} {:>10}\n", file, "section", "accuracy",
            "95 % interval", "correct", "answered", "questions");
  for (const auto& section : scores.sections) print_accuracy(section.name, section.accuracy);
  print_accuracy("semantic", scores.semantic);
  print_accuracy("syntactic", scores.syntactic);
  print_accuracy("total", scores.total);
}

void print_similarities(const std::string& file, const SimilarityScores& scores) {
  const auto text = [](const Correlation& correlation) {
    const auto& [value, interval] = correlation;
    if (!value) return std::string("undefined");
    if (!interval) return fmt::format("{:.4f}", *value);
    return fmt::format("{:.4f} ({:.4f} to {:.4f})", *value, interval->low, interval->high);
  };
  print_out("{}\n  spearman {}  pearson {}  pairs {} of {}\n", file, text(scores.spearman),
            text(scores.pearson), scores.found, scores.pairs);
}

struct Scores {
  std::size_t words = 0;
  std::vector<AnalogyScores> analogies;        // by file
  std::vector<SimilarityScores> similarities;  // by file
};

Scores run(const EvaluateOptions& options, const Monitor& monitor) {
  const auto& set_options = options.sets;
  const auto sets = read_test_sets(set_options);
  const auto embeddings = load_embeddings(options.vectors.front());
  const UnitVectors vectors(embeddings, set_options.restrict_to);
  const WordLookup lookup(embeddings.vocabulary(), vectors.size(), set_options.letter_case());
  Scores scores{.words = vectors.size(), .analogies = {}, .similarities = {}};
  for (const auto& set : sets.analogies) {
    scores.analogies.push_back(
        evaluate_analogies(vectors, set, lookup, set_options.method, monitor));
  }
  for (const auto& set : sets.similarities) {
    scores.similarities.push_back(
        evaluate_similarities(vectors, set, lookup, set_options.bootstrap, monitor));
  }
  return scores;
}

void print(const EvaluateOptions& options, const Scores& scores) {
  Json json = {{"vectors", options.vectors.front()}, {"words", scores.words}};
  if (!scores.analogies.empty()) {
    json["method"] = enum_name(options.sets.method);
    json["analogies"] = Json::array();
  }
  for (std::size_t i = 0; i < scores.analogies.size(); ++i) {
    const auto file = options.sets.analogies[i].string();
    const auto& score = scores.analogies[i];
    json["analogies"].push_back(analogies_json(file, score));
    if (!options.common.json) print_analogies(file, score);
    report_unknown(options.common, file, score.unknown, score.total.answered,
                   score.total.questions);
  }
  if (!scores.similarities.empty()) json["similarities"] = Json::array();
  for (std::size_t i = 0; i < scores.similarities.size(); ++i) {
    const auto file = options.sets.similarities[i].string();
    const auto& score = scores.similarities[i];
    json["similarities"].push_back(similarities_json(file, score));
    if (!options.common.json) print_similarities(file, score);
    report_unknown(options.common, file, score.unknown, score.found, score.pairs);
  }
  if (options.common.json) print_json(json, JsonLayout::kIndented);
}

}  // namespace

void evaluate_command(const Arguments& arguments, const std::stop_token& stop) {
  EvaluateOptions options;
  parse(arguments, options);
  const auto scores = [&] {
    const CommandMonitor monitor(options.common, stop);
    return with_threads(options.common.threads, [&] { return run(options, monitor.monitor()); });
  }();
  print(options, scores);
}

}  // namespace wordkin
