#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "classify/train_sentiment.h"
#include "tools/report_page.h"
#include "tools/sentiment_report.h"
#include "tools/sentiment_train_options.h"

namespace wordkin {

// What happened in wordkin sentiment train.
struct SentimentTrainReport {
  std::filesystem::path output;  // of an interrupted training too; empty where there is none
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
  Metadata metadata;  // of the model
  double vector_seconds = 0;
  double train_seconds = 0;
  double baseline_seconds = 0;
  double seconds = 0;
  std::uint64_t output_bytes = 0;
  bool state_saved = true;  // at the end, if it was to be
};

// The summary on standard error, with a warning where nothing was learned.
void print_sentiment_train_summary(const SentimentTrainReport& report);
void print_sentiment_train_json(const SentimentTrainReport& report);
Report sentiment_page(const SentimentTrainOptions& options, const SentimentTrainReport& report);

}  // namespace wordkin
