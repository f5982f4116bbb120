#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "classify/metrics.h"
#include "classify/nbsvm.h"
#include "classify/sentiment_file.h"
#include "classify/sentiment_state.h"
#include "classify/text_split.h"
#include "common/parallel.h"
#include "common/version.h"
#include "embed/text/unicode.h"
#include "tools/answers.h"
#include "tools/output.h"
#include "tools/sentiment_report.h"
#include "tools/sentiment_train_options.h"
#include "tools/sentiment_vectors.h"
#include "tools/signals.h"

namespace wordkin {
namespace {

// What happened, for the summary.
struct SentimentTrainReport {
  std::vector<std::string> labels;
  EncodingReport train;
  EncodingReport validation;
  std::size_t shared_texts = 0;  // of the validation part that are also trained on
  std::size_t words = 0;         // of the vocabulary
  TrainedSentiment training;
  Metrics metrics;  // of the kept epoch on the validation part
  std::vector<std::uint32_t> predicted;
  std::optional<BaselineResult> baseline;
  double temperature = 1;
  double vector_seconds = 0;
  double train_seconds = 0;
  double baseline_seconds = 0;
  double seconds = 0;
  std::uint64_t output_bytes = 0;
};

TextSplit read_data(const SentimentTrainOptions& options) {
  auto texts = read_labelled_texts(options.data, options.columns);
  if (texts.labels.size() < 2) {
    throw FormatError(fmt::format("{}: all texts have the label '{}', expected two labels at least",
                                  options.data.string(), excerpt(texts.labels.front())));
  }
  for (const auto& label : texts.labels) {
    if (is_valid_utf8(label)) continue;
    throw FormatError(
        fmt::format("{}: the label '{}' is not UTF-8", options.data.string(), excerpt(label)));
  }
  if (!options.validation.empty()) {
    auto validation = read_labelled_texts(options.validation, options.columns, texts.labels);
    return {std::move(texts), std::move(validation)};
  }
  auto split = split_texts(std::move(texts), options.validation_fraction, options.training.seed);
  if (split.validation.size() == 0) {
    throw FormatError(
        fmt::format("{}: no label has two texts, of which one could be held out; give "
                    "more texts, or --validation",
                    options.data.string()));
  }
  return split;
}

Metadata describe(const SentimentTrainOptions& options, const SentimentTrainReport& report) {
  const auto& best = report.training.epochs[report.training.best_epoch];
  return {{"program", fmt::format("wordkin {}", kVersion)},
          {"trained_epochs", fmt::to_string(report.training.epochs.size())},
          {"best_epoch", fmt::to_string(report.training.best_epoch + 1)},
          {"start_vectors", options.vectors.empty()
                                ? (options.corpora.empty() ? "random" : "trained on the texts")
                                : options.vectors.string()},
          {"train_texts", fmt::to_string(report.train.all.texts)},
          {"validation_texts", fmt::to_string(report.validation.all.texts)},
          {"validation_accuracy", fmt::format("{:.6g}", best.validation_accuracy)},
          {"validation_loss", fmt::format("{:.6g}", best.validation_loss)}};
}

// The rest of training once the network has its weights: temperature and figures.
void finish(const EncodedTexts& validation, SentimentModel& model, SentimentTrainReport& report) {
  const auto logits = compute_logits(model.network, model.parameters, model.vectors, validation);
  const auto classes = model.labels.size();
  model.temperature = fit_temperature(logits, classes, validation.classes());
  report.temperature = model.temperature;
  auto probabilities = probabilities_of(logits, classes, model.temperature);
  report.predicted = predicted_classes(probabilities, classes);
  report.metrics = measure({.classes = classes,
                            .probabilities = std::move(probabilities),
                            .truth = validation.classes()});
}

// A line of the table of epochs, over the progress where that is shown.
void print_epoch(const SentimentState& state, bool with_head) {
  const std::string_view clear = ::isatty(STDERR_FILENO) == 1 ? "\r\033[K" : "";
  const auto number = state.epochs.size();
  const auto& epoch = state.epochs.back();
  if (with_head) {
    print_error("{}epoch  train loss  accuracy  validation loss  accuracy  gradient  clipped\n",
                clear);
  }
  print_error("{}{:>5}  {:>10.4f}  {:>6.2f} %  {:>15.4f}  {:>6.2f} %  {:>8.3g}  {:>5.0f} %{}\n",
              clear, number, epoch.train_loss, 100 * epoch.train_accuracy, epoch.validation_loss,
              100 * epoch.validation_accuracy, epoch.gradient_norm, 100 * epoch.clipped_steps,
              state.best_epoch + 1 == number ? "  best so far" : "");
}

TrainedSentiment train_or_resume(const SentimentTrainOptions& options, const EncodedTexts& train,
                                 const EncodedTexts& validation, SentimentModel& model,
                                 const Metadata& identity, std::optional<Saving>& saving,
                                 const Monitor& monitor) {
  std::optional<SentimentState> resumed;
  if (!options.resume.empty()) {
    resumed = load_sentiment_state(options.resume, model, options.training, identity);
    saving.emplace();
  }
  bool heads = true;
  const EpochObserver save = [&](const SentimentState& state) {
    if (!saving) saving.emplace();
    if (!options.common.quiet) print_epoch(state, std::exchange(heads, false));
    if (!options.save_state.empty()) save_sentiment_state(options.save_state, state, identity);
  };
  return train_sentiment(train, validation, options.training, model, monitor, std::move(resumed),
                         save);
}

SentimentTrainReport run(const SentimentTrainOptions& options, const Monitor& monitor) {
  const Stopwatch all;
  SentimentTrainReport report;
  const auto split = read_data(options);
  report.labels = split.train.labels;
  report.shared_texts = count_shared(split.train, split.validation);
  const Stopwatch vectors_made;
  auto [vocabulary, vectors, preparation] = make_sentiment_vectors(options, split.train, monitor);
  report.vector_seconds = vectors_made.seconds();
  report.words = vocabulary.size();
  const TextEncoding encoding{preparation, options.max_words};
  auto train = encode_texts(split.train, encoding, vocabulary);
  auto validation = encode_texts(split.validation, encoding, vocabulary);
  report.train = std::move(train.report);
  report.validation = std::move(validation.report);
  if (!options.common.quiet)
    print_data_report(split.train, report.train, report.validation, report.shared_texts);

  SentimentModel model{
      .labels = split.train.labels,
      .encoding = encoding,
      .vocabulary = std::move(vocabulary),
      .vectors = with_unknown_word(vectors),
      .network = Network(options.training.network, vectors.cols(), split.train.labels.size()),
      .parameters = {},
      .metadata = {}};
  model.parameters = model.network.initial_parameters(options.training.seed);
  const Stopwatch trained;
  // From the first epoch on there is something to lose.
  std::optional<Saving> saving;
  const auto identity = training_identity(train.texts, validation.texts, options.training);
  report.training =
      train_or_resume(options, train.texts, validation.texts, model, identity, saving, monitor);
  report.train_seconds = trained.seconds();
  finish(validation.texts, model, report);
  model.metadata = describe(options, report);
  model.metadata.insert(identity.begin(), identity.end());
  report.output_bytes = save_sentiment_model(options.output, model);
  saving.reset();
  if (options.baseline && !report.training.interrupted) {
    const Stopwatch baseline;
    report.baseline =
        evaluate_baseline(split.train, split.validation, preparation, report.predicted);
    report.baseline_seconds = baseline.seconds();
  }
  report.seconds = all.seconds();
  return report;
}

nlohmann::ordered_json epochs_json(const TrainedSentiment& training) {
  auto epochs = nlohmann::ordered_json::array();
  for (const auto& epoch : training.epochs) {
    epochs.push_back({{"train_loss", epoch.train_loss},
                      {"train_accuracy", epoch.train_accuracy},
                      {"validation_loss", epoch.validation_loss},
                      {"validation_accuracy", epoch.validation_accuracy},
                      {"learning_rate", epoch.learning_rate},
                      {"gradient_norm", epoch.gradient_norm},
                      {"clipped_steps", epoch.clipped_steps},
                      {"words_per_second", epoch.words_per_second}});
  }
  return epochs;
}

void print_report(const SentimentTrainOptions& options, const SentimentTrainReport& report) {
  nlohmann::ordered_json json = {{"output", options.output.string()},
                                 {"bytes", report.output_bytes},
                                 {"labels", report.labels},
                                 {"vocabulary", report.words},
                                 {"train", encoding_json(report.labels, report.train)},
                                 {"validation", encoding_json(report.labels, report.validation)},
                                 {"shared_texts", report.shared_texts},
                                 {"epochs", epochs_json(report.training)},
                                 {"best_epoch", report.training.best_epoch + 1},
                                 {"interrupted", report.training.interrupted},
                                 {"temperature", report.temperature},
                                 {"metrics", metrics_json(report.labels, report.metrics)},
                                 {"seconds", report.seconds},
                                 {"vector_seconds", report.vector_seconds},
                                 {"train_seconds", report.train_seconds},
                                 {"baseline_seconds", report.baseline_seconds},
                                 {"peak_memory", peak_memory()}};
  if (report.baseline) json["nbsvm"] = baseline_json(*report.baseline);
  print_json(json, JsonLayout::kIndented);
}

// Where the kept epoch is no better than always giving the most frequent label.
void warn_of_standstill(const SentimentTrainReport& report) {
  std::size_t most = 0;
  for (const auto& part : report.validation.classes) most = std::max(most, part.texts);
  const auto majority =
      static_cast<double>(most) / static_cast<double>(report.validation.all.texts);
  if (report.metrics.accuracy_interval.low > majority) return;
  const auto chance = std::log(static_cast<double>(report.labels.size()));
  const auto loss = report.training.epochs.back().train_loss;
  print_error(
      "wordkin: no better than always the most frequent label, {:.2f} %, and the loss is {:.3f}, "
      "that "
      "of guessing {:.3f}; try {}, or see whether the labels belong to the texts\n",
      100 * majority, loss, chance,
      loss > 1.5 * chance ? "a lower --rate" : "another --rate, more --epochs");
}

void print_summary(const SentimentTrainOptions& options, const SentimentTrainReport& report) {
  print_error("kept: epoch {}\n", report.training.best_epoch + 1);
  warn_of_standstill(report);
  print_metrics_summary("validation (which chose epoch and temperature)", report.metrics);
  if (report.baseline) print_error("{}", baseline_text(*report.baseline));
  if (report.training.interrupted) {
    print_error("interrupted: the best epoch so far was saved{}\n",
                options.save_state.empty()
                    ? ""
                    : fmt::format("; go on with --resume {}", options.save_state.string()));
  }
  print_error("{}: {} in {} ({} for vectors, {} for training at {}), peak memory {}\n",
              options.output.string(), format_bytes(report.output_bytes),
              format_duration(report.seconds), format_duration(report.vector_seconds),
              format_duration(report.train_seconds),
              format_rate(report.training.epochs.back().words_per_second, "words"),
              format_bytes(peak_memory()));
}

}  // namespace

void sentiment_train_command(const Arguments& arguments, const std::stop_token& stop) {
  const auto options = parse_sentiment_train_options(arguments);
  if (!options) return;
  const auto report = [&] {
    const CommandMonitor monitor(options->common, stop);
    return with_threads(options->common.threads, [&] { return run(*options, monitor.monitor()); });
  }();
  if (options->common.json) print_report(*options, report);
  if (!options->common.quiet) print_summary(*options, report);
  if (report.training.interrupted) throw Interrupted();
}

}  // namespace wordkin
