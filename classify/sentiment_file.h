#pragma once

#include <cstdint>
#include <filesystem>

#include "classify/sentiment_model.h"
#include "common/progress.h"

namespace wordkin {

// A model is one safetensors file: the tensors of a vectors file (word_offsets, vectors, words),
// unknown_vector F32 [1, D], and the network's F32 tensors under PyTorch's names (weight_ih_l0,
// ..., attention.weight, output.weight, ...). Its metadata hold the network's options, "labels" (a
// JSON array), "preparation", "max_words", "temperature", and what else the model's metadata say.
// So the commands for vectors read it too.

// Throws IoError, and FormatError for a file that is damaged, cut short or no model.
SentimentModel load_sentiment_model(const std::filesystem::path& path);

// Writes the file whole or not at all and returns its size in bytes. Throws IoError, Interrupted.
std::uint64_t save_sentiment_model(const std::filesystem::path& path, const SentimentModel& model,
                                   const Monitor& monitor = {});

}  // namespace wordkin
