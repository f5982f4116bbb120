#pragma once

#include <cmath>
#include <cstring>
#include <map>
#include <utility>
#include <vector>

#include "common/random.h"
#include "embed/text/encoded_corpus.h"
#include "embed/train/cooccurrence.h"

namespace wordkin::test {

// PairCounts by (word, context).
using PairCounts = std::map<std::pair<WordId, WordId>, double>;

inline EncodedCorpus corpus_of_ids(const std::vector<WordId>& ids) {
  auto memory = Mapping::reserve(ids.size() * sizeof(WordId));
  if (!ids.empty()) std::memcpy(memory.data(), ids.data(), ids.size() * sizeof(WordId));
  return {std::move(memory), ids.size()};
}

// Sentences of 1 to `longest` of `words` words, of which the first ones are the most frequent.
inline std::vector<WordId> random_ids(std::size_t size, WordId words, std::uint32_t longest) {
  auto random = stream(1, "random ids", words);
  std::vector<WordId> ids;
  while (ids.size() < size) {
    for (auto left = 1 + random.below(longest); left > 0; --left) {
      ids.push_back(random.below(1 + random.below(words)));
    }
    ids.push_back(kSentenceEnd);
  }
  return ids;
}

// Hands the rows to f, which collects them.
inline PairCounts counts_of(const EncodedCorpus& corpus, WordId words,
                            const CooccurrenceOptions& options) {
  PairCounts counts;
  count_cooccurrences(corpus, words, options, [&](const CooccurrenceRow& row) {
    for (std::size_t i = 0; i < row.contexts.size(); ++i) {
      counts[{row.word, row.contexts[i]}] += row.counts[i];
    }
  });
  return counts;
}

}  // namespace wordkin::test
