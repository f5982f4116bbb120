#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "common/enum_names.h"
#include "common/matrix.h"

namespace wordkin {

enum class OptimizerKind { kSgd, kAdam, kAdamW };
template <>
inline constexpr std::array<std::string_view, 3> kEnumNames<OptimizerKind>{"sgd", "adam", "adamw"};

// How the learning rate goes after the warm-up: it stays; it falls to 0 in a line, or half a
// cosine; or it halves whenever the validation loss has not fallen for an epoch.
enum class Schedule { kConstant, kLinear, kCosine, kPlateau };
template <>
inline constexpr std::array<std::string_view, 4> kEnumNames<Schedule>{"constant", "linear",
                                                                      "cosine", "plateau"};

struct OptimizerOptions {
  OptimizerKind kind = OptimizerKind::kAdamW;
  double rate = 2e-3;     // learning rate at its highest
  double momentum = 0.9;  // SGD's momentum, Adam's beta 1
  double beta2 = 0.999;
  double weight_decay = 0;  // of matrices: AdamW's apart from the gradient, the others' within it
  double clip_norm = 1;     // gradients are scaled down to this length; 0: never
  double clip_value = 0;    // then their numbers are cut to this size; 0: never
  Schedule schedule = Schedule::kLinear;
  double warmup = 0.05;  // share of all steps in which the rate rises from 0

  void validate() const;  // throws UsageError
};

// The learning rate of step `step`, from 0, of `steps`; the plateaus' halving is the caller's.
double scheduled_rate(const OptimizerOptions& options, std::size_t step, std::size_t steps);

// What the optimizer remembers of some numbers that are trained.
struct OptimizerState {
  FloatVector first;   // momentum; Adam's mean of gradients
  FloatVector second;  // Adam's mean of squares

  static OptimizerState for_numbers(const OptimizerOptions& options, std::size_t count);
};

// One step for all numbers that it is applied to.
struct OptimizerStep {
  double rate = 0;
  std::size_t step = 1;       // from 1, for Adam's correction of the means' start at 0
  double gradient_scale = 1;  // from clipping the norm
  double weight_decay = 0;
};

// values -= the optimizer's step for `gradients`: SGD with momentum (Polyak 1964; v = m v + g,
// x -= rate v, as in PyTorch), Adam (Kingma and Ba 2015, algorithm 1) or AdamW (Loshchilov and
// Hutter 2019, algorithm 2). `first` and `second` are the numbers' part of the state.
void apply_step(const OptimizerOptions& options, const OptimizerStep& step,
                std::span<const float> gradients, std::span<float> first, std::span<float> second,
                std::span<float> values);

}  // namespace wordkin
