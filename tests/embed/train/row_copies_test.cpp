#include "embed/train/row_copies.h"

#include <algorithm>
#include <array>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/support/rows.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(row_copies)

// Two matrices, and what the lanes have copies of them.
struct Lanes {
  Lanes(std::size_t first_rows, std::size_t second_rows, std::size_t cols, std::size_t count)
      : first(first_rows, cols), second(second_rows, cols), learned(first, second) {
    for (std::size_t l = 0; l < count; ++l) copies.emplace_back(first);
  }

  void add(std::size_t shard) {
    std::vector<RowCopies*> lanes;
    for (auto& lane : copies) lanes.push_back(&lane);
    learned.add(lanes, shard);
  }
  void add_all() {
    for (std::size_t shard = 0; shard < RowCopies::kShards; ++shard) add(shard);
  }

  Matrix first;
  Matrix second;
  std::vector<RowCopies> copies;
  LearnedRows learned;
};

BOOST_AUTO_TEST_CASE(what_is_learned_waits_in_the_copy_until_it_is_added) {
  Lanes lanes(3, 3, 5, 1);
  auto& matrix = lanes.first;
  matrix.row(1)[2] = 1;
  matrix.row(1)[3] = 7;
  float* copy = lanes.copies[0].use(matrix, 1);
  BOOST_CHECK(std::ranges::equal(std::span(copy, matrix.stride()), matrix.padded_row(1)));
  copy[2] += 4;
  copy[4] -= 1;
  BOOST_CHECK_EQUAL(matrix.row(1)[2], 1);
  lanes.add_all();
  const std::array<float, 5> expected{0, 0, 5, 7, -1};
  BOOST_TEST(matrix.row(1) == expected, boost::test_tools::per_element());
  BOOST_CHECK(test::all_zero(matrix.row(0)));
  BOOST_CHECK(test::all_zero(matrix.row(2)));
  BOOST_CHECK(test::padding_is_zero(matrix));
  BOOST_CHECK(lanes.second == Matrix(3, 5));
}

BOOST_AUTO_TEST_CASE(what_several_lanes_learned_adds_up) {
  Lanes lanes(20, 9, 4, LearnedRows::kMostLanes);
  for (std::size_t round = 1; round <= 2; ++round) {  // no lane is remembered
    for (std::size_t l = 0; l < lanes.copies.size(); ++l) {
      auto& copies = lanes.copies[l];
      copies.clear();
      for (WordId row = 0; row < 20; ++row) {
        if (row >> (l % 5) & 1) copies.use(lanes.first, row)[1] += static_cast<float>(1 << l);
      }
      if (l == 3) copies.use(lanes.second, 8)[0] += 0.5f;
    }
    lanes.add_all();
    for (std::size_t row = 0; row < 20; ++row) {
      float expected = 0;
      for (std::size_t l = 0; l < lanes.copies.size(); ++l) {
        if (row >> (l % 5) & 1) expected += static_cast<float>(1 << l);
      }
      BOOST_CHECK_EQUAL(lanes.first.row(row)[1], static_cast<float>(round) * expected);
      BOOST_CHECK_EQUAL(lanes.first.row(row)[0], 0);
    }
    BOOST_CHECK_EQUAL(lanes.second.row(8)[0], 0.5f * static_cast<float>(round));
  }
}

// Sums of floats depend on their order.
BOOST_AUTO_TEST_CASE(what_is_learned_is_added_in_the_order_of_the_lanes) {
  constexpr std::array kSteps{1.0f, 3e-8f, 5e-8f, 7e-8f};
  Lanes lanes(1, 1, 1, kSteps.size());
  lanes.second.row(0)[0] = 0.5f;
  float expected = 0.5f + kSteps[0];
  for (std::size_t l = 1; l < kSteps.size(); ++l) expected += (0.5f + kSteps[l]) - 0.5f;
  for (std::size_t l = kSteps.size(); l-- > 0;) {
    lanes.copies[l].use(lanes.second, 0)[0] += kSteps[l];
  }
  lanes.add_all();
  BOOST_CHECK_EQUAL(lanes.second.row(0)[0], expected);
}

BOOST_AUTO_TEST_CASE(a_row_has_one_copy) {
  Lanes lanes(2, 2, 3, 1);
  auto& copies = lanes.copies[0];
  float* copy = copies.use(lanes.first, 1);
  copy[0] = 1;
  BOOST_CHECK_EQUAL(copies.use(lanes.first, 1), copy);
  BOOST_CHECK_EQUAL(copies.of_row(1), copy);
  BOOST_CHECK_EQUAL(copy[0], 1);
  BOOST_CHECK_NE(copies.use(lanes.second, 1), copy);
  BOOST_CHECK_NE(copies.use(lanes.first, 0), copy);
}

BOOST_AUTO_TEST_CASE(shards_part_the_rows_of_both_matrices) {
  Lanes lanes(20, 7, 3, 1);
  for (auto* matrix : {&lanes.first, &lanes.second}) {
    for (WordId row = 0; row < matrix->rows(); ++row) lanes.copies[0].use(*matrix, row)[1] += 2;
  }
  for (std::size_t shard = 0; shard < RowCopies::kShards; ++shard) {
    lanes.add(shard);
    for (std::size_t row = 0; row < 27; ++row) {
      const auto found = row < 20 ? lanes.first.row(row) : lanes.second.row(row - 20);
      BOOST_CHECK_EQUAL(found[1], row % RowCopies::kShards <= shard ? 2 : 0);
      BOOST_CHECK_EQUAL(found[0], 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_copy_stays_where_it_is_while_others_are_made) {
  constexpr WordId kRows = 5000;
  Lanes lanes(kRows, 1, 3, 1);
  auto& copies = lanes.copies[0];
  std::vector<float*> places;
  for (WordId i = 0; i < kRows; ++i) places.push_back(copies.use(lanes.first, i));
  for (WordId i = 0; i < kRows; ++i) places[i][1] = static_cast<float>(i);
  for (WordId i = 0; i < kRows; ++i) BOOST_CHECK_EQUAL(copies.use(lanes.first, i), places[i]);
  lanes.add_all();
  for (WordId i = 0; i < kRows; ++i) {
    BOOST_CHECK_EQUAL(lanes.first.row(i)[1], static_cast<float>(i));
  }
}

BOOST_AUTO_TEST_CASE(what_was_cleared_is_gone_and_copies_are_made_anew) {
  Lanes lanes(40, 1, 20, 1);
  auto& copies = lanes.copies[0];
  for (WordId i = 0; i < 40; ++i) copies.use(lanes.first, i)[19] = 1;
  copies.clear();
  lanes.add_all();
  BOOST_CHECK(lanes.first == Matrix(40, 20));
  lanes.first.row(2)[19] = 5;
  BOOST_CHECK_EQUAL(copies.use(lanes.first, 2)[19], 5);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
