#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "embed/text/vocabulary.h"

namespace wordkin {

// The words of a vocabulary that are spelt most like `word`: by edits of one code point (inserted,
// deleted, replaced, or swapped with the next: optimal string alignment), the fewest first, then in
// the order of the vocabulary; letters in another case count as the same. At most `most` words, and
// none with more edits than a third of the letters of `word`.
std::vector<WordId> nearest_spellings(const Vocabulary& vocabulary, std::string_view word,
                                      std::size_t most = 3);

}  // namespace wordkin
