#pragma once

#include <span>

namespace wordkin {

// What a gradient g goes through first: g <- max(-limit, min(limit, scale g)) + decay x.
struct GradientRules {
  float scale = 1;
  float limit = 0;
  float decay = 0;
};

// v = momentum v + g, x -= rate v. All spans have the same size.
void momentum_step(const GradientRules& rules, float momentum, float rate,
                   std::span<const float> gradients, std::span<float> first,
                   std::span<float> values);

// m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, x = keep x - rate m / (sqrt(v) +
// epsilon); rate and epsilon hold the correction of m and v for their start at 0.
struct AdamRates {
  float beta1 = 0;
  float beta2 = 0;
  float epsilon = 0;
  float rate = 0;
  float keep = 1;
};
void adam_step(const GradientRules& rules, const AdamRates& rates, std::span<const float> gradients,
               std::span<float> first, std::span<float> second, std::span<float> values);

}  // namespace wordkin
