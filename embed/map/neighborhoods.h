#pragma once

#include <cstddef>
#include <vector>

#include "common/progress.h"
#include "embed/query/nearest.h"

namespace wordkin {

// For each word the others with the highest cosines, best first.
using Neighborhoods = std::vector<std::vector<Neighbor>>;

// `count` for each word, or all others where there are fewer. Exact; uses the threads of the arena
// that it is called in. Throws Interrupted.
Neighborhoods neighborhoods(const UnitVectors& vectors, std::size_t count,
                            const Monitor& monitor = {});

}  // namespace wordkin
