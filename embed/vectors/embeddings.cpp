#include "embed/vectors/embeddings.h"

#include <fmt/format.h>

#include "common/error.h"

namespace wordkin {

std::optional<std::size_t> first_non_finite_row(const Matrix& matrix) {
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    // x - x is 0 for a finite x and NaN otherwise, and the loop has no branch.
    float sum = 0;
    for (const float x : matrix.row(i)) sum += x - x;
    if (sum != 0) return i;
  }
  return std::nullopt;
}

Embeddings::Embeddings(Vocabulary vocabulary, Matrix vectors, Matrix context, Metadata metadata)
    : vocabulary_(std::move(vocabulary)),
      vectors_(std::move(vectors)),
      context_(std::move(context)),
      metadata_(std::move(metadata)) {
  const auto fits = [&](const Matrix& m) {
    return m.rows() == vocabulary_.size() && m.cols() == vectors_.cols();
  };
  if (vocabulary_.empty() || vectors_.cols() == 0 || !fits(vectors_) ||
      (!context_.empty() && !fits(context_))) {
    throw UsageError(fmt::format(
        "{} words need as many vectors, found {} x {}, and {} x {} for contexts",
        vocabulary_.size(), vectors_.rows(), vectors_.cols(), context_.rows(), context_.cols()));
  }
  for (const auto* matrix : {&vectors_, &context_}) {
    if (const auto row = first_non_finite_row(*matrix)) {
      throw NumericError(fmt::format("the vector of '{}' (row {}) holds a value that is not finite",
                                     vocabulary_.word(static_cast<WordId>(*row)), *row));
    }
  }
}

Embeddings Embeddings::without_context() && {
  context_ = {};
  return std::move(*this);
}

Embeddings Embeddings::with_metadata(Metadata more) && {
  metadata_.merge(std::move(more));
  return std::move(*this);
}

}  // namespace wordkin
