#include "embed/train/row_steps.h"

#include <algorithm>
#include <array>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/rows.h"

namespace wordkin {
namespace {

namespace data = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(deferred_steps)

BOOST_AUTO_TEST_CASE(a_step_waits_as_zeros_until_it_is_applied) {
  Matrix matrix(3, 5);
  matrix.row(1)[2] = 1;
  DeferredSteps steps;
  float* delta = steps.add(matrix, 1);
  BOOST_CHECK(test::all_zero({delta, matrix.stride()}));
  delta[2] = 4;
  delta[4] = -1;
  BOOST_CHECK_EQUAL(matrix.row(1)[2], 1);
  steps.apply(0, 1);
  const std::array<float, 5> expected{0, 0, 5, 0, -1};
  BOOST_TEST(matrix.row(1) == expected, boost::test_tools::per_element());
  BOOST_CHECK(test::all_zero(matrix.row(0)));
  BOOST_CHECK(test::all_zero(matrix.row(2)));
  BOOST_CHECK(test::padding_is_zero(matrix));
}

BOOST_AUTO_TEST_CASE(steps_for_a_row_are_added_in_the_order_of_their_making) {
  // In floats, the order shows: 1 is lost beside 1e8.
  const auto sum_of = [](const std::vector<float>& terms) {
    Matrix matrix(1, 1);
    DeferredSteps steps;
    for (const float term : terms) steps.add(matrix, 0)[0] = term;
    steps.apply(0, 1);
    return matrix.row(0)[0];
  };
  BOOST_CHECK_EQUAL(sum_of({1e8f, -1e8f, 1}), 1);
  BOOST_CHECK_EQUAL(sum_of({1, 1e8f, -1e8f}), 0);
}

BOOST_DATA_TEST_CASE(shards_part_the_rows, data::make<std::size_t>({1, 2, 3, 8, 40}), shards) {
  Matrix first(20, 3);
  Matrix second(7, 40);
  DeferredSteps steps;
  const auto add = [&](Matrix& matrix, WordId row, float value) {
    std::ranges::fill(std::span(steps.add(matrix, row), matrix.cols()), value);
  };
  auto expected_first = first;
  auto expected_second = second;
  for (WordId i = 0; i < 60; ++i) {
    add(first, i * 7 % 20, 1);
    add(second, i % 7, 2);
  }
  for (std::size_t i = 0; i < 20; ++i) std::ranges::fill(expected_first.row(i), 3.0f);
  for (std::size_t i = 0; i < 7; ++i) {
    std::ranges::fill(expected_second.row(i), i < 60 % 7 ? 18.0f : 16.0f);
  }
  for (std::size_t shard = 0; shard < shards; ++shard) {
    const auto before_first = first;
    const auto before_second = second;
    steps.apply(shard, shards);
    // No row of another shard has changed.
    const auto check = [&](const Matrix& now, const Matrix& before) {
      for (std::size_t i = 0; i < now.rows(); ++i) {
        const bool same = std::ranges::equal(now.row(i), before.row(i));
        BOOST_CHECK_EQUAL(!same, i % shards == shard);
      }
    };
    check(first, before_first);
    check(second, before_second);
  }
  BOOST_CHECK(first == expected_first);
  BOOST_CHECK(second == expected_second);
}

BOOST_AUTO_TEST_CASE(a_step_stays_where_it_is_while_others_are_made) {
  constexpr WordId kRows = 1000;
  Matrix matrix(kRows, 3);
  DeferredSteps steps;
  std::vector<float*> deltas;
  for (WordId i = 0; i < kRows; ++i) deltas.push_back(steps.add(matrix, i));
  for (WordId i = 0; i < kRows; ++i) deltas[i][1] = static_cast<float>(i);
  steps.apply(0, 1);
  for (WordId i = 0; i < kRows; ++i) BOOST_CHECK_EQUAL(matrix.row(i)[1], static_cast<float>(i));
}

BOOST_AUTO_TEST_CASE(what_was_cleared_is_gone_and_new_steps_start_from_zero) {
  Matrix matrix(4, 20);
  Matrix wider(4, 100);
  DeferredSteps steps;
  for (WordId i = 0; i < 4; ++i) steps.add(matrix, i)[19] = 1;
  steps.clear();
  steps.apply(0, 1);
  BOOST_CHECK(matrix == Matrix(4, 20));
  for (auto* other : {&matrix, &wider, &matrix}) {
    float* delta = steps.add(*other, 2);
    BOOST_CHECK(test::all_zero({delta, other->stride()}));
    delta[other->cols() - 1] = 3;
  }
  steps.apply(0, 1);
  BOOST_CHECK_EQUAL(matrix.row(2)[19], 6);
  BOOST_CHECK_EQUAL(wider.row(2)[99], 3);
  for (const std::size_t i : {0, 1, 3}) BOOST_CHECK(test::all_zero(matrix.row(i)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
