#include "embed/train/private_rows.h"

#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "tests/support/rows.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(private_rows)

constexpr std::uint32_t kUses = 16;

BOOST_AUTO_TEST_CASE(the_first_rows_are_private) {
  Matrix matrix(5, 3);
  const PrivateRows some(matrix, 2, 1);
  BOOST_CHECK(some.has(0));
  BOOST_CHECK(some.has(1));
  BOOST_CHECK(!some.has(2));
  const PrivateRows all(matrix, 100, 1);
  BOOST_CHECK(all.has(4));
  BOOST_CHECK(!all.has(5));
  const PrivateRows none(matrix, 0, 1);
  BOOST_CHECK(!none.has(0));
}

BOOST_AUTO_TEST_CASE(a_copy_and_its_row_exchange_changes_when_it_has_been_used_often) {
  Matrix matrix(3, 20);
  matrix.row(1)[19] = 3;
  PrivateRows rows(matrix, 2, kUses);
  for (std::uint32_t use = 1; use <= kUses; ++use) {
    float* copy = rows.use(1);
    BOOST_CHECK_EQUAL(copy[19], 3 + 0.5f * static_cast<float>(use - 1));
    copy[19] += 0.5f;
    matrix.row(1)[0] += 1;  // what another worker does
    if (use == kUses) break;
    rows.exchange_due();
    BOOST_CHECK_EQUAL(matrix.row(1)[19], 3);
    BOOST_CHECK_EQUAL(copy[0], 0);
  }
  rows.exchange_due();
  const float* copy = rows.use(1);
  for (const float* values : {copy, static_cast<const float*>(matrix.row(1).data())}) {
    BOOST_CHECK_EQUAL(values[19], 3 + 0.5f * static_cast<float>(kUses));
    BOOST_CHECK_EQUAL(values[0], static_cast<float>(kUses));
  }
  BOOST_CHECK(test::all_zero(matrix.row(0)));
  BOOST_CHECK(test::padding_is_zero(matrix));
}

BOOST_AUTO_TEST_CASE(in_the_end_nothing_is_lost) {
  Matrix matrix(3, 4);
  {
    PrivateRows first(matrix, 3, kUses);
    PrivateRows second(matrix, 2, kUses);
    first.use(0)[1] += 1;
    second.use(0)[1] += 2;
    second.use(0)[3] += 4;
    first.use(2)[0] += 8;
    BOOST_CHECK(matrix == Matrix(3, 4));
  }
  BOOST_CHECK_EQUAL(matrix.row(0)[1], 3);
  BOOST_CHECK_EQUAL(matrix.row(0)[3], 4);
  BOOST_CHECK_EQUAL(matrix.row(2)[0], 8);
  BOOST_CHECK(test::all_zero(matrix.row(1)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
