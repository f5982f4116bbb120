#pragma once

#include "embed/train/cooccurrence.h"
#include "tools/command_line.h"

namespace wordkin {

// Binds --context and --distance-weight.
void add_cooccurrence_options(CommandLine& line, CooccurrenceOptions& options);

// The options with the memory that --memory leaves for counting, when the text has been read:
// `share` of it, less what the process takes up already. Throws UsageError when that is too little.
CooccurrenceOptions with_memory(CooccurrenceOptions options, std::uint64_t memory, double share,
                                WordId words);

}  // namespace wordkin
