// A loop over numbers in registers, for the kernels: compiled once for each instruction set, hence
// the unusual guard (see Highway's documentation of -inl.h files).
#if defined(WORDKIN_CLASSIFY_FOR_UNITS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WORDKIN_CLASSIFY_FOR_UNITS_INL_H_
#undef WORDKIN_CLASSIFY_FOR_UNITS_INL_H_
#else
#define WORDKIN_CLASSIFY_FOR_UNITS_INL_H_
#endif

#include <cstddef>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace wordkin::HWY_NAMESPACE {

// Calls body(tag, i) for i in 0 .. count - 1, whole registers of T first, then one by one.
template <class T, class Body>
HWY_INLINE void for_units(std::size_t count, const Body& body) {
  const hwy::HWY_NAMESPACE::ScalableTag<T> d;
  const hwy::HWY_NAMESPACE::CappedTag<T, 1> one;
  const auto lanes = hwy::HWY_NAMESPACE::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) body(d, i);
  for (; i < count; ++i) body(one, i);
}

}  // namespace wordkin::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
