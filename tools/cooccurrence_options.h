#pragma once

#include "embed/train/cooccurrence.h"
#include "tools/command_line.h"

namespace wordkin {

// Binds --context and --distance-weight.
void add_cooccurrence_options(CommandLine& line, CooccurrenceOptions& options);

}  // namespace wordkin
