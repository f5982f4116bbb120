#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/matrix.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

// Where vectors come from: options, corpus size, seed, program version, as text.
using Metadata = std::map<std::string, std::string>;

// Whether the values of vectors are checked to be finite before they are used, which reads them
// all, or each as it is used.
enum class Verify { kNow, kOnUse };

// Words and their vectors. Immutable; copies share the vectors; reading is thread-safe.
class Embeddings {
 public:
  // vectors: [V, D], one row for each of the V > 0 words; context: the vectors of the words as
  // contexts, [V, D], or empty. Throws UsageError when sizes disagree and NumericError, naming the
  // word, for a value that is not finite.
  Embeddings(Vocabulary vocabulary, SharedMatrix vectors, SharedMatrix context = {},
             Metadata metadata = {});
  // Vectors of a file that is to be open at once: their values are checked on use. norms: [V], the
  // lengths of the vectors as the file has them. Throws UsageError when sizes disagree.
  Embeddings(Vocabulary vocabulary, SharedMatrix vectors, SharedMatrix context,
             SharedArray<double> norms, Metadata metadata);

  const Vocabulary& vocabulary() const { return vocabulary_; }
  WordId size() const { return vocabulary_.size(); }
  std::size_t dim() const { return vectors_.cols(); }

  const SharedMatrix& vectors() const { return vectors_; }
  // Throws NumericError, where they are checked on use, for a value that is not finite and for a
  // vector of another length than the file has.
  std::span<const float> vector(WordId id) const;
  // The lengths of the vectors, [V].
  std::span<const double> norms() const { return norms_.items(); }
  bool has_context() const { return !context_.empty(); }
  const SharedMatrix& context() const { return context_; }
  const Metadata& metadata() const { return metadata_; }

  // Makes finding words fast where they come from a file that was opened for a few questions.
  void index_words() { vocabulary_.index(); }

  // The same without context vectors, and with more metadata.
  Embeddings without_context() &&;
  Embeddings with_metadata(Metadata more) &&;

 private:
  void check_sizes() const;

  Vocabulary vocabulary_;
  SharedMatrix vectors_;
  SharedMatrix context_;
  SharedArray<double> norms_;
  Metadata metadata_;
  Verify verify_ = Verify::kNow;
};

// The Euclidean length of each row, whatever finite numbers it holds; not finite where one is not.
// On all threads.
std::vector<double> row_norms(MatrixView matrix);

// Whether a vector of this length is the one that a file says to be `noted` long; what sums of
// squares in another order differ by does not matter.
bool is_length(double length, double noted);

// The first row of `matrix` that holds a value that is not finite, if any.
std::optional<std::size_t> first_non_finite_row(MatrixView matrix);

}  // namespace wordkin
