#pragma once

#include <filesystem>
#include <optional>

#include "classify/train_sentiment.h"
#include "common/progress.h"
#include "common/safetensors.h"

namespace wordkin {

// A state of training in a safetensors file: the F32 tensors parameters [P], vectors [V + 1, D],
// parameters_first, ..., and best_parameters, best_vectors of the best epoch; in the metadata the
// figures of all epochs, and what the state belongs to: options, network and texts.

// What a state must have in common with the training that goes on from it.
Metadata training_identity(const EncodedTexts& train, const EncodedTexts& validation,
                           const SentimentOptions& options);

// Throws IoError, Interrupted.
void save_sentiment_state(const std::filesystem::path& path, const SentimentState& state,
                          const Metadata& identity, const Monitor& monitor = {});

struct SentimentProgress {
  double epochs;  // that are done, with the share of the one under way
  bool is_over;   // nothing is left to be done
};

// Nothing for a file that is no such state. Throws FormatError where it cannot be told.
std::optional<SentimentProgress> sentiment_progress(const Safetensors& file);

// The state, from which training goes on to the same bytes as without a pause. `model` and
// `options` are those that it began with. Throws IoError, FormatError for a file that is no such
// state, and UsageError, which says what differs, for one of another identity.
SentimentState load_sentiment_state(const std::filesystem::path& path, const SentimentModel& model,
                                    const SentimentOptions& options, const Metadata& identity);

}  // namespace wordkin
