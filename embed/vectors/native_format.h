#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/output.h"
#include "common/progress.h"
#include "common/safetensors.h"
#include "embed/vectors/embeddings.h"

namespace wordkin {

// wordkin's own file is safetensors with the tensors
//   counts        I64 [V]      optional
//   norms         F64 [V]      the lengths of the vectors, optional when read
//   word_offsets  I64 [V + 1]  where each word begins in `words`
//   vectors       F32 [V, D]
//   context       F32 [V, D]   optional
//   words         U8  [bytes]  the words one after another, UTF-8 as a rule
// and the embeddings' metadata, with "format" and "format_version" added.

// Throws FormatError. `name` is what messages call the bytes. With their `owner` the vectors stay
// where they lie among them; without, they are copied. kOnUse needs an owner and reads neither
// words nor vectors, but for what says where they are: equal words are not noticed, and finding a
// word looks at all of them until they are indexed.
Embeddings read_native(std::span<const char> bytes, const std::string& name,
                       std::shared_ptr<const void> owner = nullptr, Verify verify = Verify::kNow);
void write_native(OutputFile& file, const Embeddings& embeddings, const Monitor& monitor);
// A file of vectors that is a state of training: with a checksum, and `more` tensors, of items of 4
// or 8 bytes, for readers that know of them.
void write_native_state(OutputFile& file, const Embeddings& embeddings,
                        std::vector<TensorToWrite> more);

// The parts that other files of words and vectors share: the words, and a matrix of `rows` rows of
// finite numbers, row by row, copied, or as a view of the file where that aligns them. All throw
// FormatError.
Vocabulary read_words(const Safetensors& file, const std::shared_ptr<const void>& owner,
                      Verify verify = Verify::kNow);
// take(i, row) takes each row, and what was read is dropped (Safetensors::read_once).
void read_rows(const Safetensors& file, std::string_view tensor, std::size_t rows,
               const std::function<void(std::size_t, std::span<const float>)>& take);
// Into a matrix of the tensor's shape.
void read_matrix(const Safetensors& file, std::string_view tensor, Matrix& to);
Matrix read_matrix(const Safetensors& file, std::string_view tensor, std::size_t rows);
SharedMatrix share_matrix(const Safetensors& file, std::string_view tensor, std::size_t rows,
                          std::shared_ptr<const void> owner);
std::vector<TensorToWrite> word_tensors(const Vocabulary& vocabulary);
// Rows begin .. end - 1 of a matrix whose memory must outlive the result.
TensorToWrite rows_tensor(std::string name, MatrixView matrix, std::size_t begin, std::size_t end,
                          const Monitor& monitor);

}  // namespace wordkin
