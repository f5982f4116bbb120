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

// A line "label<tab>text" and then the reviews, as many positive as negative: lower case, single
// spaces, punctuation apart. The label follows from how the words are arranged, hardly from which
// they are. More reviews of the same seed begin with the fewer ones.
void write_reviews(std::ostream& out, std::uint64_t seed, std::uint64_t reviews);

}  // namespace wordkin::datasets
