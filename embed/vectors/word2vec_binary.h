#pragma once

#include <span>
#include <string>

#include "common/output.h"
#include "common/progress.h"
#include "embed/vectors/embeddings.h"

namespace wordkin {

// word2vec's binary format: "V D\n" in ASCII, then for each word its bytes, a space, D float32,
// little-endian, and as word2vec.c writes it a newline. gensim leaves the newline out; the reader
// takes both, the writer writes it.

// Throws FormatError. `name` is what messages call the bytes.
Embeddings read_word2vec_binary(std::span<const char> bytes, const std::string& name);

// Throws UsageError for a word that holds a space or a newline.
void write_word2vec_binary(OutputFile& file, const Embeddings& embeddings, const Monitor& monitor);

}  // namespace wordkin
