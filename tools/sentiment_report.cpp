#include "tools/sentiment_report.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "classify/nbsvm.h"
#include "common/parallel.h"
#include "tools/display.h"
#include "tools/output.h"

namespace wordkin {
namespace {

double percent(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

std::size_t quantile(const std::vector<std::size_t>& lengths, double share) {
  return lengths[static_cast<std::size_t>(share * static_cast<double>(lengths.size() - 1))];
}

void print_part(std::string_view part, std::span<const std::string> labels,
                const EncodingReport& report) {
  const auto& all = report.all;
  print_error("{}: {} of {}; lengths: median {}, 95 % up to {}, longest {}\n", part,
              counted(all.texts, "text"), counted(all.words, "word"), quantile(report.lengths, 0.5),
              quantile(report.lengths, 0.95), report.lengths.back());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto& own = report.classes[i];
    print_error("  {}: {} ({:.1f} %), {:.2f} % of the words unknown\n", labels[i],
                counted(own.texts, "text"), percent(own.texts, all.texts),
                percent(own.unknown, own.words));
  }
  if (all.cut_texts > 0) {
    print_error("  {} {} ({:.2f} %)\n",
                counted(all.cut_texts, "text is longer than --max-words and loses",
                        "texts are longer than --max-words and lose"),
                counted(all.cut_words, "word"), percent(all.cut_words, all.words));
  }
  if (all.empty_texts > 0)
    print_error("  {} no words\n", counted(all.empty_texts, "text has", "texts have"));
}

std::vector<std::vector<std::string>> prepare_all(const LabelledTexts& texts,
                                                  const TextPreparation& preparation) {
  std::vector<std::vector<std::string>> words(texts.size());
  parallel_for_ranges(texts.size(), 64, [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) words[i] = prepare_text(texts.texts[i], preparation);
  });
  return words;
}

nlohmann::ordered_json scores_json(const RetrievalScores& scores) {
  return {{"precision", scores.precision}, {"recall", scores.recall}, {"f1", scores.f1}};
}

}  // namespace

void print_data_report(const LabelledTexts& texts, const EncodingReport& train,
                       const EncodingReport& validation, std::size_t shared_texts) {
  print_part("train", texts.labels, train);
  print_error("  for example, a text with the label '{}': {}\n",
              texts.labels[texts.classes.front()], excerpt(texts.texts.front()));
  print_part("validation", texts.labels, validation);
  for (std::size_t i = 0; i < texts.labels.size(); ++i) {
    if (validation.classes[i].texts > 0) continue;
    print_error("  no text has the label '{}', which counts as 0 in macro averages\n",
                texts.labels[i]);
  }
  if (shared_texts > 0) {
    print_error("  {} also trained on: its accuracy is too high\n",
                counted(shared_texts, "text of the validation part is",
                        "texts of the validation part are"));
  }
}

nlohmann::ordered_json encoding_json(std::span<const std::string> labels,
                                     const EncodingReport& report) {
  const auto figures = [](const EncodingFigures& part) {
    return nlohmann::ordered_json{{"texts", part.texts},         {"words", part.words},
                                  {"unknown", part.unknown},     {"cut_texts", part.cut_texts},
                                  {"cut_words", part.cut_words}, {"empty_texts", part.empty_texts}};
  };
  auto json = figures(report.all);
  json["lengths"] = {{"median", quantile(report.lengths, 0.5)},
                     {"p95", quantile(report.lengths, 0.95)},
                     {"longest", report.lengths.back()}};
  json["labels"] = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    json["labels"][labels[i]] = figures(report.classes[i]);
  }
  return json;
}

std::vector<std::uint32_t> predicted_classes(std::span<const double> probabilities,
                                             std::size_t classes) {
  std::vector<std::uint32_t> predicted;
  for (std::size_t i = 0; i < probabilities.size(); i += classes) {
    const auto own = probabilities.subspan(i, classes);
    predicted.push_back(static_cast<std::uint32_t>(std::ranges::max_element(own) - own.begin()));
  }
  return predicted;
}

BaselineResult evaluate_baseline(const LabelledTexts& train, const LabelledTexts& texts,
                                 const TextPreparation& preparation,
                                 std::span<const std::uint32_t> predicted) {
  const auto baseline =
      Nbsvm::train(prepare_all(train, preparation), train.classes, train.labels.size());
  const auto words = prepare_all(texts, preparation);
  std::vector<std::uint32_t> own;
  std::uint64_t correct = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    own.push_back(baseline.predict(words[i]));
    correct += own.back() == texts.classes[i] ? 1 : 0;
  }
  return {.accuracy = static_cast<double>(correct) / static_cast<double>(words.size()),
          .accuracy_interval = wilson_interval(correct, words.size()),
          .against_network = mcnemar(texts.classes, predicted, own)};
}

std::string p_text(const McNemar& test) {
  return test.p_value == 0 ? "< 1e-300" : fmt::format("= {:.2g}", test.p_value);
}

std::string baseline_text(const BaselineResult& result) {
  return fmt::format(
      "NBSVM: accuracy {:.2f} % ({:.2f} to {:.2f}); of the texts that one of both has "
      "wrong, the network has {} right and the NBSVM {}, p {}\n",
      100 * result.accuracy, 100 * result.accuracy_interval.low,
      100 * result.accuracy_interval.high, result.against_network.only_a_right,
      result.against_network.only_b_right, p_text(result.against_network));
}

nlohmann::ordered_json mcnemar_json(const McNemar& test) {
  return {{"only_first_right", test.only_a_right},
          {"only_second_right", test.only_b_right},
          {"p_value", test.p_value}};
}

nlohmann::ordered_json baseline_json(const BaselineResult& result) {
  return {{"accuracy", result.accuracy},
          {"accuracy_interval", {result.accuracy_interval.low, result.accuracy_interval.high}},
          {"mcnemar", mcnemar_json(result.against_network)}};
}

void print_metrics_summary(std::string_view what, const Metrics& metrics) {
  print_error(
      "{}: accuracy {:.2f} % ({:.2f} to {:.2f}), F1 {:.4f}, log loss {:.4f}, calibration "
      "error {:.4f}\n",
      what, 100 * metrics.accuracy, 100 * metrics.accuracy_interval.low,
      100 * metrics.accuracy_interval.high, metrics.macro.f1, metrics.log_loss,
      metrics.calibration_error);
}

void print_metrics(std::span<const std::string> labels, const Metrics& metrics) {
  print_out("texts              {}\n", format_count(metrics.texts));
  print_out("accuracy           {:.2f} %, 95 % interval {:.2f} to {:.2f}\n", 100 * metrics.accuracy,
            100 * metrics.accuracy_interval.low, 100 * metrics.accuracy_interval.high);
  if (metrics.roc_auc) print_out("ROC-AUC            {:.4f}\n", *metrics.roc_auc);
  print_out("log loss           {:.4f}\n", metrics.log_loss);
  print_out("Brier score        {:.4f}\n", metrics.brier);
  print_out("calibration error  {:.4f}\n\n", metrics.calibration_error);
  std::size_t width = 8;
  for (const auto& label : labels) width = std::max(width, label.size());
  print_out("{:<{}}  precision  recall      F1   texts\n", "label", width);
  const auto row = [&](std::string_view name, const RetrievalScores& scores, std::uint64_t texts) {
    print_out("{:<{}}  {:>9.4f}  {:>6.4f}  {:>6.4f}  {:>6}\n", name, width, scores.precision,
              scores.recall, scores.f1, texts);
  };
  for (std::size_t i = 0; i < labels.size(); ++i) {
    row(labels[i], metrics.classes[i].scores, metrics.classes[i].support);
  }
  row("macro", metrics.macro, metrics.texts);
  row("weighted", metrics.weighted, metrics.texts);
  print_out("\n{:<{}}  predicted\n{:<{}}", "true", width, "", width);
  for (const auto& label : labels) print_out("  {:>{}}", label, width);
  print_out("\n");
  for (std::size_t i = 0; i < labels.size(); ++i) {
    print_out("{:<{}}", labels[i], width);
    for (const auto count : metrics.confusion[i]) print_out("  {:>{}}", count, width);
    print_out("\n");
  }
}

nlohmann::ordered_json metrics_json(std::span<const std::string> labels, const Metrics& metrics) {
  nlohmann::ordered_json json = {
      {"texts", metrics.texts},
      {"accuracy", metrics.accuracy},
      {"accuracy_interval", {metrics.accuracy_interval.low, metrics.accuracy_interval.high}},
      {"log_loss", metrics.log_loss},
      {"brier", metrics.brier},
      {"calibration_error", metrics.calibration_error},
      {"macro", scores_json(metrics.macro)},
      {"weighted", scores_json(metrics.weighted)},
      {"confusion", metrics.confusion}};
  if (metrics.roc_auc) json["roc_auc"] = *metrics.roc_auc;
  json["labels"] = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    json["labels"][labels[i]] = scores_json(metrics.classes[i].scores);
    json["labels"][labels[i]]["texts"] = metrics.classes[i].support;
  }
  return json;
}

}  // namespace wordkin
