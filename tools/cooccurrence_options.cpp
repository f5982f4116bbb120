#include "tools/cooccurrence_options.h"

namespace wordkin {

void add_cooccurrence_options(CommandLine& line, CooccurrenceOptions& options) {
  line.option("context", options.side, "SIDE",
              "which neighbours of a word are its contexts: symmetric (both sides), left or right");
  line.option("distance-weight", options.distance_weight, "HOW",
              "what a context at distance d counts: inverse (1/d) or flat (1)");
}

}  // namespace wordkin
