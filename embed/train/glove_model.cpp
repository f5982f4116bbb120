#include "embed/train/glove_model.h"

#include <algorithm>
#include <limits>

#include "common/random.h"

namespace wordkin {
namespace {

// With this sum of squared steps every step is 0.
constexpr float kFixed = std::numeric_limits<float>::infinity();

void initialise(GloveParameters& parameters, std::string_view what, std::uint64_t seed) {
  const auto scale = 1.0f / static_cast<float>(parameters.dim());
  for (WordId word = 0; word < parameters.parts().words(); ++word) {
    auto random = stream(seed, what, word);
    for (float& value : parameters.vector(word)) value = (random.uniform() - 0.5f) * scale;
    parameters.bias(word) = (random.uniform() - 0.5f) * scale;
  }
}

}  // namespace

GloveParameters::GloveParameters(Role role, WordParts parts, std::size_t dim)
    : role_(role),
      parts_(parts),
      dim_(dim),
      stride_(stride(dim)),
      data_(std::size_t{parts.words()} * 2 * stride_) {
  const auto one_at = role == Role::kWord ? dim + 1 : dim;
  for (std::size_t i = 0; i < parts.words(); ++i) {
    float* values = row(i);
    values[one_at] = 1;
    std::fill_n(values + stride_, stride_, 1.0f);
    values[stride_ + one_at] = kFixed;
  }
}

GloveModel GloveModel::initial(WordParts parts, std::size_t dim, std::uint64_t seed) {
  GloveModel model{{GloveParameters::Role::kWord, parts, dim},
                   {GloveParameters::Role::kContext, parts, dim},
                   {}};
  initialise(model.words, "GloVe words", seed);
  initialise(model.contexts, "GloVe contexts", seed);
  return model;
}

}  // namespace wordkin
