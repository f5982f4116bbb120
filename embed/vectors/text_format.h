#pragma once

#include <span>
#include <string>

#include "common/output.h"
#include "common/progress.h"
#include "embed/vectors/embeddings.h"

namespace wordkin {

// Vectors as text, a line for each word: the word, a space, D numbers with spaces between.
// word2vec's form has a first line "V D", GloVe's has none. The last D fields of a line are the
// numbers, and what stands before them is the word, which may hold blanks but not end in one, since
// some programs put several between fields. Where there is no header, D is what most of the first
// thousand lines have. Numbers are written with the fewest digits that read back as the same float.
// Lines are read and written by all threads.

// `name` is what messages call the bytes. All three throw FormatError.
Embeddings read_word2vec_text(std::span<const char> bytes, const std::string& name);
Embeddings read_glove(std::span<const char> bytes, const std::string& name);

// Whether the first row after word2vec's header is text, not binary.
bool first_row_is_text(std::span<const char> bytes);

// Throw UsageError for a word that holds a newline or ends in a blank.
void write_word2vec_text(OutputFile& file, const Embeddings& embeddings, const Monitor& monitor);
void write_glove(OutputFile& file, const Embeddings& embeddings, const Monitor& monitor);

}  // namespace wordkin
