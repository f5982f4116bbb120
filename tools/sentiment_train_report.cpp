#include "tools/sentiment_train_report.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/answers.h"
#include "tools/display.h"
#include "tools/output.h"

namespace wordkin {
namespace {

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
      "wordkin: hardly better than always the most frequent label, {:.2f} %, and the loss is "
      "{:.3f}, "
      "that "
      "of guessing {:.3f}; try {}, or see whether the labels belong to the texts\n",
      100 * majority, loss, chance,
      loss > 1.5 * chance ? "a lower --rate" : "another --rate, more --epochs");
}

// A figure of all epochs.
template <class Figure>
Curve curve_of(std::string name, const TrainedSentiment& training, Figure&& figure) {
  Curve curve{std::move(name), {}};
  for (const auto& epoch : training.epochs) curve.values.push_back(figure(epoch));
  return curve;
}

std::vector<Chart> charts_of(const TrainedSentiment& training) {
  const auto curve = [&](std::string name, double SentimentEpoch::*figure, double scale = 1) {
    return curve_of(std::move(name), training,
                    [=](const SentimentEpoch& epoch) { return scale * epoch.*figure; });
  };
  using Epoch = SentimentEpoch;
  return {{"Loss",
           {curve("training", &Epoch::train_loss), curve("validation", &Epoch::validation_loss)}},
          {"Accuracy, %",
           {curve("training", &Epoch::train_accuracy, 100),
            curve("validation", &Epoch::validation_accuracy, 100)}},
          {"Steps whose gradient was clipped, %", {curve("training", &Epoch::clipped_steps, 100)}},
          {"Norm of the gradients", {curve("before clipping", &Epoch::gradient_norm)}},
          {"Learning rate", {curve("at the end of the epoch", &Epoch::learning_rate)}}};
}

ReportTable figures_of(const SentimentTrainReport& report) {
  const auto& metrics = report.metrics;
  const auto percent = [](double share) { return fmt::format("{:.2f} %", 100 * share); };
  std::vector<std::vector<std::string>> rows{
      {"kept epoch", fmt::to_string(report.training.best_epoch + 1)},
      {"accuracy", percent(metrics.accuracy)},
      {"its 95 % interval", fmt::format("{:.2f} to {:.2f} %", 100 * metrics.accuracy_interval.low,
                                        100 * metrics.accuracy_interval.high)},
      {"log loss", fmt::format("{:.4f}", metrics.log_loss)},
      {"Brier score", fmt::format("{:.4f}", metrics.brier)},
      {"calibration error", fmt::format("{:.4f}", metrics.calibration_error)},
      {"temperature", fmt::format("{:.4f}", report.temperature)}};
  if (report.shared_texts > 0) {
    rows.push_back({"texts that are also trained on", format_count(report.shared_texts)});
  }
  if (metrics.roc_auc) rows.push_back({"ROC-AUC", fmt::format("{:.4f}", *metrics.roc_auc)});
  if (const auto& baseline = report.baseline) {
    rows.push_back({"accuracy of the NBSVM", percent(baseline->accuracy)});
    rows.push_back({"p of the difference (McNemar)",
                    fmt::format("{:.2g}", baseline->against_network.p_value)});
  }
  return figures_table("Validation", std::move(rows));
}

ReportTable labels_of(const SentimentTrainReport& report) {
  ReportTable table{
      .title = "Labels", .columns = {"", "precision", "recall", "F1", "texts"}, .rows = {}};
  for (const auto& label : report.labels) table.columns.push_back("predicted " + label);
  for (std::size_t i = 0; i < report.labels.size(); ++i) {
    const auto& [scores, support] = report.metrics.classes[i];
    std::vector<std::string> row{report.labels[i], fmt::format("{:.4f}", scores.precision),
                                 fmt::format("{:.4f}", scores.recall),
                                 fmt::format("{:.4f}", scores.f1), format_count(support)};
    for (const auto count : report.metrics.confusion[i]) row.push_back(format_count(count));
    table.rows.push_back(std::move(row));
  }
  return table;
}

ReportTable texts_of(const SentimentTrainReport& report) {
  ReportTable table{
      .title = "Texts", .columns = {"", "texts", "words", "unknown words"}, .rows = {}};
  for (const auto& [name, part] :
       {std::pair{"training", &report.train}, std::pair{"validation", &report.validation}}) {
    table.rows.push_back({name});
    for (std::size_t i = 0; i < report.labels.size(); ++i) {
      const auto& own = part->classes[i];
      table.rows.push_back({report.labels[i], format_count(own.texts), format_count(own.words),
                            format_count(own.unknown)});
    }
  }
  return table;
}

}  // namespace

void print_sentiment_train_json(const SentimentTrainReport& report) {
  nlohmann::ordered_json json = {{"output", report.output.string()},
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

void print_sentiment_train_summary(const SentimentTrainReport& report) {
  print_error("kept: epoch {}\n", report.training.best_epoch + 1);
  warn_of_standstill(report);
  print_metrics_summary("validation (which chose epoch and temperature)", report.metrics);
  if (report.baseline) print_error("{}", baseline_text(*report.baseline));
  if (report.training.interrupted) return;
  print_error("{}: {} in {} ({} for vectors, {} for training at {}), peak memory {}\n",
              report.output.string(), format_bytes(report.output_bytes),
              format_duration(report.seconds), format_duration(report.vector_seconds),
              format_duration(report.train_seconds),
              format_rate(report.training.epochs.back().words_per_second, "words"),
              format_bytes(peak_memory()));
}

Report sentiment_page(const SentimentTrainOptions& options, const SentimentTrainReport& report) {
  return {.title = options.output.string(),
          .details = fmt::format("A classifier of texts ({}), {}{}.",
                                 enum_name(options.training.network.cell),
                                 counted(report.training.epochs.size(), "epoch"),
                                 report.training.interrupted ? ", then interrupted" : ""),
          .charts = charts_of(report.training),
          .tables = {figures_of(report), labels_of(report), texts_of(report),
                     metadata_table(report.metadata)}};
}

}  // namespace wordkin
