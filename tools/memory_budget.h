#pragma once

#include <cstdint>
#include <vector>

#include "embed/train/training_memory.h"
#include "tools/text_options.h"

namespace wordkin {

// Moves the ids of the text to a temporary file if they are more than `most` bytes, and gives back
// what reading took up.
void keep_ids_within(std::uint64_t most, EncodedCorpus& ids, const TextOptions& text);

// The same, with `most` as what --memory leaves besides what the process takes up and `needs`.
// Throws UsageError, with all figures, when even without the ids there is too little.
void fit_into_memory(const TextOptions& text, MemoryNeeds needs, EncodedCorpus& ids);

}  // namespace wordkin
