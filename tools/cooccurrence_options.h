#pragma once

#include "embed/train/cooccurrence.h"
#include "tools/command_line.h"

namespace wordkin {

// Binds --context and --distance-weight.
void add_cooccurrence_options(CommandLine& line, CooccurrenceOptions& options);

// Throws UsageError unless --memory, of which counting has one part in `parts`, is enough for it.
void check_counting_memory(ByteSize memory, std::uint64_t parts, WordId words,
                           const CooccurrenceOptions& options);

}  // namespace wordkin
