#include <optional>

#include <nlohmann/json.hpp>

#include "classify/sentiment_file.h"
#include "classify/text_split.h"
#include "common/parallel.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/output.h"
#include "tools/sentiment_report.h"
#include "tools/sentiment_train_options.h"

namespace wordkin {
namespace {

struct SentimentEvaluateOptions {
  CommonOptions common;
  Arguments arguments;  // MODEL DATA
  LabelledTextOptions columns;
  std::filesystem::path baseline;
  std::filesystem::path other;
};

void parse(const Arguments& arguments, SentimentEvaluateOptions& options) {
  CommandLine line(
      "sentiment evaluate MODEL DATA",
      "How right a model is on labelled texts, and how sure: accuracy with its 95 % interval,\n"
      "precision, recall and F1, ROC-AUC, confusion matrix, log loss, Brier score, calibration.\n",
      "  wordkin sentiment evaluate model.safetensors test.tsv\n"
      "  wordkin sentiment evaluate model.safetensors test.tsv --baseline train.tsv\n"
      "  wordkin sentiment evaluate model.safetensors test.csv --compare other.safetensors "
      "--json\n");
  line.arguments(options.arguments, 2, 2);
  add_column_options(line, options.columns);
  line.option("baseline", options.baseline, "DATA",
              "also train an NBSVM on these labelled texts, and compare");
  line.option("compare", options.other, "MODEL",
              "McNemar's test of whether another model is right on other texts");
  line.common(options.common);
  line.parse(arguments);
}

LabelledTexts read_texts_for(const SentimentModel& model, const std::filesystem::path& path,
                             const LabelledTextOptions& columns) {
  return read_labelled_texts(path, columns, model.labels);
}

void print_comparison(const std::filesystem::path& other, const McNemar& test) {
  print_out(
      "\nAgainst {}: of the texts that one of both has wrong, this model has {} right and the "
      "other {}, p {}\n",
      other.string(), test.only_a_right, test.only_b_right, p_text(test));
}

std::optional<SentimentModel> load_other(const SentimentEvaluateOptions& options,
                                         const SentimentModel& model) {
  auto other = load_sentiment_model(options.other);
  if (other.labels == model.labels) return other;
  throw UsageError(fmt::format("{}: has the labels {}, and {} has {}; compare models of the same",
                               options.other.string(), fmt::join(other.labels, ", "),
                               options.arguments[0], fmt::join(model.labels, ", ")));
}

void run(const SentimentEvaluateOptions& options, const Monitor& monitor) {
  const auto model = load_sentiment_model(options.arguments[0]);
  const auto other = options.other.empty() ? std::nullopt : load_other(options, model);
  const auto train = options.baseline.empty()
                         ? LabelledTexts{}
                         : read_texts_for(model, options.baseline, options.columns);
  const auto texts = read_texts_for(model, options.arguments[1], options.columns);
  const auto encoded = encode_texts(texts, model.encoding, model.vocabulary);
  const auto classes = model.labels.size();
  const auto probabilities = predict(model, encoded.texts, monitor);
  const auto predicted = predicted_classes(probabilities, classes);
  const auto metrics =
      measure({.classes = classes, .probabilities = probabilities, .truth = texts.classes});
  auto json = metrics_json(model.labels, metrics);
  json["data"] = encoding_json(model.labels, encoded.report);
  if (!options.common.json) {
    print_metrics(model.labels, metrics);
    const auto& all = encoded.report.all;
    print_out("\n{} of {} words are unknown to the model\n", format_count(all.unknown),
              format_count(all.words));
  }
  if (const auto shared = count_shared(train, texts); shared > 0 && !options.common.quiet) {
    print_error("wordkin: {} of the texts are also in {}: its accuracy is too high\n",
                format_count(shared), options.baseline.string());
  }
  if (!options.baseline.empty()) {
    const auto baseline = evaluate_baseline(train, texts, model.encoding.preparation, predicted);
    json["nbsvm"] = baseline_json(baseline);
    if (!options.common.json) print_out("\n{}", baseline_text(baseline));
  }
  if (other) {
    const auto others = encode_texts(texts, other->encoding, other->vocabulary);
    const auto test = mcnemar(texts.classes, predicted,
                              predicted_classes(predict(*other, others.texts, monitor), classes));
    json["mcnemar"] = mcnemar_json(test);
    if (!options.common.json) print_comparison(options.other, test);
  }
  if (options.common.json) print_json(json, JsonLayout::kIndented);
}

}  // namespace

void sentiment_evaluate_command(const Arguments& arguments, const std::stop_token& stop) {
  SentimentEvaluateOptions options;
  parse(arguments, options);
  const CommandMonitor monitor(options.common, stop);
  with_threads(options.common.threads, [&] { run(options, monitor.monitor()); });
}

}  // namespace wordkin
