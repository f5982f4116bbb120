#include "classify/optimizer_kernels.h"

#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "classify/optimizer_kernels.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, which includes this file once for each instruction set.
#include <hwy/highway.h>

#include "classify/for_units-inl.h"

HWY_BEFORE_NAMESPACE();
namespace wordkin::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class D, class V = hn::Vec<D>>
HWY_INLINE V ruled(D d, const GradientRules& rules, V gradient, V value) {
  const auto limit = hn::Set(d, rules.limit);
  const auto scaled = hn::Mul(hn::Set(d, rules.scale), gradient);
  const auto cut = hn::Min(limit, hn::Max(hn::Neg(limit), scaled));
  // What is not a number must not become one.
  const auto kept = hn::IfThenElse(hn::Eq(scaled, scaled), cut, scaled);
  return hn::MulAdd(hn::Set(d, rules.decay), value, kept);
}

void MomentumStep(const GradientRules& rules, float momentum, float rate,
                  std::span<const float> gradients, std::span<float> first,
                  std::span<float> values) {
  for_units<float>(values.size(), [&](auto d, std::size_t i) HWY_ATTR {
    const auto x = hn::LoadU(d, values.data() + i);
    const auto g = ruled(d, rules, hn::LoadU(d, gradients.data() + i), x);
    const auto v = hn::MulAdd(hn::Set(d, momentum), hn::LoadU(d, first.data() + i), g);
    hn::StoreU(v, d, first.data() + i);
    hn::StoreU(hn::NegMulAdd(hn::Set(d, rate), v, x), d, values.data() + i);
  });
}

void AdamStep(const GradientRules& rules, const AdamRates& rates, std::span<const float> gradients,
              std::span<float> first, std::span<float> second, std::span<float> values) {
  for_units<float>(values.size(), [&](auto d, std::size_t i) HWY_ATTR {
    const auto x = hn::LoadU(d, values.data() + i);
    const auto g = ruled(d, rules, hn::LoadU(d, gradients.data() + i), x);
    // b a + (1 - b) g
    const auto mean = [&](float b, auto a, auto of)
                          HWY_ATTR { return hn::MulAdd(hn::Set(d, b), hn::Sub(a, of), of); };
    const auto m = mean(rates.beta1, hn::LoadU(d, first.data() + i), g);
    const auto v = mean(rates.beta2, hn::LoadU(d, second.data() + i), hn::Mul(g, g));
    hn::StoreU(m, d, first.data() + i);
    hn::StoreU(v, d, second.data() + i);
    const auto root = hn::Add(hn::Sqrt(v), hn::Set(d, rates.epsilon));
    const auto step = hn::Div(hn::Mul(hn::Set(d, rates.rate), m), root);
    hn::StoreU(hn::MulSub(hn::Set(d, rates.keep), x, step), d, values.data() + i);
  });
}

}  // namespace wordkin::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wordkin {

HWY_EXPORT(MomentumStep);
HWY_EXPORT(AdamStep);

void momentum_step(const GradientRules& rules, float momentum, float rate,
                   std::span<const float> gradients, std::span<float> first,
                   std::span<float> values) {
  HWY_DYNAMIC_DISPATCH(MomentumStep)(rules, momentum, rate, gradients, first, values);
}

void adam_step(const GradientRules& rules, const AdamRates& rates, std::span<const float> gradients,
               std::span<float> first, std::span<float> second, std::span<float> values) {
  HWY_DYNAMIC_DISPATCH(AdamStep)(rules, rates, gradients, first, second, values);
}

}  // namespace wordkin
#endif
