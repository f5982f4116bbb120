#include "embed/query/analogy.h"

#include <cmath>
#include <numeric>

namespace wordkin {
namespace {

// The cosines of one word with all, moved to 0 .. 1.
std::vector<float> shifted_cosines(const UnitVectors& vectors, WordId word) {
  auto cosines = similarities(vectors, vectors.unit(word));
  for (float& cosine : cosines) cosine = (cosine + 1) / 2;
  return cosines;
}

}  // namespace

Query analogy_query(const UnitVectors& vectors, const Analogy& analogy) {
  const auto a = vectors.unit(analogy.a);
  const auto b = vectors.unit(analogy.b);
  const auto c = vectors.unit(analogy.c);
  FloatVector direction(vectors.dim());
  for (std::size_t i = 0; i < direction.size(); ++i) direction[i] = b[i] - a[i] + c[i];
  const auto norm =
      std::sqrt(std::inner_product(direction.begin(), direction.end(), direction.begin(), 0.0));
  if (norm > 0) {
    for (float& value : direction) value = static_cast<float>(value / norm);
  }
  return {std::move(direction), {analogy.a, analogy.b, analogy.c}};
}

std::vector<Neighbor> solve_analogy(const UnitVectors& vectors, const Analogy& analogy,
                                    AnalogyMethod method, std::size_t top) {
  const auto query = analogy_query(vectors, analogy);
  if (method == AnalogyMethod::k3CosAdd) return nearest(vectors, {&query, 1}, top).front();

  auto scores = shifted_cosines(vectors, analogy.b);
  const auto with_c = shifted_cosines(vectors, analogy.c);
  const auto with_a = shifted_cosines(vectors, analogy.a);
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i] *= with_c[i] / (with_a[i] + 0.001f);
  return highest(scores, query.excluded, top);
}

}  // namespace wordkin
