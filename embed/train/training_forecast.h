#pragma once

#include <cstdint>

#include "embed/text/read_corpus.h"
#include "embed/train/cooccurrence.h"
#include "embed/train/glove.h"
#include "embed/train/word2vec.h"

namespace wordkin {

// How much of a text a sample of it is, and what is expected of the whole. Vocabularies grow with a
// power of the size of the text (Heaps' law), which the counts of the sample tell.
struct TextForecast {
  double scale = 1;        // of text: the whole by the sample
  double vocabulary = 0;   // words
  double words = 0;        // that the encoded text has
  double ids = 0;          // ends of sentences among them
  double raw_ids = 0;      // before words outside the vocabulary are left out
  double word_memory = 0;  // bytes for counting words
};
TextForecast forecast_text(const Corpus& sample, double scale, const VocabularyOptions& options);

// What a short run of a trainer shows.
struct TrainerProbe {
  double setup_seconds = 0;  // before the first step
  double rate = 0;           // words or entries a second
};

// Trains as `options` say, but for about `seconds`. Throws what train_word2vec() throws.
TrainerProbe probe_word2vec(const Corpus& sample, const Word2VecOptions& options, double seconds,
                            const Monitor& monitor = {});

struct GloveProbe {
  double counting_seconds = 0;  // of all ids
  double nonzeros = 0;          // that the whole text has
  TrainerProbe training;
};
// Counts in a part of the text, and trains for about `seconds` on what it found.
GloveProbe probe_glove(const Corpus& sample, const TextForecast& text,
                       const CooccurrenceOptions& counting, const GloveOptions& options,
                       double seconds, const Monitor& monitor = {});

}  // namespace wordkin
