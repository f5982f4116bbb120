#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "classify/labelled_texts.h"
#include "classify/metrics.h"
#include "classify/sentiment_model.h"

namespace wordkin {

// What the texts are like, on standard error, before training.
void print_data_report(const LabelledTexts& texts, const EncodingReport& train,
                       const EncodingReport& validation, std::size_t shared_texts);
nlohmann::ordered_json encoding_json(std::span<const std::string> labels,
                                     const EncodingReport& report);

// The first class with the largest probability, of each text.
std::vector<std::uint32_t> predicted_classes(std::span<const double> probabilities,
                                             std::size_t classes);

// The NBSVM beside a network.
struct BaselineResult {
  double accuracy = 0;
  Interval accuracy_interval;
  McNemar against_network;  // a: the network, b: the baseline
};

// Trains an NBSVM on `train` and compares it with what the network predicted for `texts`.
BaselineResult evaluate_baseline(const LabelledTexts& train, const LabelledTexts& texts,
                                 const TextPreparation& preparation,
                                 std::span<const std::uint32_t> predicted);
// "= 0.012", or "< 1e-300" where it is too small for a number.
std::string p_text(const McNemar& test);
std::string baseline_text(const BaselineResult& result);
nlohmann::ordered_json baseline_json(const BaselineResult& result);

// A line on standard error.
void print_metrics_summary(std::string_view what, const Metrics& metrics);
// All figures, on standard output.
void print_metrics(std::span<const std::string> labels, const Metrics& metrics);
nlohmann::ordered_json metrics_json(std::span<const std::string> labels, const Metrics& metrics);
nlohmann::ordered_json mcnemar_json(const McNemar& test);

}  // namespace wordkin
