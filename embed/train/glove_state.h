#pragma once

#include <filesystem>

#include "common/safetensors.h"
#include "embed/train/cooccurrence_tiles.h"
#include "embed/train/glove.h"

namespace wordkin {

// A state of training by GloVe in a file: a file of vectors (native_format.h) with those of words
// and contexts, and the tensors
//   losses                                   F64 [epochs]  the mean loss of each epoch so far
//   rounds, round_losses                     I64 [1], F64 [1]  of the epoch under way (GloveModel)
//   biases, context_biases                   F32 [V]
//   vector_squares, context_squares          F32 [V, D]    the sums of squared steps
//   bias_squares, context_bias_squares       F32 [V]

// Throws IoError.
void save_glove_state(const std::filesystem::path& path, const GloveModel& model,
                      const CooccurrenceTiles& tiles, const Vocabulary& vocabulary,
                      const GloveOptions& options);

// The model that training went on to, with which train_glove goes on to the same bytes as without
// the interruption. Throws IoError, FormatError for a file that is no such state, and UsageError,
// which says what differs, for one of other words, co-occurrences or options (epochs must be more).
GloveModel load_glove_state(const std::filesystem::path& path, const CooccurrenceTiles& tiles,
                            const Vocabulary& vocabulary, const GloveOptions& options);

// Epochs that a state's training has done, with the share of the one under way. Throws FormatError
// where it cannot be told.
double glove_epochs_done(const Safetensors& file);

}  // namespace wordkin
