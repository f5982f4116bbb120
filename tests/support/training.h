#pragma once

#include <string>
#include <utility>

#include "common/random.h"
#include "embed/train/word2vec.h"
#include "tests/support/corpus.h"
#include "tests/support/modes.h"

// For tests of train_word2vec.
namespace wordkin::test {

inline constexpr Way kBlocks{{Word2VecModel::kSkipGram, Loss::kNegativeSampling}, Sharing::kBlock};

inline Word2VecOptions training_options(const Way& way) {
  Word2VecOptions options;
  options.model = way.mode.model;
  options.loss = way.mode.loss;
  options.sharing = way.sharing;
  options.dim = 12;
  options.threads = 1;
  return options;
}

inline const Corpus& small_corpus() {
  static const auto corpus = corpus_of(random_text(2000, 10, 60));
  return corpus;
}

inline Embeddings train(const Corpus& corpus, const Word2VecOptions& options,
                        const Embeddings* start = nullptr, const Monitor& monitor = {}) {
  return train_word2vec(corpus.ids, corpus.vocabulary, options, monitor, start);
}

// Vectors for w0, w2, w4, ... and "elsewhere", all values of magnitude `size`.
inline Embeddings start_vectors(std::size_t dim, float size) {
  StringTable words;
  words.insert("elsewhere");
  for (int i = 0; i < 60; i += 2) words.insert("w" + std::to_string(i));
  auto random = stream(1, "start vectors", 0);
  Matrix vectors(words.size(), dim);
  Matrix context(words.size(), dim);
  for (auto* matrix : {&vectors, &context}) {
    for (std::size_t i = 0; i < matrix->rows(); ++i) {
      for (float& value : matrix->row(i)) value = random.below(2) == 0 ? size : -size;
    }
  }
  return {Vocabulary(std::move(words), {}), std::move(vectors), std::move(context)};
}

}  // namespace wordkin::test
