#pragma once

#include <string>

#include "embed/text/vocabulary.h"

namespace wordkin {

// Throws UsageError unless a state saved in `file` has the words of `now`, in their order and,
// where it says how often they occur, as often.
void check_saved_words(const std::string& file, const Vocabulary& saved, const Vocabulary& now);

}  // namespace wordkin
