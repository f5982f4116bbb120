#include "common/gemm.h"

#include <cmath>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/parallel.h"
#include "common/random.h"

namespace wordkin {
namespace {

std::vector<float> random_floats(std::size_t count, std::uint64_t index) {
  auto random = stream(1, "gemm test", index);
  std::vector<float> floats(count);
  for (auto& x : floats) x = static_cast<float>(random.uniform() - 0.5);
  return floats;
}

BOOST_AUTO_TEST_SUITE(gemm)

BOOST_AUTO_TEST_CASE(gives_what_a_plain_loop_in_double_precision_gives) {
  struct Case {
    std::size_t a_rows, b_rows, depth, a_stride, b_stride;
  };
  const Case cases[] = {{1, 1, 1, 1, 1},        {1, 7, 3, 3, 3},         {5, 1, 17, 17, 32},
                        {3, 5, 7, 16, 9},       {17, 13, 100, 112, 100}, {64, 65, 33, 48, 40},
                        {2, 300, 301, 304, 320}};
  constexpr float kUntouched = 123;
  for (const auto& [a_rows, b_rows, depth, a_stride, b_stride] : cases) {
    BOOST_TEST_CONTEXT(a_rows << " x " << depth << " by " << depth << " x " << b_rows) {
      const auto a = random_floats(a_rows * a_stride, 1);
      const auto b = random_floats(b_rows * b_stride, 2);
      std::vector<float> out(a_rows * b_rows + 1, kUntouched);
      multiply_transposed({a.data(), a_rows, a_stride}, {b.data(), b_rows, b_stride}, depth,
                          out.data());
      double worst = 0;
      for (std::size_t i = 0; i < a_rows; ++i) {
        for (std::size_t j = 0; j < b_rows; ++j) {
          double sum = 0;
          for (std::size_t k = 0; k < depth; ++k) {
            sum += double{a[i * a_stride + k]} * b[j * b_stride + k];
          }
          worst = std::max(worst, std::abs(sum - out[i * b_rows + j]));
        }
      }
      BOOST_TEST(worst < 1e-7 * static_cast<double>(depth));
      BOOST_TEST(out.back() == kUntouched);
    }
  }
}

BOOST_AUTO_TEST_CASE(of_no_rows_writes_nothing) {
  const auto a = random_floats(6, 1);
  float untouched = 123;
  multiply_transposed({a.data(), 0, 3}, {a.data(), 2, 3}, 3, &untouched);
  multiply_transposed({a.data(), 2, 3}, {a.data(), 0, 3}, 3, &untouched);
  BOOST_TEST(untouched == 123);
}

BOOST_AUTO_TEST_CASE(of_depth_zero_gives_zeros) {
  const auto a = random_floats(4, 1);
  std::vector<float> out(4, 123.0f);
  multiply_transposed({a.data(), 2, 1}, {a.data(), 2, 1}, 0, out.data());
  BOOST_TEST(out == std::vector<float>(4), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(may_run_in_many_threads_at_once) {
  constexpr std::size_t kRows = 40;
  constexpr std::size_t kDepth = 50;
  const auto a = random_floats(kRows * kDepth, 1);
  std::vector<float> alone(kRows * kRows);
  const MatrixView view{a.data(), kRows, kDepth};
  multiply_transposed(view, view, kDepth, alone.data());
  std::vector<std::vector<float>> together(100, std::vector<float>(kRows * kRows));
  with_threads(4, [&] {
    parallel_for_ranges(together.size(), 1, [&](std::size_t i, std::size_t) {
      multiply_transposed(view, view, kDepth, together[i].data());
    });
  });
  for (const auto& product : together) BOOST_TEST((product == alone));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
