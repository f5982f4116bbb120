#include "embed/query/search_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "embed/query/search_kernels.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, which includes this file once for each instruction set.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace wordkin::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

HWY_INLINE float plain_product(const float* a, const float* b, std::size_t size) {
  float sum = 0;
  for (std::size_t i = 0; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

// products[i] = row_of(i) times `direction`.
template <class RowOf>
HWY_INLINE void multiply_each(const RowOf& row_of, std::span<const float> direction,
                              std::span<float> products) {
  const hn::ScalableTag<float> d;
  const auto lanes = hn::Lanes(d);
  const auto size = direction.size();
  const float* query = direction.data();
  if (size < lanes) {
    for (std::size_t i = 0; i < products.size(); ++i) {
      products[i] = plain_product(row_of(i), query, size);
    }
    return;
  }
  // What whole registers leave over is read with the register that ends where the row ends; there
  // the direction's numbers that were multiplied already are zeros.
  const auto whole = size / lanes * lanes;
  const auto last = size - lanes;
  auto rest = hn::Zero(d);
  if (whole != size) {
    const auto seen = hn::FirstN(d, whole - last);
    rest = hn::IfThenZeroElse(seen, hn::LoadU(d, query + last));
  }
  for (std::size_t i = 0; i < products.size(); ++i) {
    const float* row = row_of(i);
    auto sum0 = hn::Mul(hn::LoadU(d, row + last), rest);
    auto sum1 = hn::Zero(d);
    auto sum2 = hn::Zero(d);
    auto sum3 = hn::Zero(d);
    std::size_t k = 0;
    const auto add = [&](auto& sum, std::size_t at) HWY_ATTR {
      sum = hn::MulAdd(hn::LoadU(d, row + at), hn::LoadU(d, query + at), sum);
    };
    for (; k + 4 * lanes <= whole; k += 4 * lanes) {
      add(sum0, k);
      add(sum1, k + lanes);
      add(sum2, k + 2 * lanes);
      add(sum3, k + 3 * lanes);
    }
    for (; k < whole; k += lanes) add(sum1, k);
    const auto sum = hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3));
    products[i] = hn::GetLane(hn::SumOfLanes(d, sum));
  }
}

void MultiplyRows(MatrixView rows, std::span<const float> direction, std::span<float> products) {
  multiply_each([&](std::size_t i) HWY_ATTR { return rows.row(i).data(); }, direction,
                products.first(rows.rows()));
}

void MultiplyChosen(MatrixView rows, std::span<const std::uint32_t> chosen,
                    std::span<const float> direction, std::span<float> products) {
  constexpr std::size_t kLine = 16;  // floats
  for (const auto row : chosen) {
    const float* begin = rows.row(row).data();
    for (std::size_t k = 0; k < rows.cols(); k += kLine) hwy::Prefetch(begin + k);
  }
  multiply_each([&](std::size_t i) HWY_ATTR { return rows.row(chosen[i]).data(); }, direction,
                products.first(chosen.size()));
}

std::size_t FirstAbove(std::span<const float> products, std::span<const float> scales,
                       std::size_t begin, float threshold) {
  const hn::ScalableTag<float> d;
  const auto lanes = hn::Lanes(d);
  const auto limit = hn::Set(d, threshold);
  auto i = begin;
  for (; i + lanes <= products.size(); i += lanes) {
    const auto scores = hn::Mul(hn::LoadU(d, products.data() + i), hn::LoadU(d, scales.data() + i));
    // Not <=, rather than >, so that what is not a number is found too.
    const auto found = hn::FindFirstTrue(d, hn::Not(hn::Le(scores, limit)));
    if (found >= 0) return i + static_cast<std::size_t>(found);
  }
  while (i < products.size() && products[i] * scales[i] <= threshold) ++i;
  return i;
}

}  // namespace wordkin::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wordkin {

HWY_EXPORT(MultiplyRows);
HWY_EXPORT(MultiplyChosen);
HWY_EXPORT(FirstAbove);

void multiply_rows(MatrixView rows, std::span<const float> direction, std::span<float> products) {
  HWY_DYNAMIC_DISPATCH(MultiplyRows)(rows, direction, products);
}

void multiply_chosen(MatrixView rows, std::span<const std::uint32_t> chosen,
                     std::span<const float> direction, std::span<float> products) {
  HWY_DYNAMIC_DISPATCH(MultiplyChosen)(rows, chosen, direction, products);
}

std::size_t first_above(std::span<const float> products, std::span<const float> scales,
                        std::size_t begin, float threshold) {
  return HWY_DYNAMIC_DISPATCH(FirstAbove)(products, scales, begin, threshold);
}

}  // namespace wordkin
#endif
