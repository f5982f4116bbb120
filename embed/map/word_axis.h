#pragma once

#include <span>
#include <vector>

#include "embed/query/nearest.h"

namespace wordkin {

// Where words lie between two others: the cosine of each vector with the difference of the vectors
// `to` and `from`, each scaled to length 1. Positive is nearer to `to`. Throws NumericError where
// the two point the same way, so that there is no difference. Thread-safe.
std::vector<float> along_axis(const UnitVectors& vectors, std::span<const float> from,
                              std::span<const float> to);

}  // namespace wordkin
