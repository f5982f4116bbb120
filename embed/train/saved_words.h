#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/safetensors.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

// Throws UsageError unless a state saved in `file` has the words of `now`, in their order and,
// where it says how often they occur, as often.
void check_saved_words(const Safetensors& file, const Vocabulary& now);

// Throws FormatError unless vectors saved in `file` have this shape.
void check_saved_vectors(const Safetensors& file, std::string_view tensor, std::size_t words,
                         std::size_t dim);

}  // namespace wordkin
