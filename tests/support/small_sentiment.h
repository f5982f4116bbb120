#pragma once

// A small classifier, and texts for it.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "classify/train_sentiment.h"
#include "common/random.h"
#include "tests/support/rows.h"

namespace wordkin::test {

inline constexpr WordId kSmallWords = 40;

// Of kSmallWords words, whose vectors are random.
inline SentimentModel small_sentiment(const SentimentOptions& options, std::size_t classes = 2) {
  constexpr std::size_t kDim = 6;
  auto random = stream(1, "word vectors", 0);
  StringTable words;
  for (WordId word = 0; word < kSmallWords; ++word) words.insert("w" + std::to_string(word));
  const Network network(options.network, kDim, classes);
  return {.labels = std::vector<std::string>(classes, "label"),
          .encoding = {},
          .vocabulary = {std::move(words), {}},
          .vectors = with_unknown_word(random_matrix(kSmallWords, kDim, 1, random)),
          .network = network,
          .parameters = network.initial_parameters(options.seed),
          .metadata = {}};
}

// Texts of 4 to 12 of the first `words` words, of random classes.
inline EncodedTexts random_texts(std::size_t count, std::uint64_t seed, std::uint32_t classes = 2,
                                 WordId words = kSmallWords) {
  auto random = stream(seed, "texts", 0);
  EncodedTexts texts;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<WordId> text(4 + random.below(9));
    for (auto& word : text) word = random.below(words);
    texts.add(text, random.below(classes));
  }
  return texts;
}

}  // namespace wordkin::test
