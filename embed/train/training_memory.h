#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "embed/text/vocabulary.h"
#include "embed/train/word2vec.h"

namespace wordkin {

// Bytes that a part of a computation takes up.
struct MemoryNeed {
  std::string what;
  std::uint64_t bytes;
};
using MemoryNeeds = std::vector<MemoryNeed>;

std::uint64_t total(const MemoryNeeds& needs);

// What train_word2vec() takes up at most, besides the corpus and the vocabulary, which has counts.
MemoryNeeds word2vec_memory(const Vocabulary& vocabulary, const Word2VecOptions& options);

}  // namespace wordkin
