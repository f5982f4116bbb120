#include "embed/map/word_axis.h"

#include <cmath>
#include <numeric>

#include "common/error.h"

namespace wordkin {
namespace {

// The factor that makes a vector's length 1; 0 for a vector of zeros.
double to_unit(std::span<const float> vector) {
  double squares = 0;
  for (const double x : vector) squares += x * x;
  return squares > 0 ? 1 / std::sqrt(squares) : 0;
}

}  // namespace

std::vector<float> along_axis(const UnitVectors& vectors, std::span<const float> from,
                              std::span<const float> to) {
  const auto from_scale = to_unit(from);
  const auto to_scale = to_unit(to);
  std::vector<float> axis(from.size());
  for (std::size_t k = 0; k < axis.size(); ++k) {
    axis[k] = static_cast<float>(to_scale * to[k] - from_scale * from[k]);
  }
  // What is left of vectors in the same direction is rounding.
  constexpr double kLeastLength = 1e-6;
  if (const auto factor = to_unit(axis); factor == 0 || 1 / factor < kLeastLength) {
    throw NumericError("there is no direction from a vector to one that points the same way");
  }
  std::vector<float> values;
  values.reserve(vectors.size());
  for (WordId id = 0; id < vectors.size(); ++id) {
    values.push_back(static_cast<float>(cosine(vectors.unit(id), axis)));
  }
  return values;
}

}  // namespace wordkin
