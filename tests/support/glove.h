#pragma once

#include <utility>

#include "embed/train/glove.h"
#include "tests/support/corpus.h"

// For tests of train_glove.
namespace wordkin::test {

inline CooccurrenceTiles tiles_of(const Corpus& corpus, std::size_t dim, int window = 5,
                                  std::uint64_t memory = std::uint64_t{1} << 30) {
  CooccurrenceOptions options;
  options.window = window;
  options.threads = 1;
  CooccurrenceTiles tiles(GloveModel::parts_for(corpus.vocabulary.size(), dim), memory);
  count_cooccurrences(corpus.ids, corpus.vocabulary.size(), options,
                      [&](const CooccurrenceRow& row) { tiles.add(row); });
  tiles.finish();
  return tiles;
}

inline GloveModel start_of(const CooccurrenceTiles& tiles, const GloveOptions& options) {
  return GloveModel::initial(tiles.parts(), static_cast<std::size_t>(options.dim), options.seed);
}

inline GloveModel train(const CooccurrenceTiles& tiles, const Corpus& corpus,
                        const GloveOptions& options, const Monitor& monitor = {}) {
  return train_glove(tiles, corpus.vocabulary, options, start_of(tiles, options), monitor);
}

}  // namespace wordkin::test
