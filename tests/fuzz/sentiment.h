#pragma once

// Models so small that they are trained and asked in an instant.

#include "classify/sentiment_model.h"
#include "common/random.h"

namespace wordkin::fuzz {

inline constexpr WordId kModelWords = 4;

// Numbers differ by `seed`.
inline SentimentModel small_model(const NetworkOptions& options, std::uint64_t seed = 1) {
  constexpr std::size_t kDim = 3;
  StringTable words;
  for (const auto* word : {"the", "plot", "was", "dull"}) words.insert(word);
  Matrix vectors(kModelWords + 1, kDim);
  auto random = stream(seed, "fuzzed model", 0);
  for (std::size_t i = 0; i < vectors.rows(); ++i) {
    for (float& x : vectors.row(i)) x = random.uniform() - 0.5f;
  }
  const Network network(options, kDim, 2);
  return {.labels = {"no", "yes"},
          .encoding = {},
          .vocabulary = {std::move(words), {}},
          .vectors = std::move(vectors),
          .network = network,
          .parameters = network.initial_parameters(seed),
          .temperature = 1.5,
          .metadata = {{"seed", "1"}}};
}

inline EncodedTexts some_texts() {
  EncodedTexts texts;
  for (const std::vector<WordId>& text :
       {std::vector<WordId>{kModelWords}, {0, 1, 2, 3}, {3, 0}, {1, 1, 2}}) {
    texts.add(text, static_cast<std::uint32_t>(text.size() % 2));
  }
  return texts;
}

}  // namespace wordkin::fuzz
