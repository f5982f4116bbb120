#include "classify/optimizer.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "classify/optimizer_kernels.h"
#include "common/error.h"

namespace wordkin {
namespace {

void check(std::string_view option, double value, double least, double below) {
  if (value >= least && value < below) return;
  throw UsageError(fmt::format("--{}: expected a number from {} to below {}, found {}", option,
                               least, below, value));
}

}  // namespace

void OptimizerOptions::validate() const {
  check("rate", rate, 1e-12, 1e6);
  check("momentum", momentum, 0, 1);
  check("beta2", beta2, 0, 1);
  check("weight-decay", weight_decay, 0, 1e6);
  check("clip-norm", clip_norm, 0, 1e30);
  check("clip-value", clip_value, 0, 1e30);
  check("warmup", warmup, 0, 1);
}

double scheduled_rate(const OptimizerOptions& options, std::size_t step, std::size_t steps) {
  const auto at = static_cast<double>(step) + 1;
  const auto warm = options.warmup * static_cast<double>(steps);
  if (at < warm) return options.rate * at / warm;
  const auto gone = (at - warm) / (static_cast<double>(steps) - warm + 1);
  switch (options.schedule) {
    case Schedule::kLinear:
      return options.rate * (1 - gone);
    case Schedule::kCosine:
      return options.rate * (1 + std::cos(std::numbers::pi * gone)) / 2;
    case Schedule::kConstant:
    case Schedule::kPlateau:
      return options.rate;
  }
  return options.rate;
}

OptimizerState OptimizerState::for_numbers(const OptimizerOptions& options, std::size_t count) {
  return {FloatVector(count), FloatVector(options.kind == OptimizerKind::kSgd ? 0 : count)};
}

void apply_step(const OptimizerOptions& options, const OptimizerStep& step,
                std::span<const float> gradients, std::span<float> first, std::span<float> second,
                std::span<float> values) {
  constexpr double kEpsilon = 1e-8;
  const bool apart = options.kind == OptimizerKind::kAdamW;
  const GradientRules rules{
      .scale = static_cast<float>(step.gradient_scale),
      .limit = static_cast<float>(options.clip_value > 0 ? options.clip_value : 1e30),
      .decay = static_cast<float>(apart ? 0 : step.weight_decay)};
  if (options.kind == OptimizerKind::kSgd) {
    momentum_step(rules, static_cast<float>(options.momentum), static_cast<float>(step.rate),
                  gradients, first, values);
    return;
  }
  const auto t = static_cast<double>(step.step);
  const auto second_share = std::sqrt(1 - std::pow(options.beta2, t));
  adam_step(
      rules,
      {.beta1 = static_cast<float>(options.momentum),
       .beta2 = static_cast<float>(options.beta2),
       .epsilon = static_cast<float>(kEpsilon * second_share),
       .rate = static_cast<float>(step.rate * second_share / (1 - std::pow(options.momentum, t))),
       .keep = static_cast<float>(apart ? 1 - step.rate * step.weight_decay : 1)},
      gradients, first, second, values);
}

}  // namespace wordkin
