#include "tools/cooccurrence_options.h"

#include "tools/display.h"

namespace wordkin {

void add_cooccurrence_options(CommandLine& line, CooccurrenceOptions& options) {
  line.option("context", options.side, "SIDE",
              "which neighbours of a word are its contexts: symmetric (both sides), left or right");
  line.option("distance-weight", options.distance_weight, "HOW",
              "what a context at distance d counts: inverse (1/d) or flat (1)");
}

void check_counting_memory(ByteSize memory, std::uint64_t parts, WordId words,
                           const CooccurrenceOptions& options) {
  const auto least = parts * least_counting_memory(words, options);
  if (memory.bytes >= least) return;
  throw UsageError(fmt::format("--memory: counting {} words needs {} at least, found {}",
                               format_count(words), format_bytes(least),
                               format_bytes(memory.bytes)));
}

}  // namespace wordkin
