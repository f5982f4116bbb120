#pragma once

#include <cstdint>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "common/progress.h"
#include "embed/query/comparison.h"
#include "embed/vectors/embeddings.h"

namespace wordkin {

// What training on more text made of vectors.
struct Growth {
  WordId known = 0;  // words before
  WordId added = 0;
  std::vector<NeighborOverlap> neighbors;  // of known words among known words, before and after
};

// Bytes that measuring takes up: copies of the known words' new vectors, and the search.
std::uint64_t growth_memory(const Embeddings& before);
Growth measure_growth(const Embeddings& before, const Embeddings& after, const Monitor& monitor);

// For the summary on standard error, and for --json.
void print_growth(const Growth& growth);
nlohmann::ordered_json growth_json(const Growth& growth);

}  // namespace wordkin
