#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "common/packed_factor.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "common/product_kernels.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, which includes this file once for each instruction set.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace wordkin::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Numbers = hn::CappedTag<T, PackedFactor<T>::kPanel>;
template <class T>
constexpr std::size_t kLanes = std::min<std::size_t>(HWY_LANES(T), PackedFactor<T>::kPanel);

// The sums of a tile, so many rows by so many registers of columns, stay in registers; a step of
// depth reads the registers of b once and broadcasts a number of each row of a.
constexpr std::size_t kTileRows = 6;
constexpr std::size_t kTileRegisters = HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM_A64 ? 4 : 2;

// A product, and where its tile begins.
template <class T>
struct Tile {
  const T* a;
  std::size_t a_stride;
  const PackedFactor<T>& b;
  std::size_t col;
  ProductTarget<T> target;  // of the tile
};

template <std::size_t kRows, std::size_t kRegisters, class T>
HWY_INLINE void compute_tile(const Tile<T>& tile) {
  const Numbers<T> d;
  using Register = hn::Vec<Numbers<T>>;
  Register sums[kRows][kRegisters];
  for (auto& row : sums) {
    for (auto& sum : row) sum = hn::Zero(d);
  }
  const T* b[kRegisters];
  for (std::size_t i = 0; i < kRegisters; ++i) b[i] = tile.b.column(tile.col + i * kLanes<T>);
  for (std::size_t k = 0; k < tile.b.depth(); ++k) {
    Register values[kRegisters];
    for (std::size_t i = 0; i < kRegisters; ++i) {
      values[i] = hn::Load(d, b[i] + k * PackedFactor<T>::kPanel);
    }
    for (std::size_t r = 0; r < kRows; ++r) {
      const auto factor = hn::Set(d, tile.a[r * tile.a_stride + k]);
      for (std::size_t i = 0; i < kRegisters; ++i) {
        sums[r][i] = hn::MulAdd(factor, values[i], sums[r][i]);
      }
    }
  }
  const auto& [data, stride, write] = tile.target;
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t i = 0; i < kRegisters; ++i) {
      T* to = data + r * stride + i * kLanes<T>;
      hn::StoreU(write == Write::kAdd ? hn::Add(hn::LoadU(d, to), sums[r][i]) : sums[r][i], d, to);
    }
  }
}

// The same where the target has but `width` of the tile's columns.
template <std::size_t kRows, std::size_t kRegisters, class T>
HWY_INLINE void compute_edge(Tile<T> tile, std::size_t width) {
  constexpr auto kWidth = kRegisters * kLanes<T>;
  alignas(64) T numbers[kRows * kWidth];
  const auto [data, stride, write] = tile.target;
  tile.target = {numbers, kWidth, Write::kReplace};
  compute_tile<kRows, kRegisters>(tile);
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t i = 0; i < width; ++i) {
      T& to = data[r * stride + i];
      to = numbers[r * kWidth + i] + (write == Write::kAdd ? to : T{0});
    }
  }
}

template <std::size_t kRows, std::size_t kRegisters, class T>
void MultiplyTile(const Tile<T>& tile) {
  const auto width = tile.b.cols() - tile.col;
  if (width < kRegisters * kLanes<T>) {
    compute_edge<kRows, kRegisters>(tile, width);
  } else {
    compute_tile<kRows, kRegisters>(tile);
  }
}

// MultiplyTile for each number of rows less one, with so many registers.
template <std::size_t kRegisters, class T>
constexpr auto tiles_of_registers() {
  return []<std::size_t... kRows>(std::index_sequence<kRows...>) {
    return std::array{&MultiplyTile<kRows + 1, kRegisters, T>...};
  }
  (std::make_index_sequence<kTileRows>());
}

// [registers less one][rows less one]
template <class T>
constexpr auto kTiles = []<std::size_t... kRegisters>(std::index_sequence<kRegisters...>) {
  return std::array{tiles_of_registers<kRegisters + 1, T>()...};
}
(std::make_index_sequence<kTileRegisters>());

template <class T>
HWY_INLINE void multiply_packed(std::size_t rows, const T* a, std::size_t stride,
                                const PackedFactor<T>& b, ProductTarget<T> target) {
  for (std::size_t col = 0; col < b.cols();) {
    const auto left = (b.cols() - col + kLanes<T> - 1) / kLanes<T>;
    const auto registers = std::min(left, kTileRegisters);
    for (std::size_t row = 0; row < rows; row += kTileRows) {
      const auto height = std::min(kTileRows, rows - row);
      kTiles<T>[registers - 1][height - 1](
          {a + row * stride,
           stride,
           b,
           col,
           {target.data + row * target.stride + col, target.stride, target.write}});
    }
    col += registers * kLanes<T>;
  }
}

void MultiplyF32(std::size_t rows, const float* a, std::size_t stride, const PackedFactor<float>& b,
                 ProductTarget<float> target) {
  multiply_packed(rows, a, stride, b, target);
}
void MultiplyF64(std::size_t rows, const double* a, std::size_t stride,
                 const PackedFactor<double>& b, ProductTarget<double> target) {
  multiply_packed(rows, a, stride, b, target);
}

std::string_view ProductInstructionSet() { return hwy::TargetName(HWY_TARGET); }

}  // namespace wordkin::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wordkin {

HWY_EXPORT(MultiplyF32);
HWY_EXPORT(MultiplyF64);
HWY_EXPORT(ProductInstructionSet);

void multiply(std::size_t rows, const float* a, std::size_t stride, const PackedFactor<float>& b,
              ProductTarget<float> target) {
  HWY_DYNAMIC_DISPATCH(MultiplyF32)(rows, a, stride, b, target);
}
void multiply(std::size_t rows, const double* a, std::size_t stride, const PackedFactor<double>& b,
              ProductTarget<double> target) {
  HWY_DYNAMIC_DISPATCH(MultiplyF64)(rows, a, stride, b, target);
}

std::string_view product_instruction_set() { return HWY_DYNAMIC_DISPATCH(ProductInstructionSet)(); }

}  // namespace wordkin
#endif
