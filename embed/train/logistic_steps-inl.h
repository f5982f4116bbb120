// From the logits of logistic units to their steps, in registers, for hogwild_kernels.cpp: compiled
// once for each instruction set, hence the unusual guard (see Highway's documentation of -inl.h
// files).
#if defined(WORDKIN_EMBED_TRAIN_LOGISTIC_STEPS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WORDKIN_EMBED_TRAIN_LOGISTIC_STEPS_INL_H_
#undef WORDKIN_EMBED_TRAIN_LOGISTIC_STEPS_INL_H_
#else
#define WORDKIN_EMBED_TRAIN_LOGISTIC_STEPS_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "embed/train/block_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace wordkin::HWY_NAMESPACE {

// A logistic unit's answers to logits x, with labels y. With t = exp(-|x|), the sigmoid is 1 / (1 +
// t) for x >= 0 and t / (1 + t) otherwise, and -log sigmoid(-x) is max(x, 0) + log(1 + t); nothing
// overflows. Where x is not finite, x - x makes the loss NaN, on the side where it is 0 too.
struct Answer {
  Register error;   // y - sigmoid(x)
  Register margin;  // the loss is margin + log(1 + t)
  Register t;
};

// 1 / (1 + t) for t from 0 to 1: the parabola with the least relative error, by Chebyshev, and two
// steps of Newton's method. Dividing takes longer.
HWY_INLINE Register reciprocal_of_1_plus(Register t) {
  const Floats d;
  const auto parabola = [&](float c0, float c1, float c2) HWY_ATTR {
    return hn::MulAdd(hn::MulAdd(hn::Set(d, c2), t, hn::Set(d, c1)), t, hn::Set(d, c0));
  };
  auto result = parabola(98.0f / 99, -80.0f / 99, 32.0f / 99);
  const auto x = hn::Add(hn::Set(d, 1.0f), t);
  for (int step = 0; step < 2; ++step) {
    result = hn::MulAdd(result, hn::NegMulAdd(x, result, hn::Set(d, 1.0f)), result);
  }
  return result;
}

HWY_INLINE Answer answer(Register x, Register y) {
  const Floats d;
  const auto zero = hn::Zero(d);
  // -|x|, and 0 for what is not a number, which Exp must not get: Min gives its second operand
  // then.
  const auto t = hn::Exp(d, hn::Min(hn::Or(x, hn::SignBit(d)), zero));
  const auto larger = reciprocal_of_1_plus(t);
  const auto sigmoid = hn::IfThenElse(hn::Ge(x, zero), larger, hn::Mul(t, larger));
  const auto wrong_way = hn::IfThenElse(hn::Gt(y, zero), hn::Neg(x), x);
  return {hn::Sub(y, sigmoid), hn::Add(hn::Max(wrong_way, zero), hn::Sub(x, x)), t};
}

// Turns logits into steps, rate * weight * (y - sigmoid), in place and returns the weighted loss.
// Reads and writes whole registers.
HWY_INLINE double steps_from_logits(float* HWY_RESTRICT logits, const float* HWY_RESTRICT labels,
                                    const float* HWY_RESTRICT weights, std::size_t count,
                                    float rate) {
  const Floats d;
  auto loss = hn::Zero(d);
  for (std::size_t i = 0; i < count; i += kLanes) {
    const auto weight = hn::IfThenElseZero(hn::FirstN(d, count - i), hn::LoadU(d, weights + i));
    const auto [error, margin, t] = answer(hn::Load(d, logits + i), hn::LoadU(d, labels + i));
    loss = hn::Add(loss, hn::Mul(weight, hn::Add(margin, hn::Log1p(d, t))));
    hn::Store(hn::Mul(hn::Mul(hn::Set(d, rate), weight), error), d, logits + i);
  }
  return hn::GetLane(hn::SumOfLanes(d, loss));
}

// So many factors 1 + t, each at most 2, have a product that does not overflow.
constexpr std::size_t kFactors = 100;

// The same for the logits of a group of inputs, which take turns, so that every fourth has the same
// weight. The logarithm is slow; it is taken of products.
HWY_INLINE double shared_steps(float* HWY_RESTRICT logits, const float* HWY_RESTRICT labels,
                               const float* HWY_RESTRICT weights, std::size_t count, float rate) {
  if constexpr (kLanes < kTileRows) {
    double loss = 0;
    for (std::size_t i = 0; i < count; ++i) {
      loss += steps_from_logits(logits + i, labels + i, weights + i % kTileRows, 1, rate);
    }
    return loss;
  }
  const Floats d;
  const auto one = hn::Set(d, 1.0f);
  const auto weight = hn::LoadDup128(d, weights);
  const auto scale = hn::Mul(hn::Set(d, rate), weight);
  auto loss = hn::Zero(d);
  for (std::size_t begin = 0; begin < count; begin += kFactors * kLanes) {
    const auto end = std::min(count, begin + kFactors * kLanes);
    auto product = one;
    for (auto i = begin; i < end; i += kLanes) {
      const auto used = hn::FirstN(d, end - i);
      const auto [error, margin, t] = answer(hn::Load(d, logits + i), hn::Load(d, labels + i));
      loss = hn::Add(loss, hn::IfThenElseZero(used, margin));
      product = hn::IfThenElse(used, hn::MulAdd(product, t, product), product);
      hn::Store(hn::IfThenElseZero(used, hn::Mul(scale, error)), d, logits + i);
    }
    loss = hn::Add(loss, hn::Log(d, product));
  }
  return hn::GetLane(hn::SumOfLanes(d, hn::Mul(weight, loss)));
}

// The four lowest bits of a number.
alignas(64) constexpr float kBits[16][4] = {{0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {1, 1, 0, 0},
                                            {0, 0, 1, 0}, {1, 0, 1, 0}, {0, 1, 1, 0}, {1, 1, 1, 0},
                                            {0, 0, 0, 1}, {1, 0, 0, 1}, {0, 1, 0, 1}, {1, 1, 0, 1},
                                            {0, 0, 1, 1}, {1, 0, 1, 1}, {0, 1, 1, 1}, {1, 1, 1, 1}};

// The same for logits with label 1 and weights that are 0 or 1.
HWY_INLINE double link_steps(float* HWY_RESTRICT logits, const std::uint64_t* links,
                             std::size_t group, std::size_t count, float rate) {
  const Floats d;
  const auto one = hn::Set(d, 1.0f);
  const auto scale = hn::Set(d, rate);
  auto loss = hn::Zero(d);
  for (std::size_t begin = 0; begin < count; begin += kFactors * kLanes) {
    const auto end = std::min(count, begin + kFactors * kLanes);
    auto product = one;
    for (auto i = begin; i < end; i += kLanes) {
      alignas(64) float weights[kGroup];
      for (std::size_t k = 0; k < kParts; ++k) {
        const auto bits = links[i / kTileRows + k] >> (kTileRows * group);
        std::copy_n(kBits[bits % 16], kTileRows, weights + kTileRows * k);
      }
      const auto link = hn::Load(d, kLanes < kTileRows ? weights + i % kTileRows : weights);
      const auto [error, margin, t] = answer(hn::Load(d, logits + i), one);
      loss = hn::MulAdd(link, margin, loss);
      product = hn::MulAdd(product, hn::Mul(link, t), product);
      hn::Store(hn::Mul(hn::Mul(scale, link), error), d, logits + i);
    }
    loss = hn::Add(loss, hn::Log(d, product));
  }
  return hn::GetLane(hn::SumOfLanes(d, loss));
}

}  // namespace wordkin::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
