#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "classify/labelled_texts.h"
#include "classify/train_sentiment.h"
#include "tools/checkpoint_options.h"
#include "tools/command.h"

namespace wordkin {

struct SentimentTrainOptions {
  CommonOptions common;
  std::filesystem::path output;
  CheckpointOptions checkpoint;
  std::filesystem::path report;

  std::filesystem::path data;
  LabelledTextOptions columns;
  std::filesystem::path validation;
  double validation_fraction = 0.2;
  std::size_t max_words = TextEncoding{}.max_words;

  std::filesystem::path vectors;
  std::vector<std::filesystem::path> corpora;
  int dim = 128;
  int corpus_epochs = 5;

  SentimentOptions training;
  bool baseline = true;

  // Where the model goes when training is interrupted: beside the output, so that none is replaced
  // before training is done. Empty where the output is no file.
  std::filesystem::path interrupted_output() const;
};

// Reads the command line and finds whatever can be found wrong before the work; throws UsageError,
// IoError and FormatError.
SentimentTrainOptions parse_sentiment_train_options(const Arguments& arguments);

// --text-column and --label-column.
void add_column_options(CommandLine& line, LabelledTextOptions& columns);

}  // namespace wordkin
