#include "embed/train/row_copies.h"

#include <algorithm>
#include <array>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/support/rows.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(row_copies)

void apply_all(const RowCopies& copies) {
  for (std::size_t shard = 0; shard < RowCopies::kShards; ++shard) copies.apply(shard);
}

BOOST_AUTO_TEST_CASE(a_change_waits_in_the_copy_until_it_is_applied) {
  Matrix matrix(3, 5);
  matrix.row(1)[2] = 1;
  matrix.row(1)[3] = 7;
  RowCopies copies(5);
  float* copy = copies.use(matrix, 1);
  BOOST_CHECK(std::ranges::equal(std::span(copy, matrix.stride()), matrix.padded_row(1)));
  copy[2] += 4;
  copy[4] -= 1;
  BOOST_CHECK_EQUAL(matrix.row(1)[2], 1);
  copies.finish();
  BOOST_CHECK_EQUAL(matrix.row(1)[2], 1);
  matrix.row(1)[2] = 10;  // others change the row, too
  apply_all(copies);
  const std::array<float, 5> expected{0, 0, 14, 7, -1};
  BOOST_TEST(matrix.row(1) == expected, boost::test_tools::per_element());
  BOOST_CHECK(test::all_zero(matrix.row(0)));
  BOOST_CHECK(test::all_zero(matrix.row(2)));
  BOOST_CHECK(test::padding_is_zero(matrix));
}

BOOST_AUTO_TEST_CASE(a_row_has_one_copy) {
  Matrix first(2, 3);
  Matrix second(2, 3);
  RowCopies copies(3);
  float* copy = copies.use(first, 1);
  copy[0] = 1;
  BOOST_CHECK_EQUAL(copies.use(first, 1), copy);
  BOOST_CHECK_EQUAL(copy[0], 1);
  BOOST_CHECK_NE(copies.use(second, 1), copy);
  BOOST_CHECK_NE(copies.use(first, 0), copy);
}

BOOST_AUTO_TEST_CASE(shards_part_the_rows_of_both_matrices) {
  Matrix first(20, 3);
  Matrix second(7, 3);
  RowCopies copies(3);
  for (auto* matrix : {&first, &second}) {
    for (WordId row = 0; row < matrix->rows(); ++row) copies.use(*matrix, row)[1] += 2;
  }
  copies.finish();
  for (std::size_t shard = 0; shard < RowCopies::kShards; ++shard) {
    copies.apply(shard);
    for (const auto* matrix : {&first, &second}) {
      for (std::size_t row = 0; row < matrix->rows(); ++row) {
        const bool applied = row % RowCopies::kShards <= shard;
        BOOST_CHECK_EQUAL(matrix->row(row)[1], applied ? 2 : 0);
        BOOST_CHECK_EQUAL(matrix->row(row)[0], 0);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_copy_stays_where_it_is_while_others_are_made) {
  constexpr WordId kRows = 5000;
  Matrix matrix(kRows, 3);
  RowCopies copies(3);
  std::vector<float*> places;
  for (WordId i = 0; i < kRows; ++i) places.push_back(copies.use(matrix, i));
  for (WordId i = 0; i < kRows; ++i) places[i][1] = static_cast<float>(i);
  for (WordId i = 0; i < kRows; ++i) BOOST_CHECK_EQUAL(copies.use(matrix, i), places[i]);
  copies.finish();
  apply_all(copies);
  for (WordId i = 0; i < kRows; ++i) BOOST_CHECK_EQUAL(matrix.row(i)[1], static_cast<float>(i));
}

BOOST_AUTO_TEST_CASE(what_was_cleared_is_gone_and_copies_are_made_anew) {
  Matrix matrix(40, 20);
  RowCopies copies(20);
  for (WordId i = 0; i < 40; ++i) copies.use(matrix, i)[19] = 1;
  copies.clear();
  copies.finish();
  apply_all(copies);
  BOOST_CHECK(matrix == Matrix(40, 20));
  matrix.row(2)[19] = 5;
  BOOST_CHECK_EQUAL(copies.use(matrix, 2)[19], 5);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
