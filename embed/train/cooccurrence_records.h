#pragma once

#include <filesystem>

#include "common/output.h"
#include "common/progress.h"
#include "embed/train/cooccurrence.h"

namespace wordkin {

// Co-occurrences as GloVe's programs exchange them: records of 16 bytes, little-endian, without a
// header: int32 word, int32 context, both counted from 1 in the order of the vocabulary, float64
// count.

// Appends a row's records. Throws IoError.
void write_cooccurrence_records(OutputFile& file, const CooccurrenceRow& row);

// Reads a file of records, compressed or not, in any order, and calls on_row for each stretch of
// records of one word. Throws IoError, Interrupted, and FormatError, with the record's number, for
// a word beyond the `words` of the vocabulary, a count that is not from 1e-30 to 1e30, and a file
// that ends within a record or has none.
CooccurrenceStatistics read_cooccurrence_records(const std::filesystem::path& path, WordId words,
                                                 const OnCooccurrenceRow& on_row,
                                                 const Monitor& monitor = {});

}  // namespace wordkin
