#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "classify/encoded_texts.h"
#include "classify/network.h"
#include "classify/text_encoding.h"
#include "common/matrix.h"
#include "common/progress.h"
#include "embed/vectors/embeddings.h"

namespace wordkin {

// Everything that turns a text into the probabilities of its classes. Reading is thread-safe.
struct SentimentModel {
  std::vector<std::string> labels;  // of the classes
  TextEncoding encoding;
  Vocabulary vocabulary;
  SharedMatrix vectors;  // [V + 1, D]; the last row is for unknown words
  Network network;
  FloatVector parameters;
  double temperature = 1;  // logits are divided by it (Guo et al. 2017)
  Metadata metadata;

  WordId unknown_word() const { return vocabulary.size(); }
};

// A network's options by the names that they have in files.
Metadata describe_network(const NetworkOptions& options);

// Makes the rows [V + 1, D] of a model: the vectors, and zeros for unknown words.
Matrix with_unknown_word(MatrixView vectors);

// A part of a batch, packed; the texts are sorted by length, the longest first.
struct PackedTexts {
  PackedTexts(const EncodedTexts& texts, std::vector<std::uint32_t> indices);

  std::vector<std::uint32_t> indices;
  Packing packing;
  std::vector<WordId> words;  // [rows]
};

// Copies the words' vectors to inputs, [words, D].
void gather_vectors(MatrixView vectors, std::span<const WordId> words,
                    AlignedVector<float>& inputs);

// The logits of all texts, [texts, classes], on all threads; the same for any number of them.
// Throws Interrupted.
FloatVector compute_logits(const Network& network, std::span<const float> parameters,
                           MatrixView vectors, const EncodedTexts& texts,
                           const Monitor& monitor = {});

// softmax(logits / temperature), [texts, classes].
std::vector<double> probabilities_of(std::span<const float> logits, std::size_t classes,
                                     double temperature);

// The probabilities of all texts, [texts, classes].
std::vector<double> predict(const SentimentModel& model, const EncodedTexts& texts,
                            const Monitor& monitor = {});

}  // namespace wordkin
