#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/error.h"
#include "embed/train/cooccurrence.h"
#include "embed/train/training_memory.h"
#include "tools/text_options.h"

namespace wordkin {

// What the system counts as taken up by a process varies from run to run: whoever gives what a
// refusal asks for, which has this to spare, is not to be refused again.
inline constexpr std::uint64_t kMemoryToSpare = std::uint64_t{4} << 20;

// "WHAT 80.0 MiB at least", with what is to spare, for what takes up `least` bytes of that share of
// --memory.
std::string needed_memory(std::string_view what, std::uint64_t least, double share = 1);

// Refuses what takes up `least` bytes of that share of --memory, which is `limit`, as "--memory:
// WHAT 80.0 MiB at least, found 60.0 MiB; give more, or ADVICE".
UsageError too_little_memory(std::string_view what, std::uint64_t least, std::uint64_t limit,
                             std::string_view advice, double share = 1);

// When the text has been read, these leave its ids in memory or move them to a temporary file, as
// --memory has room for besides what the process takes up. They throw UsageError, with the figures,
// when there is too little room even without the ids.

// For word2vec, which takes up `needs`; `advice` says what would need less.
void fit_training(const TextOptions& text, MemoryNeeds needs, std::string_view advice,
                  EncodedCorpus& ids);

// For counting co-occurrences of `words` words, which may take up `share` of --memory with the ids.
// Returns the options with what is left for counting.
CooccurrenceOptions fit_counting(const TextOptions& text, CooccurrenceOptions options, double share,
                                 WordId words, EncodedCorpus& ids);

// To the system: it would count as taken up.
void give_back_freed_memory();

}  // namespace wordkin
