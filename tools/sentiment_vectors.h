#pragma once

#include "embed/vectors/embeddings.h"
#include "tools/sentiment_train_options.h"

namespace wordkin {

// The word vectors that a classifier starts from, and how texts must be prepared for them.
struct SentimentVectors {
  Vocabulary vocabulary;
  SharedMatrix vectors;  // [V, dim]
  TextPreparation preparation;
};

// Reads them, trains them on `train` and --corpus, or draws them at random, as the options say.
SentimentVectors make_sentiment_vectors(const SentimentTrainOptions& options,
                                        const LabelledTexts& train, const Monitor& monitor);

}  // namespace wordkin
