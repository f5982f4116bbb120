#include "tools/doctor_report.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "tools/answers.h"
#include "tools/display.h"
#include "tools/output.h"

namespace wordkin {
namespace {

using Json = nlohmann::ordered_json;

std::uint64_t rounded(double x) { return static_cast<std::uint64_t>(std::llround(x)); }

void print_row(std::string_view name, std::string_view value, std::string_view details) {
  print_out("  {:<16} {:>10}{}{}\n", name, value, details.empty() ? "" : "   ", details);
}

// "a 1 s, b 2 s", without what is 0.
template <class T, class Format>
std::string details_of(const std::vector<std::pair<std::string_view, T>>& parts, Format&& format) {
  std::vector<std::string> texts;
  for (const auto& [name, value] : parts) {
    if (value > 0) texts.push_back(fmt::format("{} {}", name, format(value)));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

void print_facts(const TextFacts& facts) {
  print_out("Text\n");
  print_row("size", format_bytes(facts.bytes),
            facts.is_part ? "looked at, the beginning of it" : "");
  print_row("lines", format_count(facts.lines), "");
  print_row("tokens", format_count(facts.tokens), "");
}

void print_forecast(const TrainOptions& options, const Forecast& forecast) {
  const auto& text = forecast.text;
  print_out("\nwordkin train --model {} --dim {}\n", enum_name(options.model), options.dim());
  if (text.scale > 1)
    print_row("expected for", fmt::format("{:.1f} times", text.scale),
              "the text that was looked at");
  print_row("vocabulary", format_count(rounded(text.vocabulary)), "words");
  if (forecast.nonzeros > 0)
    print_row("counts", format_count(rounded(forecast.nonzeros)), "co-occurrences");
  print_row("peak memory", format_bytes(forecast.peak_memory()),
            details_of<std::uint64_t>({{"reading", forecast.reading_memory},
                                       {"counting", forecast.counting_memory},
                                       {"training", forecast.training_memory},
                                       {"of", options.text.memory_limit()}},
                                      format_bytes));
  print_row("temporary files", format_bytes(forecast.temporary_bytes), "");
  print_row("output", format_bytes(forecast.output_bytes), "");
  if (forecast.train_seconds == 0) return;
  print_row("time", format_duration(forecast.seconds()),
            details_of<double>({{"reading", forecast.read_seconds},
                                {"counting", forecast.count_seconds},
                                {"training", forecast.train_seconds},
                                {"saving", forecast.save_seconds}},
                               format_duration));
}

void print_labels(const DoctorReport& report) {
  print_out("\nLabels\n");
  for (std::size_t i = 0; i < report.label_names.size(); ++i) {
    print_row(report.label_names[i], format_count(report.labels->texts[i]), "texts");
  }
}

void print_findings(const Findings& findings) {
  print_out("\n{}\n", findings.empty() ? "Nothing is wrong." : "Findings");
  for (const auto& finding : findings) {
    print_out("  {:<8} {}: {}\n", enum_name(finding.severity), finding.check, finding.found);
    if (!finding.where.empty()) print_out("  {:<8} {}\n", "", finding.where);
    print_out("  {:<8} {}; {}\n", "", finding.meaning, finding.advice);
  }
}

Json fault_json(const TextFault& fault) {
  auto places = Json::array();
  for (const auto& [file, line, offset] : fault.places) {
    places.push_back({{"file", file}, {"line", line}, {"offset", offset}});
  }
  return {{"count", fault.count}, {"places", places}};
}

Json facts_json(const TextFacts& facts) {
  return {{"bytes", facts.bytes},
          {"is_part", facts.is_part},
          {"lines", facts.lines},
          {"tokens", facts.tokens},
          {"invalid_utf8", fault_json(facts.invalid_utf8)},
          {"nul_bytes", fault_json(facts.nul_bytes)},
          {"byte_order_marks", fault_json(facts.byte_order_marks)},
          {"windows_line_ends", fault_json(facts.windows_line_ends)},
          {"long_tokens", fault_json(facts.long_tokens)},
          {"longest_token", facts.longest_token.bytes},
          {"longest_line", facts.longest_line.bytes},
          {"numbers", facts.numbers},
          {"glued_punctuation", facts.glued},
          {"capitalised", facts.capitalised},
          {"lower_case", facts.lower_case},
          {"repeated_lines", facts.repeated_lines},
          {"repeated_lines_estimated", facts.repeated_is_estimate}};
}

Json forecast_json(const TrainOptions& options, const Forecast& forecast) {
  return {{"scale", forecast.text.scale},
          {"vocabulary", rounded(forecast.text.vocabulary)},
          {"corpus_words", rounded(forecast.text.words)},
          {"nonzeros", rounded(forecast.nonzeros)},
          {"peak_memory", forecast.peak_memory()},
          {"reading_memory", forecast.reading_memory},
          {"counting_memory", forecast.counting_memory},
          {"training_memory", forecast.training_memory},
          {"least_memory", forecast.least_memory},
          {"allowed_memory", options.text.memory_limit()},
          {"temporary_bytes", forecast.temporary_bytes},
          {"output_bytes", forecast.output_bytes},
          {"state_bytes", forecast.state_bytes},
          {"seconds", forecast.seconds()},
          {"read_seconds", forecast.read_seconds},
          {"count_seconds", forecast.count_seconds},
          {"train_seconds", forecast.train_seconds},
          {"save_seconds", forecast.save_seconds}};
}

Json labels_json(const DoctorReport& report) {
  const auto& facts = *report.labels;
  auto texts = Json::object();
  for (std::size_t i = 0; i < report.label_names.size(); ++i) {
    texts[report.label_names[i]] = facts.texts[i];
  }
  return {{"texts", texts},
          {"unseen_labels", facts.unseen_labels},
          {"without_words", facts.without_words.count},
          {"invalid_utf8", facts.invalid_utf8.count},
          {"repeated", facts.repeated.count},
          {"contradicting", facts.contradicting.count},
          {"shared", facts.shared.count}};
}

}  // namespace

std::size_t DoctorReport::errors() const {
  return static_cast<std::size_t>(
      std::ranges::count(findings, Severity::kError, &Finding::severity));
}

void print_doctor_report(const TrainOptions& options, const DoctorReport& report) {
  if (report.facts) print_facts(*report.facts);
  if (report.forecast) print_forecast(options, *report.forecast);
  if (report.labels) print_labels(report);
  print_findings(report.findings);
}

void print_doctor_json(const TrainOptions& options, const DoctorReport& report) {
  auto json = Json::object();
  if (report.facts) json["text"] = facts_json(*report.facts);
  if (report.forecast) json["forecast"] = forecast_json(options, *report.forecast);
  if (report.labels) json["labels"] = labels_json(report);
  json["findings"] = Json::array();
  for (const auto& finding : report.findings) {
    json["findings"].push_back({{"severity", enum_name(finding.severity)},
                                {"check", finding.check},
                                {"found", finding.found},
                                {"where", finding.where},
                                {"meaning", finding.meaning},
                                {"advice", finding.advice}});
  }
  print_json(json, JsonLayout::kIndented);
}

}  // namespace wordkin
