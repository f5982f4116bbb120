#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "common/matrix.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

// Where vectors come from: options, corpus size, seed, program version, as text.
using Metadata = std::map<std::string, std::string>;

// Words and their vectors. Immutable, movable; reading is thread-safe.
class Embeddings {
 public:
  // vectors: [V, D], one row for each of the V > 0 words; context: the vectors of the words as
  // contexts, [V, D], or empty. Throws UsageError when sizes disagree and NumericError, naming the
  // word, for a value that is not finite.
  Embeddings(Vocabulary vocabulary, Matrix vectors, Matrix context = {}, Metadata metadata = {});

  const Vocabulary& vocabulary() const { return vocabulary_; }
  WordId size() const { return vocabulary_.size(); }
  std::size_t dim() const { return vectors_.cols(); }

  const Matrix& vectors() const { return vectors_; }
  std::span<const float> vector(WordId id) const { return vectors_.row(id); }
  bool has_context() const { return !context_.empty(); }
  const Matrix& context() const { return context_; }
  const Metadata& metadata() const { return metadata_; }

  // The same without context vectors, and with more metadata.
  Embeddings without_context() &&;
  Embeddings with_metadata(Metadata more) &&;

 private:
  Vocabulary vocabulary_;
  Matrix vectors_;
  Matrix context_;
  Metadata metadata_;
};

// The first row of `matrix` that holds a value that is not finite, if any.
std::optional<std::size_t> first_non_finite_row(const Matrix& matrix);

}  // namespace wordkin
