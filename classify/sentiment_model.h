#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classify/encoded_texts.h"
#include "classify/network.h"
#include "classify/text_preparation.h"
#include "common/matrix.h"
#include "common/progress.h"
#include "embed/vectors/embeddings.h"

namespace wordkin {

// Everything that turns a text into the probabilities of its classes. Reading is thread-safe.
struct SentimentModel {
  std::vector<std::string> labels;  // of the classes
  TextPreparation preparation;
  std::size_t max_words = 0;  // longer texts lose their middle; 0: none does
  Vocabulary vocabulary;
  Matrix vectors;  // [V + 1, D]; the last row is for unknown words
  Network network;
  FloatVector parameters;
  double temperature = 1;  // logits are divided by it (Guo et al. 2017)
  Metadata metadata;

  WordId unknown_word() const { return vocabulary.size(); }
};

// What became of a text's words.
struct EncodedText {
  std::vector<WordId> words;  // never empty
  std::size_t unknown = 0;    // of all words, before any were cut
  std::size_t cut = 0;        // words that were left out because the text is too long
  bool empty = false;         // there was no word; `words` holds the unknown word
};

// The words of a text as the vocabulary numbers them, V where it does not know them. Of a text of
// more than `max_words` the first and the last half of that many are kept.
EncodedText encode_text(std::string_view text, const TextPreparation& preparation,
                        const Vocabulary& vocabulary, std::size_t max_words);

// Makes the rows [V + 1, D] of a model: the vectors, and zeros for unknown words.
Matrix with_unknown_word(const Matrix& vectors);

// A part of a batch, packed; the texts are sorted by length, the longest first.
struct PackedTexts {
  PackedTexts(const EncodedTexts& texts, std::vector<std::uint32_t> indices);

  std::vector<std::uint32_t> indices;
  Packing packing;
  std::vector<WordId> words;  // [rows]
};

// Copies the words' vectors to inputs, [words, D].
void gather_vectors(const Matrix& vectors, std::span<const WordId> words,
                    AlignedVector<float>& inputs);

// The logits of all texts, [texts, classes], on all threads; the same for any number of them. Throws
// Interrupted.
FloatVector compute_logits(const Network& network, std::span<const float> parameters,
                           const Matrix& vectors, const EncodedTexts& texts,
                           const Monitor& monitor = {});

// The probabilities of all texts, [texts, classes]: softmax of the logits over the temperature.
std::vector<double> predict(const SentimentModel& model, const EncodedTexts& texts,
                            const Monitor& monitor = {});

}  // namespace wordkin
