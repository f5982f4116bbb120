#include "common/packed_factor.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/instruction_sets.h"
#include "tests/support/random_numbers.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(packed_factor)

using test::Forced;
using test::kSets;
using test::random_numbers;

// Compares with plain loops in double precision, and looks that nothing beside the product changed.
template <class T>
void check_product(std::size_t rows, std::size_t cols, std::size_t depth, Form form, Write write) {
  constexpr std::size_t kGap = 3;
  const auto a_stride = depth + kGap, target_stride = cols + kGap;
  const auto b_stride = (form == Form::kPlain ? cols : depth) + kGap;
  const auto a = random_numbers<T>(rows * a_stride, 1);
  const auto b = random_numbers<T>((form == Form::kPlain ? depth : cols) * b_stride, 2);
  const auto before = random_numbers<T>(rows * target_stride, 3);
  auto out = before;
  PackedFactor<T> packed;
  packed.pack(depth, cols, {b.data(), b_stride, form});
  multiply(rows, a.data(), a_stride, packed, {out.data(), target_stride, write});
  const auto tolerance = std::numeric_limits<T>::epsilon() * static_cast<double>(depth + 2);
  double worst = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < target_stride; ++j) {
      const auto at = i * target_stride + j;
      double sum = write == Write::kAdd || j >= cols ? double{before[at]} : 0;
      for (std::size_t k = 0; k < depth && j < cols; ++k) {
        const auto factor = form == Form::kPlain ? b[k * b_stride + j] : b[j * b_stride + k];
        sum += double{a[i * a_stride + k]} * double{factor};
      }
      worst = std::max(worst, std::abs(sum - double{out[at]}));
      if (j >= cols) BOOST_REQUIRE_EQUAL(out[at], before[at]);
    }
  }
  BOOST_CHECK_LE(worst, tolerance);
}

BOOST_DATA_TEST_CASE(gives_what_plain_loops_give, kSets, set) {
  const Forced forced(set, product_instruction_set);
  for (const std::size_t rows : {0, 1, 2, 5, 6, 7, 19}) {
    for (const std::size_t cols : {1, 3, 15, 16, 17, 48, 63, 64, 65, 100, 129}) {
      for (const std::size_t depth : {0, 1, 2, 33}) {
        for (const auto form : {Form::kPlain, Form::kTransposed}) {
          for (const auto write : {Write::kReplace, Write::kAdd}) {
            BOOST_TEST_CONTEXT(rows << " x " << depth << " by " << cols) {
              check_product<float>(rows, cols, depth, form, write);
              check_product<double>(rows, cols, depth, form, write);
            }
          }
        }
      }
    }
  }
}

BOOST_DATA_TEST_CASE(gives_a_row_the_same_bits_whatever_the_others, kSets, set) {
  const Forced forced(set, product_instruction_set);
  constexpr std::size_t kRows = 13, kCols = 70, kDepth = 50;
  const auto a = random_numbers<float>(kRows * kDepth, 1);
  const auto b = random_numbers<float>(kDepth * kCols, 2);
  PackedFactor<float> packed;
  packed.pack(kDepth, kCols, {b.data(), kCols});
  std::vector<float> together(kRows * kCols), alone(kRows * kCols);
  multiply(kRows, a.data(), kDepth, packed, {together.data(), kCols});
  for (std::size_t row = 0; row < kRows; ++row) {
    multiply(1, a.data() + row * kDepth, kDepth, packed, {alone.data() + row * kCols, kCols});
  }
  BOOST_CHECK(together == alone);
}

BOOST_AUTO_TEST_CASE(packs_another_matrix_after_the_first) {
  const auto large = random_numbers<float>(40 * 40, 1);
  PackedFactor<float> used, fresh;
  used.pack(40, 40, {large.data(), 40});
  used.pack(3, 5, {large.data(), 7});
  fresh.pack(3, 5, {large.data(), 7});
  BOOST_CHECK_EQUAL(used.depth(), 3);
  BOOST_CHECK_EQUAL(used.cols(), 5);
  BOOST_CHECK(std::equal(used.column(0), used.column(0) + 3 * PackedFactor<float>::kPanel,
                         fresh.column(0)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
