#pragma once

#include <filesystem>

#include "common/progress.h"
#include "embed/train/word2vec.h"

namespace wordkin {

// A state of training by word2vec in a file: a file of vectors (native_format.h), with the context
// vectors where there are some, and
//   nodes                     F32 [V - 1, D]  with hierarchical softmax: the vectors of inner nodes
//   epoch_words, epoch_pairs  I64 [epochs]    what was done in each epoch so far
//   epoch_losses              F64 [epochs]    the sum over its pairs
// and in the metadata, besides the options, `unit`, the first unit that is not done, and
// `corpus_hash` of the text's words.

// What a state must have in common with the training that goes on from it. Reads the whole text.
Metadata word2vec_identity(const EncodedCorpus& corpus, const Word2VecOptions& options);

// Throws IoError.
void save_word2vec_state(const std::filesystem::path& path, const Word2VecState& state,
                         const Metadata& identity, const Vocabulary& vocabulary);

// The state that training went on to; train_word2vec goes on from it. Throws IoError, FormatError
// for a file that is no such state, and UsageError, which says what differs, for one of other
// words, text or options.
Word2VecState load_word2vec_state(const std::filesystem::path& path, const Metadata& identity,
                                  const EncodedCorpus& corpus, const Vocabulary& vocabulary,
                                  const Word2VecOptions& options);

}  // namespace wordkin
