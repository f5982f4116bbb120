#include <algorithm>
#include <cmath>
#include <unordered_map>

#include <fmt/format.h>

#include "common/error.h"
#include "common/parallel.h"
#include "embed/bias/axis.h"
#include "embed/bias/debias.h"

namespace wordkin {
namespace {

// What is left of a float vector of length 1 that lies within the axis is rounding.
constexpr double kWithinAxis = 1e-6;

DenseVector difference(DenseVector a, std::span<const double> b) {
  add(a, -1, b);
  return a;
}

void write_row(std::span<float> row, std::span<const double> vector) {
  std::ranges::transform(vector, row.begin(), [](double x) { return static_cast<float>(x); });
}

// The vectors of a set made alike but for the axis; empty when they do not differ along it.
DenseVectors equalized(const DenseVectors& words, const DenseVectors& basis) {
  const auto mean = mean_of(words);
  const auto mean_along = projected(mean, basis);
  const auto neutral = difference(mean, mean_along);
  const auto rest = std::sqrt(std::max(0.0, 1 - dot(neutral, neutral)));
  DenseVectors result;
  for (const auto& word : words) {
    const auto away = difference(projected(word, basis), mean_along);
    const auto distance = length(away);
    if (distance < kWithinAxis) return {};
    result.push_back(neutral);
    add(result.back(), rest / distance, away);
  }
  return result;
}

enum class Role : char { kNeutral, kSpecific, kEqualized };

class HardDebias {
 public:
  HardDebias(const Embeddings& embeddings, const DenseVectors& basis)
      : embeddings_(embeddings), basis_(basis), roles_(embeddings.size(), Role::kNeutral) {
    result_.vectors = Matrix(embeddings.size(), embeddings.dim());
  }

  HardDebiased run(const HardDebiasOptions& options) {
    for (const auto word : options.specific) roles_[word] = Role::kSpecific;
    for (std::size_t i = 0; i < options.equalized.size(); ++i) equalize(i, options.equalized[i]);
    parallel_for_ranges(embeddings_.size(), 4096, [&](std::size_t begin, std::size_t end) {
      for (auto i = begin; i < end; ++i) scale_or_neutralize(static_cast<WordId>(i));
    });
    for (WordId word = 0; word < embeddings_.size(); ++word) {
      if (roles_[word] == Role::kNeutral) ++result_.neutralized;
      if (is_zero(result_.vectors.row(word)) && !is_zero(embeddings_.vector(word))) {
        result_.emptied.push_back(word);
      }
    }
    return std::move(result_);
  }

 private:
  static bool is_zero(std::span<const float> row) {
    return std::ranges::all_of(row, [](float x) { return x == 0; });
  }

  void equalize(std::size_t place, const std::vector<WordId>& set) {
    if (std::ranges::any_of(set, [&](WordId word) { return roles_[word] == Role::kEqualized; })) {
      result_.overlapping.push_back(place);
      return;
    }
    const auto rows = equalized(unit_vectors_of(embeddings_, set), basis_);
    if (rows.empty()) {
      result_.not_different.push_back(place);
      return;
    }
    for (std::size_t i = 0; i < set.size(); ++i) {
      write_row(result_.vectors.row(set[i]), rows[i]);
      roles_[set[i]] = Role::kEqualized;
    }
    ++result_.equalized;
  }

  void scale_or_neutralize(WordId word) {
    if (roles_[word] == Role::kEqualized) return;
    auto vector = unit_vector_of(embeddings_, word);
    if (roles_[word] == Role::kNeutral) {
      vector = difference(vector, projected(vector, basis_));
      const auto left = length(vector);
      if (left < kWithinAxis) {
        std::ranges::fill(vector, 0);  // and not -0, which a product would give
      } else {
        scale(vector, 1 / left);
      }
    }
    write_row(result_.vectors.row(word), vector);
  }

  const Embeddings& embeddings_;
  const DenseVectors& basis_;
  std::vector<Role> roles_;
  HardDebiased result_;
};

}  // namespace

HardDebiased hard_debias(const Embeddings& embeddings, const DenseVectors& basis,
                         const HardDebiasOptions& options) {
  check_basis(embeddings, basis);
  return HardDebias(embeddings, basis).run(options);
}

void check_basis(const Embeddings& embeddings, const DenseVectors& basis) {
  for (const auto& direction : basis) {
    if (direction.size() == embeddings.dim()) continue;
    throw UsageError(fmt::format("the axis has {} dimensions, and the vectors have {}",
                                 direction.size(), embeddings.dim()));
  }
  if (basis.empty() || basis.size() >= embeddings.dim()) {
    throw UsageError(fmt::format(
        "{} directions to remove from vectors of {} dimensions; expected 1 or more, and fewer than "
        "the vectors have",
        basis.size(), embeddings.dim()));
  }
}

}  // namespace wordkin
