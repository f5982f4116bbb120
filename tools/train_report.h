#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "embed/text/read_corpus.h"
#include "embed/train/cooccurrence.h"
#include "embed/vectors/embeddings.h"
#include "tools/report_page.h"
#include "tools/train_growth.h"
#include "tools/train_options.h"

namespace wordkin {

// What happened in wordkin train.
struct TrainReport {
  WordId vocabulary = 0;
  std::uint64_t corpus_words = 0;  // 0 when there was no text
  TextStatistics text;
  std::optional<WordId> start_words;                    // of the vocabulary, found in --init
  std::optional<Growth> growth;                         // with --continue-from
  std::optional<CooccurrenceStatistics> cooccurrences;  // with GloVe
  std::optional<double> resumed_epochs;                 // that were done before
  double read_seconds = 0;
  double count_seconds = 0;
  double train_seconds = 0;
  double save_seconds = 0;
  std::optional<double> untrained_loss;  // with word2vec
  std::vector<double> losses;            // mean of each epoch
  double rate = 0;                       // of words in a second, with GloVe of entries
  Metadata metadata;
  std::uint64_t output_bytes = 0;
  bool state_saved = true;  // at the end, if it was to be

  double seconds() const { return read_seconds + count_seconds + train_seconds + save_seconds; }
};

// The summary on standard error, with a warning where little was learned.
void print_train_summary(const TrainOptions& options, const TrainReport& report);
void print_train_json(const TrainOptions& options, const TrainReport& report);
Report train_page(const TrainOptions& options, const TrainReport& report);

}  // namespace wordkin
