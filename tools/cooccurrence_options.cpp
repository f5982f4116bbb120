#include "tools/cooccurrence_options.h"

#include <algorithm>

#include "tools/display.h"

namespace wordkin {

void add_cooccurrence_options(CommandLine& line, CooccurrenceOptions& options) {
  line.option("context", options.side, "SIDE",
              "which neighbours of a word are its contexts: symmetric (both sides), left or right");
  line.option("distance-weight", options.distance_weight, "HOW",
              "what a context at distance d counts: inverse (1/d) or flat (1)");
}

CooccurrenceOptions with_memory(CooccurrenceOptions options, std::uint64_t memory, double share,
                                WordId words) {
  const auto limit = static_cast<std::uint64_t>(share * static_cast<double>(memory));
  const auto used = resident_memory();
  options.memory = limit - std::min(limit, used);
  const auto least = least_counting_memory(words, options);
  if (options.memory < least) {
    throw UsageError(fmt::format(
        "--memory: counting {} words needs about {}, found {}; give more, or fewer --threads",
        format_count(words),
        format_bytes(static_cast<std::uint64_t>(static_cast<double>(used + least) / share)),
        format_bytes(memory)));
  }
  return options;
}

}  // namespace wordkin
