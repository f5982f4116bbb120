#include "embed/vectors/embeddings.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "common/error.h"
#include "common/parallel.h"

namespace wordkin {

namespace {

// x - x is 0 for a finite x and NaN otherwise, and the loop has no branch.
bool is_finite(std::span<const float> row) {
  float sum = 0;
  for (const float x : row) sum += x - x;
  return sum == 0;
}

// In double precision, where no square of a float overflows or vanishes.
double norm_of(std::span<const float> row) {
  return std::sqrt(std::transform_reduce(row.begin(), row.end(), 0.0, std::plus<>(),
                                         [](float x) { return static_cast<double>(x) * x; }));
}

NumericError not_finite(const Vocabulary& vocabulary, std::size_t row) {
  return NumericError(fmt::format("the vector of '{}' (row {}) holds a value that is not finite",
                                  excerpt(vocabulary.word(static_cast<WordId>(row))), row + 1));
}

}  // namespace

std::vector<double> row_norms(MatrixView matrix) {
  std::vector<double> norms(matrix.rows());
  parallel_for_ranges(matrix.rows(), 4096, [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) norms[i] = norm_of(matrix.row(i));
  });
  return norms;
}

bool is_length(double length, double noted) { return std::abs(length - noted) <= 1e-9 * noted; }

std::optional<std::size_t> first_non_finite_row(MatrixView matrix) {
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    if (!is_finite(matrix.row(i))) return i;
  }
  return std::nullopt;
}

Embeddings::Embeddings(Vocabulary vocabulary, SharedMatrix vectors, SharedMatrix context,
                       Metadata metadata)
    : vocabulary_(std::move(vocabulary)),
      vectors_(std::move(vectors)),
      context_(std::move(context)),
      metadata_(std::move(metadata)) {
  check_sizes();
  norms_ = row_norms(vectors_);
  const auto bad = std::ranges::find_if_not(norms(), [](double x) { return std::isfinite(x); });
  if (bad != norms().end()) {
    throw not_finite(vocabulary_, static_cast<std::size_t>(bad - norms().begin()));
  }
  if (const auto row = first_non_finite_row(context_)) throw not_finite(vocabulary_, *row);
}

Embeddings::Embeddings(Vocabulary vocabulary, SharedMatrix vectors, SharedMatrix context,
                       SharedArray<double> norms, Metadata metadata)
    : vocabulary_(std::move(vocabulary)),
      vectors_(std::move(vectors)),
      context_(std::move(context)),
      norms_(std::move(norms)),
      metadata_(std::move(metadata)),
      verify_(Verify::kOnUse) {
  check_sizes();
  if (norms_.items().size() != vocabulary_.size()) {
    throw UsageError(fmt::format("{} words need as many lengths of vectors, found {}",
                                 vocabulary_.size(), norms_.items().size()));
  }
}

void Embeddings::check_sizes() const {
  const auto fits = [&](MatrixView m) {
    return m.rows() == vocabulary_.size() && m.cols() == vectors_.cols();
  };
  if (vocabulary_.empty() || vectors_.cols() == 0 || !fits(vectors_) ||
      (!context_.empty() && !fits(context_))) {
    throw UsageError(fmt::format(
        "{} words need as many vectors, found {} x {}, and {} x {} for contexts",
        vocabulary_.size(), vectors_.rows(), vectors_.cols(), context_.rows(), context_.cols()));
  }
}

std::span<const float> Embeddings::vector(WordId id) const {
  const auto row = vectors_.row(id);
  if (verify_ == Verify::kNow) return row;
  const auto norm = norm_of(row);
  if (!std::isfinite(norm)) throw not_finite(vocabulary_, id);
  if (!is_length(norm, norms()[id])) {
    throw NumericError(
        fmt::format("the vector of '{}' (row {}) has the length {:.6g} and not {:.6g}, as its "
                    "file says; the file is damaged",
                    excerpt(vocabulary_.word(id)), id + 1, norm, norms()[id]));
  }
  return row;
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
