#include "common/matrix.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(matrix)

BOOST_AUTO_TEST_CASE(starts_each_row_on_a_cache_line_and_pads_it_with_zeros) {
  for (const std::size_t cols : {1, 15, 16, 17, 100, 300}) {
    BOOST_TEST_CONTEXT(cols << " columns") {
      Matrix matrix(3, cols);
      BOOST_TEST(matrix.stride() == (cols + 15) / 16 * 16);
      for (std::size_t i = 0; i < matrix.rows(); ++i) {
        BOOST_TEST(reinterpret_cast<std::uintptr_t>(matrix.row(i).data()) % 64 == 0u);
        BOOST_TEST(matrix.row(i).data() == matrix.data() + i * matrix.stride());
        BOOST_TEST(matrix.row(i).size() == cols);
        BOOST_TEST(matrix.padded_row(i).size() == matrix.stride());
        std::ranges::fill(matrix.row(i), 1.0f);
      }
      for (std::size_t i = 0; i < matrix.rows(); ++i) {
        const auto ones = std::ranges::count(matrix.padded_row(i), 1.0f);
        const auto zeros = std::ranges::count(matrix.padded_row(i), 0.0f);
        BOOST_TEST(static_cast<std::size_t>(ones) == cols);
        BOOST_TEST(static_cast<std::size_t>(zeros) == matrix.stride() - cols);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(is_zero_at_first) {
  const Matrix matrix(5, 7);
  BOOST_TEST(std::ranges::count(std::span(matrix.data(), 5 * 16), 0.0f) == 5 * 16);
}

BOOST_AUTO_TEST_CASE(refuses_more_floats_than_the_address_space_has) {
  constexpr auto kMax = std::numeric_limits<std::size_t>::max();
  constexpr std::array<std::array<std::size_t, 2>, 6> kSizes{
      {{kMax, 1},
       {kMax / 16, 17},
       {std::size_t{1} << 62, 1},
       {std::size_t{1} << 32, std::size_t{1} << 32},
       {1, kMax},
       {2, kMax - 14}}};
  for (const auto [rows, cols] : kSizes) {
    BOOST_TEST_CONTEXT(rows << " x " << cols) {
      BOOST_CHECK_EXCEPTION(Matrix(rows, cols), Error, test::says("exceeds the address space"));
    }
  }
}

BOOST_AUTO_TEST_CASE(says_how_much_memory_it_asked_for_in_vain) {
  BOOST_CHECK_EXCEPTION(Matrix(std::size_t{1} << 44, 16), Error,
                        test::says("out of memory: cannot allocate 1125899906842624 bytes"));
}

BOOST_AUTO_TEST_CASE(without_rows_is_empty) {
  BOOST_TEST(Matrix().empty());
  BOOST_TEST(Matrix(0, 5).empty());
  BOOST_TEST(!Matrix(5, 0).empty());
}

BOOST_AUTO_TEST_CASE(is_copied_by_value_and_moved_without_a_copy) {
  Matrix matrix(2, 3);
  matrix.row(1)[2] = 7;
  auto copy = matrix;
  BOOST_TEST((copy == matrix));
  copy.row(0)[0] = 1;
  BOOST_TEST((copy != matrix));
  const auto* data = matrix.data();
  const auto moved = std::move(matrix);
  BOOST_TEST(moved.data() == data);
  BOOST_TEST(moved.row(1)[2] == 7);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
