#include "common/gemm.h"

#include <cmath>
#include <vector>

#include <boost/mpl/list.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/parallel.h"
#include "tests/support/random_numbers.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(gemm)

using Types = boost::mpl::list<float, double>;

using test::random_numbers;

// A factor of a product of the shape, the rows of its numbers padded by `padding`.
template <class T>
struct Operand {
  Operand(std::size_t rows, std::size_t cols, Form form, std::size_t padding, std::uint64_t index)
      : stride((form == Form::kPlain ? cols : rows) + padding),
        numbers(random_numbers<T>((form == Form::kPlain ? rows : cols) * stride, index)),
        factor{numbers.data(), stride, form} {}

  double at(std::size_t i, std::size_t j) const {
    return factor.form == Form::kPlain ? numbers[i * stride + j] : numbers[j * stride + i];
  }

  std::size_t stride;
  std::vector<T> numbers;
  Factor<T> factor;
};

template <class T>
double worst_error(const ProductShape& shape, Form a_form, Form b_form, Write write) {
  const Operand<T> a(shape.rows, shape.depth, a_form, 3, 1);
  const Operand<T> b(shape.depth, shape.cols, b_form, 5, 2);
  const auto stride = shape.cols + 2;
  const auto before = random_numbers<T>(shape.rows * stride, 3);
  auto out = before;
  multiply(shape, a.factor, b.factor, {out.data(), stride, write});
  double worst = 0;
  for (std::size_t i = 0; i < shape.rows; ++i) {
    for (std::size_t j = 0; j < stride; ++j) {
      const auto old = before[i * stride + j];
      double sum = write == Write::kAdd || j >= shape.cols ? old : 0;
      for (std::size_t k = 0; k < shape.depth && j < shape.cols; ++k)
        sum += a.at(i, k) * b.at(k, j);
      worst = std::max(worst, std::abs(sum - out[i * stride + j]));
    }
  }
  return worst;
}

BOOST_AUTO_TEST_CASE_TEMPLATE(gives_what_a_plain_loop_in_double_precision_gives, T, Types) {
  constexpr ProductShape kShapes[] = {{1, 1, 1},     {1, 7, 3},    {5, 1, 17},   {3, 5, 7},
                                      {17, 13, 100}, {64, 65, 33}, {2, 300, 301}};
  for (const auto& shape : kShapes) {
    for (const auto a_form : {Form::kPlain, Form::kTransposed}) {
      for (const auto b_form : {Form::kPlain, Form::kTransposed}) {
        for (const auto write : {Write::kReplace, Write::kAdd}) {
          BOOST_TEST_CONTEXT(shape.rows << " x " << shape.depth << " by " << shape.cols) {
            BOOST_TEST(worst_error<T>(shape, a_form, b_form, write) <
                       1e-7 * static_cast<double>(shape.depth + 1));
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_no_rows_writes_nothing, T, Types) {
  const auto a = random_numbers<T>(6, 1);
  T untouched = 123;
  multiply({0, 2, 3}, {a.data(), 3}, transposed(a.data(), 3), {&untouched, 2});
  multiply({2, 0, 3}, {a.data(), 3}, transposed(a.data(), 3), {&untouched, 1});
  BOOST_TEST(untouched == 123);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_depth_zero_gives_zeros, T, Types) {
  const auto a = random_numbers<T>(4, 1);
  std::vector<T> out(4, 123);
  multiply({2, 2, 0}, {a.data(), 1}, transposed(a.data(), 1), {out.data(), 2});
  BOOST_TEST(out == std::vector<T>(4), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(may_run_in_many_threads_at_once) {
  constexpr std::size_t kRows = 40;
  constexpr std::size_t kDepth = 50;
  const auto a = random_numbers<float>(kRows * kDepth, 1);
  const auto square = [&](std::vector<float>& out) {
    multiply({kRows, kRows, kDepth}, {a.data(), kDepth}, transposed(a.data(), kDepth),
             {out.data(), kRows});
  };
  std::vector<float> alone(kRows * kRows);
  square(alone);
  std::vector<std::vector<float>> together(100, std::vector<float>(kRows * kRows));
  with_threads(4, [&] {
    parallel_for_ranges(together.size(), 1,
                        [&](std::size_t i, std::size_t) { square(together[i]); });
  });
  for (const auto& product : together) BOOST_TEST((product == alone));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
