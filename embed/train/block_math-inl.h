// Products of small matrices in registers, for hogwild_kernels.cpp: compiled once for each
// instruction set, hence the unusual guard (see Highway's documentation of -inl.h files).
#if defined(WORDKIN_EMBED_TRAIN_BLOCK_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WORDKIN_EMBED_TRAIN_BLOCK_MATH_INL_H_
#undef WORDKIN_EMBED_TRAIN_BLOCK_MATH_INL_H_
#else
#define WORDKIN_EMBED_TRAIN_BLOCK_MATH_INL_H_
#endif

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <hwy/highway.h>

#include "common/matrix.h"

HWY_BEFORE_NAMESPACE();
namespace wordkin::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, Matrix::kRowMultiple>;
using Register = hn::Vec<Floats>;
constexpr std::size_t kLanes = std::min<std::size_t>(Matrix::kRowMultiple, HWY_LANES(float));
// Rows are taken four at a time: a 128-bit part of a register holds one number for each.
constexpr std::size_t kTileRows = 4;
constexpr std::size_t kParts = std::max(std::size_t{1}, kLanes / kTileRows);
// Numbers that go through registers together, for a tile or more of them.
constexpr std::size_t kGroup = kParts * kTileRows;

#if HWY_TARGET == HWY_SCALAR
HWY_INLINE void store_sums(const Register (&sums)[kParts][kTileRows], float* HWY_RESTRICT to) {
  for (std::size_t r = 0; r < kTileRows; ++r) to[r] = hn::GetLane(sums[0][r]);
}
#else
// [sum a0, sum a1, sum a2, sum a3] in each 128-bit part, over that part's lanes.
HWY_INLINE Register sums_of_parts(Register a0, Register a1, Register a2, Register a3) {
  const Floats d;
  const hn::Repartition<std::uint64_t, Floats> pairs;
  const auto sum01 = hn::Add(hn::InterleaveLower(d, a0, a1), hn::InterleaveUpper(d, a0, a1));
  const auto sum23 = hn::Add(hn::InterleaveLower(d, a2, a3), hn::InterleaveUpper(d, a2, a3));
  const auto low = hn::InterleaveLower(hn::BitCast(pairs, sum01), hn::BitCast(pairs, sum23));
  const auto high =
      hn::InterleaveUpper(pairs, hn::BitCast(pairs, sum01), hn::BitCast(pairs, sum23));
  return hn::Add(hn::BitCast(d, low), hn::BitCast(d, high));
}

HWY_INLINE Register sums_of_lanes(const Register (&sums)[kParts][kTileRows]) {
  const Floats d;
  Register parts[kParts];
  for (std::size_t k = 0; k < kParts; ++k) {
    parts[k] = sums_of_parts(sums[k][0], sums[k][1], sums[k][2], sums[k][3]);
  }
  if constexpr (kParts == 1) {
    return parts[0];
  } else {
    const auto fold = [&](Register a, Register b) {
      return hn::Add(hn::ConcatLowerLower(d, b, a), hn::ConcatUpperUpper(d, b, a));
    };
    if constexpr (kParts == 2) {
      return fold(parts[0], parts[1]);
    } else {
      const auto even = fold(parts[0], parts[2]);  // [0, 0, 2, 2]
      const auto odd = fold(parts[1], parts[3]);   // [1, 1, 3, 3]
      return hn::Add(hn::OddEvenBlocks(hn::SwapAdjacentBlocks(odd), even),
                     hn::OddEvenBlocks(odd, hn::SwapAdjacentBlocks(even)));
    }
  }
}

// to[4 k + r] = the sum of the lanes of sums[k][r].
HWY_INLINE void store_sums(const Register (&sums)[kParts][kTileRows], float* HWY_RESTRICT to) {
  hn::Store(sums_of_lanes(sums), Floats(), to);
}
#endif

// Rows of length `stride`, a multiple of kTileRows of them.
using RowList = std::span<const float* const>;

// logits[k][r] = x_r . o_k for the four rows of x and all of o.
HWY_INLINE void multiply(RowList x, RowList o, std::size_t stride, float* HWY_RESTRICT logits) {
  const Floats d;
  for (std::size_t k = 0; k < o.size(); k += kParts, logits += kGroup) {
    Register sums[kParts][kTileRows];
    for (auto& row : sums) {
      for (auto& sum : row) sum = hn::Zero(d);
    }
    for (std::size_t i = 0; i < stride; i += kLanes) {
      Register inputs[kTileRows];
      for (std::size_t r = 0; r < kTileRows; ++r) inputs[r] = hn::Load(d, x[r] + i);
      for (std::size_t c = 0; c < kParts; ++c) {
        const auto output = hn::Load(d, o[k + c] + i);
        for (std::size_t r = 0; r < kTileRows; ++r) {
          sums[c][r] = hn::MulAdd(output, inputs[r], sums[c][r]);
        }
      }
    }
    store_sums(sums, logits);
  }
}

// How the coefficients of a product lie in memory: the one for step n and row r of a tile at
// n / 4 * outer + n % 4 * kStep + r * kRow.
template <std::size_t kStepStride, std::size_t kRowStride>
struct Coefficients {
  const float* data;
  std::size_t outer;

  Register at(std::size_t step, std::size_t row) const {
    return hn::Set(Floats(), data[step * kStepStride + row * kRowStride]);
  }
};
using ByInput = Coefficients<kTileRows, 1>;   // a tile of inputs, summed over targets
using ByTarget = Coefficients<1, kTileRows>;  // a tile of targets, summed over inputs

// A term of a sum of products: sum_n g(n, r) rows_n for the four rows of a tile.
template <class G>
struct Product {
  G g;
  RowList rows;
};

// Adds the product to `sums`, in the columns from `column`.
template <class G, std::size_t kWidth>
HWY_INLINE void add_product(Product<G> product, std::size_t column,
                            Register (&sums)[kTileRows][kWidth]) {
  const Floats d;
  auto& [g, rows] = product;
  for (std::size_t n = 0; n < rows.size(); n += 4, g.data += g.outer) {
    for (std::size_t step = 0; step < 4; ++step) {
      const float* source = rows[n + step] + column;
      Register factors[kTileRows];
      for (std::size_t r = 0; r < kTileRows; ++r) factors[r] = g.at(step, r);
      for (std::size_t c = 0; c < kWidth; ++c) {
        const auto values = hn::Load(d, source + c * kLanes);
        for (std::size_t r = 0; r < kTileRows; ++r) {
          sums[r][c] = hn::MulAdd(factors[r], values, sums[r][c]);
        }
      }
    }
  }
}

// A term that is the row r of its own, times g_r, for each row of a tile.
struct OwnProduct {
  const float* g;
  const float* const* rows;
};

template <std::size_t kWidth>
HWY_INLINE void add_product(const OwnProduct& product, std::size_t column,
                            Register (&sums)[kTileRows][kWidth]) {
  const Floats d;
  for (std::size_t r = 0; r < kTileRows; ++r) {
    const auto factor = hn::Set(d, product.g[r]);
    for (std::size_t c = 0; c < kWidth; ++c) {
      const auto values = hn::Load(d, product.rows[r] + column + c * kLanes);
      sums[r][c] = hn::MulAdd(factor, values, sums[r][c]);
    }
  }
}

// Registers of columns that a tile is wide: as many as its sums find room for.
constexpr std::size_t kWidest = kLanes == 16 || HWY_ARCH_ARM_A64 ? 4 : 2;

// Calls f<width>(column) for columns that together cover `stride`. No width is 1 where that can be
// helped: too few sums in flight wait for each other.
template <std::size_t kMost, class F>
HWY_INLINE void for_columns(std::size_t stride, F&& f) {
  std::size_t column = 0;
  for (auto left = stride / kLanes; left > 0;) {
    const auto width = left == kMost + 1 ? left - left / 2 : std::min(left, kMost);
    [&]<std::size_t... kWidths>(std::index_sequence<kWidths...>) HWY_ATTR {
      ((width == kWidths + 1 ? f.template operator()<kWidths + 1>(column) : void()), ...);
    }
    (std::make_index_sequence<kMost>());
    column += width * kLanes;
    left -= width;
  }
}

// to_r += the sum of the products, for the four rows of a tile.
template <class... Products>
HWY_INLINE void add_products(std::size_t stride, float* const (&to)[kTileRows],
                             const Products&... products) {
  const Floats d;
  for_columns<kWidest>(stride, [&]<std::size_t kWidth>(std::size_t column) HWY_ATTR {
    Register sums[kTileRows][kWidth];
    for (std::size_t r = 0; r < kTileRows; ++r) {
      for (std::size_t c = 0; c < kWidth; ++c) sums[r][c] = hn::Zero(d);
    }
    (add_product(products, column, sums), ...);
    // One row after another, because some may be the same.
    for (std::size_t r = 0; r < kTileRows; ++r) {
      for (std::size_t c = 0; c < kWidth; ++c) {
        float* sum = to[r] + column + c * kLanes;
        hn::Store(hn::Add(hn::Load(d, sum), sums[r][c]), d, sum);
      }
    }
  });
}

template <std::size_t kWidth, class G>
HWY_INLINE void add_rows_columns(RowList rows, const G& g, float* HWY_RESTRICT to,
                                 std::size_t column) {
  const Floats d;
  Register sums[kWidth];
  for (std::size_t c = 0; c < kWidth; ++c) sums[c] = hn::Load(d, to + column + c * kLanes);
  for (std::size_t n = 0; n < rows.size(); ++n) {
    const auto factor = hn::Set(d, g(n));
    for (std::size_t c = 0; c < kWidth; ++c) {
      sums[c] = hn::MulAdd(factor, hn::Load(d, rows[n] + column + c * kLanes), sums[c]);
    }
  }
  for (std::size_t c = 0; c < kWidth; ++c) hn::Store(sums[c], d, to + column + c * kLanes);
}

// to += sum_n g(n) rows_n, where all have the length `stride`.
template <class G>
HWY_INLINE void add_rows(RowList rows, const G& g, float* to, std::size_t stride) {
  for_columns<8>(stride, [&]<std::size_t kWidth>(std::size_t column)
                             HWY_ATTR { add_rows_columns<kWidth>(rows, g, to, column); });
}

// dots[n] = a[n] . b[n] for n < kGroup.
HWY_INLINE void dot_each(const float* const* a, const float* const* b, std::size_t stride,
                         float* HWY_RESTRICT dots) {
  const Floats d;
  Register sums[kParts][kTileRows];
  for (auto& part : sums) {
    for (auto& sum : part) sum = hn::Zero(d);
  }
  for (std::size_t i = 0; i < stride; i += kLanes) {
    for (std::size_t k = 0; k < kParts; ++k) {
      for (std::size_t r = 0; r < kTileRows; ++r) {
        const auto n = k * kTileRows + r;
        sums[k][r] = hn::MulAdd(hn::Load(d, a[n] + i), hn::Load(d, b[n] + i), sums[k][r]);
      }
    }
  }
  store_sums(sums, dots);
}

}  // namespace wordkin::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
