#include "embed/train/glove_kernels.h"

#include <algorithm>
#include <array>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "embed/train/glove_kernels.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, which includes this file once for each instruction set.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "embed/train/block_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace wordkin::HWY_NAMESPACE {

HWY_INLINE float dot(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, std::size_t size) {
  const Floats d;
  std::array<Register, 4> sums{hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
  for_columns<4>(size, [&]<std::size_t kWidth>(std::size_t column) HWY_ATTR {
    for (std::size_t c = 0; c < kWidth; ++c) {
      const auto at = column + c * kLanes;
      sums[c] = hn::MulAdd(hn::Load(d, a + at), hn::Load(d, b + at), sums[c]);
    }
  });
  return hn::GetLane(
      hn::SumOfLanes(d, hn::Add(hn::Add(sums[0], sums[1]), hn::Add(sums[2], sums[3]))));
}

// A step of AdaGrad for numbers whose sums of squared steps lie `stride` behind them.
HWY_INLINE void descend(Register gradient, float* HWY_RESTRICT values, std::size_t stride,
                        Register eta, Register clip) {
  const Floats d;
  const auto step = hn::Mul(eta, hn::Min(hn::Max(gradient, hn::Neg(clip)), clip));
  const auto squares = hn::Load(d, values + stride);
  hn::Store(hn::Sub(hn::Load(d, values), hn::Div(step, hn::Sqrt(squares))), d, values);
  hn::Store(hn::MulAdd(step, step, squares), d, values + stride);
}

HWY_INLINE void fetch(const float* row, std::size_t size) {
  for (std::size_t i = 0; i < size; i += Matrix::kRowMultiple) __builtin_prefetch(row + i, 1);
}

double TrainTile(std::span<const TileEntry> entries, GloveRows words, GloveRows contexts,
                 const GloveRates& rates) {
  // Contexts are fetched so many entries ahead; those of a word follow each other.
  constexpr std::size_t kAhead = 2;
  // Logarithms and weights are taken of so many counts together.
  constexpr std::size_t kTogether = 64;
  alignas(64) std::array<float, kTogether> logs{};
  alignas(64) std::array<float, kTogether> weights;
  const Floats d;
  const auto stride = words.stride;
  const auto eta = hn::Set(d, rates.eta);
  const auto clip = hn::Set(d, rates.clip);
  const auto log_max = hn::Set(d, std::log(rates.x_max));
  const auto exponent = hn::Set(d, rates.exponent);
  double loss = 0;
  for (std::size_t begin = 0; begin < entries.size(); begin += kTogether) {
    const auto some = entries.subspan(begin, std::min(kTogether, entries.size() - begin));
    for (std::size_t i = 0; i < some.size(); ++i) logs[i] = some[i].count;
    for (std::size_t i = some.size(); i < kTogether; ++i) logs[i] = 1;
    for (std::size_t i = 0; i < some.size(); i += kLanes) {
      const auto log_count = hn::Log(d, hn::Load(d, logs.data() + i));
      const auto log_weight = hn::Mul(exponent, hn::Sub(log_count, log_max));
      hn::Store(log_count, d, logs.data() + i);
      hn::Store(hn::Exp(d, hn::Min(log_weight, hn::Zero(d))), d, weights.data() + i);
    }
    for (std::size_t i = 0; i < some.size(); ++i) {
      float* HWY_RESTRICT word = words.row(some[i].word);
      float* HWY_RESTRICT context = contexts.row(some[i].context);
      const auto upcoming = std::min(begin + i + kAhead, entries.size() - 1);
      fetch(contexts.row(entries[upcoming].context), 2 * stride);
      const auto difference = dot(word, context, stride) - logs[i];
      const auto weighted = weights[i] * difference;
      loss += 0.5 * weighted * difference;
      const auto factor = hn::Set(d, weighted);
      for (std::size_t at = 0; at < stride; at += kLanes) {
        const auto word_gradient = hn::Mul(factor, hn::Load(d, context + at));
        const auto context_gradient = hn::Mul(factor, hn::Load(d, word + at));
        descend(word_gradient, word + at, stride, eta, clip);
        descend(context_gradient, context + at, stride, eta, clip);
      }
    }
  }
  return loss;
}

}  // namespace wordkin::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wordkin {

HWY_EXPORT(TrainTile);

double train_glove_tile(std::span<const TileEntry> entries, GloveRows words, GloveRows contexts,
                        const GloveRates& rates) {
  return HWY_DYNAMIC_DISPATCH(TrainTile)(entries, words, contexts, rates);
}

}  // namespace wordkin
#endif
