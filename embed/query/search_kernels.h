#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/matrix.h"

namespace wordkin {

// products[i] = row i of `rows` times `direction`, which has a number for each of its columns.
// Reads each row once, in order: what bounds it is the speed of memory.
void multiply_rows(MatrixView rows, std::span<const float> direction, std::span<float> products);

// The same for chosen rows: products[i] = row chosen[i] times `direction`.
void multiply_chosen(MatrixView rows, std::span<const std::uint32_t> chosen,
                     std::span<const float> direction, std::span<float> products);

// The first i >= begin at which products[i] * scales[i] is above `threshold` or not a number; the
// number of products when there is none.
std::size_t first_above(std::span<const float> products, std::span<const float> scales,
                        std::size_t begin, float threshold);

}  // namespace wordkin
