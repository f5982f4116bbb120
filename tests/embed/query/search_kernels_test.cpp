#include "embed/query/search_kernels.h"

#include <limits>

#include <boost/test/data/test_case.hpp>

#include "embed/train/hogwild_kernels.h"
#include "tests/support/instruction_sets.h"
#include "tests/support/reference.h"
#include "tests/support/rows.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(search_kernels)

namespace data = boost::unit_test::data;

const auto kSizes = data::make({1, 3, 4, 7, 15, 16, 17, 31, 33, 64, 100, 300});

BOOST_DATA_TEST_CASE(multiply_rows_as_doubles_do, test::kSets* kSizes, set, dim) {
  const test::Forced forced(set, hogwild_instruction_set);
  auto random = stream(1, "rows", static_cast<std::uint64_t>(dim));
  const auto cols = static_cast<std::size_t>(dim);
  const auto matrix = test::random_matrix(9, cols, 2, random);
  const auto direction = test::random_matrix(1, cols, 2, random);
  // Packed, as in a file, with nothing behind the last row.
  std::vector<float> packed;
  for (std::size_t i = 0; i < 9; ++i) {
    packed.insert(packed.end(), matrix.row(i).begin(), matrix.row(i).end());
  }
  const MatrixView rows(packed.data(), 9, cols, cols);
  std::vector<float> products(9);
  multiply_rows(rows, direction.row(0), products);
  const std::vector<std::uint32_t> chosen{8, 0, 3, 3};
  std::vector<float> of_chosen(4);
  multiply_chosen(rows, chosen, direction.row(0), of_chosen);
  for (std::size_t i = 0; i < 9; ++i) {
    const auto expected =
        test::dot(test::to_double(matrix.row(i)), test::to_double(direction.row(0)));
    BOOST_CHECK_SMALL(products[i] - expected, 1e-6 * static_cast<double>(cols));
  }
  for (std::size_t i = 0; i < 4; ++i) BOOST_CHECK_EQUAL(of_chosen[i], products[chosen[i]]);
}

BOOST_DATA_TEST_CASE(find_the_first_above_a_threshold, test::kSets* kSizes, set, size) {
  const test::Forced forced(set, hogwild_instruction_set);
  const auto count = static_cast<std::size_t>(size);
  const std::vector<float> scales(count, 0.5f);
  for (std::size_t at = 0; at < count; ++at) {
    for (const float above : {2.5f, std::numeric_limits<float>::quiet_NaN()}) {
      std::vector<float> products(count, 2);
      products[at] = above;
      for (std::size_t begin = 0; begin <= count; ++begin) {
        BOOST_REQUIRE_EQUAL(first_above(products, scales, begin, 1), begin <= at ? at : count);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
