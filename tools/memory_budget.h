#pragma once

#include <cstdint>

#include "embed/train/cooccurrence.h"
#include "embed/train/training_memory.h"
#include "tools/text_options.h"

namespace wordkin {

// When the text has been read, these leave its ids in memory or move them to a temporary file, as
// --memory has room for besides what the process takes up. They throw UsageError, with the figures,
// when there is too little room even without the ids.

// For word2vec, which takes up `needs`.
void fit_training(const TextOptions& text, MemoryNeeds needs, EncodedCorpus& ids);

// For counting co-occurrences of `words` words, which may take up `share` of --memory with the ids.
// Returns the options with what is left for counting.
CooccurrenceOptions fit_counting(const TextOptions& text, CooccurrenceOptions options, double share,
                                 WordId words, EncodedCorpus& ids);

// To the system: it would count as taken up.
void give_back_freed_memory();

}  // namespace wordkin
