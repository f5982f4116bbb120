#pragma once

#include <cstdint>
#include <ostream>

namespace wordkin::datasets {

// An English-like text of at least `tokens` words: lower case, single spaces, a sentence a line.
// A longer text of the same seed begins with the shorter one.
void write_text(std::ostream& out, std::uint64_t seed, std::uint64_t tokens);

// Every analogy that the planted facts imply, as ": section" and "a b c d" lines.
void write_analogies(std::ostream& out);

// "word<tab>word<tab>score", the score from 0 to 10 by what the planted facts of the two share.
void write_similarities(std::ostream& out);

}  // namespace wordkin::datasets
