#pragma once

#include <cmath>
#include <vector>

#include "embed/train/glove.h"

// GloVe's objective and its optimiser in plain loops and double precision, as the paper writes
// them, biases apart.
namespace wordkin::test {

struct ReferenceRow {
  std::vector<double> values;
  double bias = 0;
  std::vector<double> squares;  // of the values
  double bias_square = 1;
};

inline double glove_loss(const ReferenceRow& word, const ReferenceRow& context, double count,
                         const GloveOptions& options) {
  double difference = word.bias + context.bias - std::log(count);
  for (std::size_t i = 0; i < word.values.size(); ++i) {
    difference += word.values[i] * context.values[i];
  }
  const double weight = std::min(1.0, std::pow(count / options.x_max, options.weight_exponent));
  return 0.5 * weight * difference * difference;
}

struct GloveGradient {
  std::vector<double> word;
  std::vector<double> context;
  double bias = 0;  // of both
};

inline GloveGradient glove_gradient(const ReferenceRow& word, const ReferenceRow& context,
                                    double count, const GloveOptions& options) {
  GloveGradient gradient;
  double difference = word.bias + context.bias - std::log(count);
  for (std::size_t i = 0; i < word.values.size(); ++i) {
    difference += word.values[i] * context.values[i];
  }
  const double weight = std::min(1.0, std::pow(count / options.x_max, options.weight_exponent));
  gradient.bias = weight * difference;
  for (std::size_t i = 0; i < word.values.size(); ++i) {
    gradient.word.push_back(gradient.bias * context.values[i]);
    gradient.context.push_back(gradient.bias * word.values[i]);
  }
  return gradient;
}

// One step of AdaGrad for the entry; returns its loss before.
inline double glove_step(ReferenceRow& word, ReferenceRow& context, double count,
                         const GloveOptions& options) {
  const double loss = glove_loss(word, context, count, options);
  const auto gradient = glove_gradient(word, context, count, options);
  const auto descend = [&](double slope, double& value, double& square) {
    const double step = options.eta * std::clamp(slope, -options.clip, options.clip);
    value -= step / std::sqrt(square);
    square += step * step;
  };
  for (std::size_t i = 0; i < word.values.size(); ++i) {
    descend(gradient.word[i], word.values[i], word.squares[i]);
    descend(gradient.context[i], context.values[i], context.squares[i]);
  }
  descend(gradient.bias, word.bias, word.bias_square);
  descend(gradient.bias, context.bias, context.bias_square);
  return loss;
}

}  // namespace wordkin::test
