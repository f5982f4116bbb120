#pragma once

#include <optional>
#include <span>
#include <vector>

#include "embed/bias/known_words.h"

namespace wordkin {

// The dot products of the vectors with a direction of length 1: cosines where the vectors have
// length 1; RIPA (Ethayarajh, Duvenaud and Hirst, "Understanding undesirable word embedding
// associations", 2019, definition 3) where they are as they were trained, and the direction is the
// principal component of the differences of such pairs.
std::vector<double> projections(const DenseVectors& vectors, std::span<const double> direction);

// The mean of |cosine|^c over the cosines of words with a direction; c >= 0, and 0 is strictest
// (Bolukbasi et al. 2016, section 5.2). Throws UsageError without words or for another c.
double direct_bias(std::span<const double> cosines, double c);

// The share of the similarity of w and v, of length 1, that is due to a direction:
// (w.v - w'.v' / (|w'| |v'|)) / w.v, w' being w without its part along the direction (section 5.2,
// beta). Nothing where w.v is 0 or a word lies along the direction.
std::optional<double> indirect_bias(std::span<const double> w, std::span<const double> v,
                                    std::span<const double> direction);

// The mean of the indirect bias of each word and the word of the list that is nearest to it, over
// the words that have one with a positive cosine: pairs whose similarity is small have no
// meaningful share of it. Nothing where there is none.
std::optional<double> nearest_indirect_bias(const DenseVectors& words,
                                            std::span<const double> direction);

}  // namespace wordkin
