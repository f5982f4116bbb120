#include "embed/query/analogy.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "common/gemm.h"
#include "common/parallel.h"

namespace wordkin {
namespace {

constexpr std::size_t kAnalogiesAtOnce = 64;
// That are held, unless one analogy needs more.
constexpr std::size_t kProductsAtOnce = std::size_t{1} << 22;
constexpr std::size_t kWordsInRange = 4096;

double squared_norm(std::span<const float> vector) {
  return std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0);
}

FloatVector to_unit_length(FloatVector vector) {
  const auto norm = std::sqrt(squared_norm(vector));
  if (norm > 0) {
    for (float& value : vector) value = static_cast<float>(value / norm);
  }
  return vector;
}

FloatVector difference(std::span<const float> x, std::span<const float> y) {
  FloatVector result(x.size());
  std::ranges::transform(x, y, result.begin(), std::minus<>());
  return result;
}

// The scores of all words for an analogy are made of their products with a few vectors, the
// factors. Those of several analogies are one product of matrices.
std::vector<FloatVector> factors_of(const UnitVectors& vectors, const Analogy& analogy,
                                    AnalogyMethod method) {
  const auto a = vectors.unit(analogy.a);
  const auto b = vectors.unit(analogy.b);
  const auto c = vectors.unit(analogy.c);
  if (method == AnalogyMethod::k3CosMul) return {b, c, a};
  return {to_unit_length(difference(b, a)), c};
}

std::size_t factor_count(AnalogyMethod method) { return method == AnalogyMethod::k3CosMul ? 3 : 2; }

// The products of all unit vectors with the rows of `factors`, [factors, words].
std::vector<float> products_of(const UnitVectors& vectors, const Matrix& factors) {
  const auto words = vectors.size();
  const auto rows = vectors.rows();
  std::vector<float> products(factors.rows() * words);
  parallel_for_ranges(words, kWordsInRange, [&](std::size_t begin, std::size_t end) {
    multiply({factors.rows(), end - begin, vectors.dim()}, {factors.data(), factors.stride()},
             transposed(rows.data() + begin * rows.stride(), rows.stride()),
             {products.data() + begin, words});
    for (std::size_t factor = 0; factor < factors.rows(); ++factor) {
      for (auto word = begin; word < end; ++word)
        products[factor * words + word] *= vectors.scales()[word];
    }
  });
  return products;
}

// products: cosines with b, c and a, [3, words]. The scores replace the first row.
void score_by_3cosmul(std::span<float> products) {
  const auto words = products.size() / 3;
  const auto shifted = [](float cosine) { return (cosine + 1) / 2; };
  for (std::size_t d = 0; d < words; ++d) {
    products[d] = shifted(products[d]) * shifted(products[words + d]) /
                  (shifted(products[2 * words + d]) + 0.001f);
  }
}

// products: with the direction of b - a, and with c, [2, words]. The scores replace the first row.
// With the direction u, cos(d - c, u) = (d u - c u) / |d - c|, and |d - c|^2 = d d + c c - 2 d c.
void score_by_pair_direction(const UnitVectors& vectors, const Analogy& analogy,
                             std::span<float> products) {
  // Below it, so little of the squared distance is left of its terms that it has lost digits.
  constexpr float kNear = 0.01f;
  const auto words = vectors.size();
  const auto along = products.first(words);
  const auto with_c = products.subspan(words);
  const auto c_along = along[analogy.c];
  const auto square = [&](WordId word) { return vectors.scales()[word] == 0 ? 0.0f : 1.0f; };
  const auto square_of_c = square(analogy.c);
  for (WordId d = 0; d < words; ++d) {
    const auto squared_distance = square(d) + square_of_c - 2 * with_c[d];
    if (squared_distance < kNear) {
      along[d] =
          static_cast<float>(cosine(difference(vectors.unit(d), vectors.unit(analogy.c)),
                                    difference(vectors.unit(analogy.b), vectors.unit(analogy.a))));
    } else {
      along[d] = (along[d] - c_along) / std::sqrt(squared_distance);
    }
  }
}

}  // namespace

Query analogy_query(const UnitVectors& vectors, const Analogy& analogy) {
  const auto a = vectors.unit(analogy.a);
  const auto b = vectors.unit(analogy.b);
  const auto c = vectors.unit(analogy.c);
  FloatVector direction(vectors.dim());
  for (std::size_t i = 0; i < direction.size(); ++i) direction[i] = b[i] - a[i] + c[i];
  return {to_unit_length(std::move(direction)), {analogy.a, analogy.b, analogy.c}};
}

std::vector<std::vector<Neighbor>> solve_analogies(const UnitVectors& vectors,
                                                   std::span<const Analogy> analogies,
                                                   AnalogyMethod method, std::size_t top) {
  if (method == AnalogyMethod::k3CosAdd) {
    std::vector<Query> queries;
    for (const auto& analogy : analogies) queries.push_back(analogy_query(vectors, analogy));
    return nearest(vectors, queries, top);
  }
  const auto words = vectors.size();
  const auto factors_each = factor_count(method);
  const auto at_once =
      std::clamp<std::size_t>(kProductsAtOnce / (factors_each * words), 1, kAnalogiesAtOnce);
  std::vector<std::vector<Neighbor>> answers(analogies.size());
  for (std::size_t first = 0; first < analogies.size(); first += at_once) {
    const auto block = analogies.subspan(first, std::min(at_once, analogies.size() - first));
    Matrix factors(block.size() * factors_each, vectors.dim());
    std::size_t filled = 0;
    for (const auto& analogy : block) {
      for (const auto& factor : factors_of(vectors, analogy, method))
        std::ranges::copy(factor, factors.row(filled++).begin());
    }
    auto products = products_of(vectors, factors);
    parallel_for_ranges(block.size(), 1, [&](std::size_t i, std::size_t) {
      const auto own = std::span(products).subspan(i * factors_each * words, factors_each * words);
      if (method == AnalogyMethod::k3CosMul) {
        score_by_3cosmul(own);
      } else {
        score_by_pair_direction(vectors, block[i], own);
      }
      const auto& [a, b, c] = block[i];
      answers[first + i] = highest(own.first(words), std::array{a, b, c}, top);
      vectors.check(answers[first + i]);
    });
  }
  return answers;
}

}  // namespace wordkin
