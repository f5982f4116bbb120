#include "embed/train/hogwild_kernels.h"

#include <algorithm>
#include <array>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "embed/train/hogwild_kernels.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, which includes this file once for each instruction set.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace wordkin::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, Matrix::kRowMultiple>;

// Logits are taken this many at a time; a sum of so many floats is still exact enough.
constexpr std::size_t kGroup = 64;

float dot(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, std::size_t size) {
  const Floats d;
  auto sum = hn::Zero(d);
  for (std::size_t i = 0; i < size; i += hn::Lanes(d)) {
    sum = hn::MulAdd(hn::Load(d, a + i), hn::Load(d, b + i), sum);
  }
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

// Turns logits into steps g_k in place and returns the loss. With t = exp(-|x|), the sigmoid is
// 1 / (1 + t) for x >= 0 and t / (1 + t) otherwise, and -log sigmoid(-x) is max(x, 0) + log(1 + t);
// nothing overflows. Where x is not finite, x - x makes the loss NaN, on the side where it is 0
// too.
double steps_from_logits(float* HWY_RESTRICT logits, const float* HWY_RESTRICT labels,
                         std::size_t count, float rate) {
  const Floats d;
  const auto zero = hn::Zero(d);
  const auto one = hn::Set(d, 1.0f);
  auto loss = zero;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    const auto used = hn::FirstN(d, count - i);
    const auto x = hn::Load(d, logits + i);
    const auto y = hn::Load(d, labels + i);
    const auto t = hn::Exp(d, hn::Neg(hn::Abs(x)));
    const auto larger = hn::Div(one, hn::Add(one, t));
    const auto sigmoid = hn::IfThenElse(hn::Ge(x, zero), larger, hn::Mul(t, larger));
    const auto wrong_way = hn::IfThenElse(hn::Gt(y, zero), hn::Neg(x), x);
    const auto losses = hn::Add(hn::Add(hn::Max(wrong_way, zero), hn::Log1p(d, t)), hn::Sub(x, x));
    loss = hn::Add(loss, hn::IfThenElseZero(used, losses));
    hn::Store(hn::Mul(hn::Set(d, rate), hn::Sub(y, sigmoid)), d, logits + i);
  }
  return hn::GetLane(hn::SumOfLanes(d, loss));
}

// error += sum_k g_k o_k, one register of columns after another.
void add_rows(std::span<const float* const> rows, const float* HWY_RESTRICT steps,
              float* HWY_RESTRICT error, std::size_t size) {
  const Floats d;
  for (std::size_t i = 0; i < size; i += hn::Lanes(d)) {
    auto sum = hn::Load(d, error + i);
    for (std::size_t k = 0; k < rows.size(); ++k) {
      sum = hn::MulAdd(hn::Set(d, steps[k]), hn::Load(d, rows[k] + i), sum);
    }
    hn::Store(sum, d, error + i);
  }
}

// row += g x.
void add_input(float g, const float* HWY_RESTRICT x, float* HWY_RESTRICT row, std::size_t size) {
  const Floats d;
  const auto step = hn::Set(d, g);
  for (std::size_t i = 0; i < size; i += hn::Lanes(d)) {
    hn::Store(hn::MulAdd(step, hn::Load(d, x + i), hn::Load(d, row + i)), d, row + i);
  }
}

// `steps` is scratch, zeros for all targets up to the next multiple of Matrix::kRowMultiple.
double LogisticStep(std::span<const float> input, std::span<const Target> targets, Matrix& output,
                    float rate, std::span<float> error, float* HWY_RESTRICT steps) {
  std::fill(error.begin(), error.end(), 0.0f);
  alignas(64) std::array<float, kGroup> labels{};
  std::array<const float*, kGroup> rows;
  double loss = 0;
  for (std::size_t begin = 0; begin < targets.size(); begin += kGroup) {
    const auto group = targets.subspan(begin, std::min(kGroup, targets.size() - begin));
    for (std::size_t k = 0; k < group.size(); ++k) {
      rows[k] = output.padded_row(group[k].row).data();
      steps[begin + k] = dot(input.data(), rows[k], input.size());
      labels[k] = group[k].label;
    }
    loss += steps_from_logits(steps + begin, labels.data(), group.size(), rate);
    add_rows(std::span(rows).first(group.size()), steps + begin, error.data(), error.size());
  }
  // Only now, because a row may occur several times.
  for (std::size_t k = 0; k < targets.size(); ++k) {
    add_input(steps[k], input.data(), output.padded_row(targets[k].row).data(), input.size());
  }
  return loss;
}

void AddToRow(std::span<const float> delta, std::span<float> row) {
  const Floats d;
  for (std::size_t i = 0; i < row.size(); i += hn::Lanes(d)) {
    hn::Store(hn::Add(hn::Load(d, row.data() + i), hn::Load(d, delta.data() + i)), d,
              row.data() + i);
  }
}

void MeanOfRows(const Matrix& matrix, std::span<const WordId> rows, std::span<float> mean) {
  const Floats d;
  const auto share = hn::Set(d, 1.0f / static_cast<float>(rows.size()));
  for (std::size_t i = 0; i < mean.size(); i += hn::Lanes(d)) {
    auto sum = hn::Zero(d);
    for (const auto row : rows) sum = hn::Add(sum, hn::Load(d, matrix.padded_row(row).data() + i));
    hn::Store(hn::Mul(sum, share), d, mean.data() + i);
  }
}

const char* InstructionSet() { return hwy::TargetName(HWY_TARGET); }

}  // namespace wordkin::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wordkin {

HWY_EXPORT(LogisticStep);
HWY_EXPORT(AddToRow);
HWY_EXPORT(MeanOfRows);
HWY_EXPORT(InstructionSet);

double logistic_step(std::span<const float> input, std::span<const Target> targets, Matrix& output,
                     float rate, std::span<float> error) {
  // On the heap only where the targets are many.
  alignas(64) std::array<float, 64> few{};
  FloatVector many(targets.size() <= few.size() ? 0 : padded(targets.size()));
  return HWY_DYNAMIC_DISPATCH(LogisticStep)(input, targets, output, rate, error,
                                            many.empty() ? few.data() : many.data());
}

void add_to_row(std::span<const float> delta, std::span<float> row) {
  HWY_DYNAMIC_DISPATCH(AddToRow)(delta, row);
}

void mean_of_rows(const Matrix& matrix, std::span<const WordId> rows, std::span<float> mean) {
  HWY_DYNAMIC_DISPATCH(MeanOfRows)(matrix, rows, mean);
}

std::string_view hogwild_instruction_set() { return HWY_DYNAMIC_DISPATCH(InstructionSet)(); }

}  // namespace wordkin
#endif
