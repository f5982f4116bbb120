#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "classify/encoded_texts.h"
#include "classify/optimizer.h"
#include "classify/sentiment_model.h"
#include "common/checkpoint.h"

namespace wordkin {

struct SentimentOptions {
  NetworkOptions network;
  DropoutOptions dropout{.words = 0.1, .inputs = 0.3, .states = 0, .features = 0.5};
  OptimizerOptions optimizer;
  double label_smoothing = 0;
  int epochs = 8;
  int batch = 64;         // texts
  int frozen_epochs = 0;  // the word vectors stay as they are so long; below 0: always
  int patience =
      3;  // epochs that are not the best so far before training ends; 0: never ends early
  std::uint64_t seed = 1;

  void validate() const;  // throws UsageError
};

// How an epoch went.
struct SentimentEpoch {
  double train_loss = 0;  // mean over texts, with dropout
  double train_accuracy = 0;
  double validation_loss = 0;
  double validation_accuracy = 0;
  double learning_rate = 0;     // of the last step
  double gradient_norm = 0;     // mean over steps, before clipping
  double clipped_steps = 0;     // share of steps whose gradient was too long
  double words_per_second = 0;  // in training alone
};

// Sums over texts.
struct TextTally {
  double loss = 0;
  std::size_t correct = 0;
  std::size_t texts = 0;

  TextTally& operator+=(const TextTally& other);
  double mean_loss() const { return loss / static_cast<double>(texts); }
  double accuracy() const { return static_cast<double>(correct) / static_cast<double>(texts); }
};

// What has been done of an epoch.
struct EpochUnderWay {
  std::size_t batches = 0;
  std::size_t words = 0;
  TextTally tally;
  double gradient_norms = 0;      // the sum over batches
  std::size_t clipped_steps = 0;  // of which the gradient was too long
  double learning_rate = 0;       // of the last step
  double seconds = 0;
};

// Where training stands.
struct SentimentState {
  std::vector<SentimentEpoch> epochs;
  EpochUnderWay under_way;
  std::size_t best_epoch = 0;  // from 0: the one with the highest validation accuracy
  double rate_factor = 1;      // of plateaus
  FloatVector parameters;
  Matrix vectors;
  FloatVector best_parameters;  // after the best epoch
  Matrix best_vectors;
  OptimizerState parameter_optimizer;
  OptimizerState vector_optimizer;  // of no numbers where vectors are always frozen

  // Before the first epoch.
  static SentimentState initial(const SentimentModel& model, const SentimentOptions& options);
  // Whether training is over: of at most so many epochs, and with such patience (0: without end).
  bool is_over(std::size_t most_epochs, std::size_t patience) const;
};

struct TrainedSentiment {
  std::vector<SentimentEpoch> epochs;
  std::size_t best_epoch = 0;  // from 0: the one whose weights the model has
  bool interrupted = false;
};

// Called after each epoch.
using EpochObserver = std::function<void(const SentimentState&)>;

// Trains the model's parameters, and its word vectors unless they are frozen, on `train`, and keeps
// those of the epoch with the highest accuracy on `validation`, and among equals the lowest loss.
// Each batch is cut into shards that do not depend on the number of threads, and their gradients
// are summed in a fixed order: the same seed gives the same bytes for any number of threads on the
// same instruction set, and so does going on from a state.
//
// States are saved by `checkpoint` after each epoch, between two batches when it is due, and when a
// stop is requested.
// Returns early when a stop is requested and at least one epoch is over. Throws UsageError,
// NumericError when the loss is no longer finite, Interrupted, and what observer and checkpoint
// throw.
TrainedSentiment train_sentiment(const EncodedTexts& train, const EncodedTexts& validation,
                                 const SentimentOptions& options, SentimentModel& model,
                                 const Monitor& monitor = {},
                                 std::optional<SentimentState> resume = std::nullopt,
                                 const EpochObserver& on_epoch = {},
                                 Checkpoint<SentimentState> checkpoint = {});

}  // namespace wordkin
