#include "embed/train/context_block.h"

#include <cstddef>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/random.h"
#include "embed/train/hogwild_kernels.h"
#include "tests/support/instruction_sets.h"
#include "tests/support/reference.h"
#include "tests/support/rows.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(context_block)

namespace data = boost::unit_test::data;

constexpr double kTolerance = 1e-6;

// Eight words, of which the second comes twice, and windows of other widths, one of its centre
// alone.
ContextBlock block_of(Matrix& words) {
  ContextBlock block;
  for (const std::size_t word : {0, 1, 2, 3, 1, 4, 5, 6}) {
    block.rows.push_back(words.padded_row(word).data());
  }
  block.first_centre = 2;
  block.windows = {{0, 5}, {2, 5}, {4, 5}, {3, 8}};
  block.begun.assign(block.rows.size() + 1, 0);
  for (const auto& [first, last] : block.windows) {
    ++block.begun[first];
    --block.begun[last];
  }
  return block;
}

// Calls visit(n, k) for each window n and each of its words k but the centre.
template <class F>
void for_each_context_word(const ContextBlock& block, F&& visit) {
  for (std::size_t n = 0; n < block.windows.size(); ++n) {
    for (auto k = block.windows[n].first; k < block.windows[n].last; ++k) {
      if (k != block.centre(n)) visit(n, k);
    }
  }
}

// The number of the word's row.
std::size_t row_of(const ContextBlock& block, const Matrix& words, std::size_t k) {
  return static_cast<std::size_t>(block.rows[k] - words.data()) / words.stride();
}

BOOST_DATA_TEST_CASE(means_and_steps_agree_with_plain_sums,
                     test::kSets* data::make<std::size_t>({1, 15, 16, 17, 100, 112, 130, 300}), set,
                     dim) {
  const test::Forced forced(set, hogwild_instruction_set);
  auto random = stream(1, "contexts", dim);
  auto words = test::random_matrix(7, dim, 1, random);
  const auto block = block_of(words);
  const auto inputs = block.windows.size();
  HiddenVectors hidden{test::random_matrix(inputs, dim, 1, random),
                       test::random_matrix(inputs, dim, 1, random),
                       test::random_matrix(block.rows.size() + 1, dim, 1, random)};

  const auto before = test::to_double(words);
  test::Rows means(inputs, test::Vector(dim));
  for_each_context_word(block, [&](std::size_t n, std::size_t k) {
    for (std::size_t i = 0; i < dim; ++i) {
      means[n][i] += before[row_of(block, words, k)][i] / static_cast<double>(block.words(n));
    }
  });
  average_contexts(block, hidden);
  BOOST_CHECK_LE(test::largest_difference(test::flattened(test::to_double(hidden.means)),
                                          test::flattened(means)),
                 kTolerance);
  for (std::size_t n = 0; n < inputs; ++n) BOOST_CHECK(test::all_zero(hidden.error.row(n)));

  for (std::size_t n = 0; n < inputs; ++n) test::fill(hidden.error.row(n), 1, random);
  const auto steps = test::to_double(hidden.error);
  auto after = before;
  for_each_context_word(block, [&](std::size_t n, std::size_t k) {
    for (std::size_t i = 0; i < dim; ++i) after[row_of(block, words, k)][i] += steps[n][i];
  });
  add_to_contexts(block, hidden);
  BOOST_CHECK_LE(
      test::largest_difference(test::flattened(test::to_double(words)), test::flattened(after)),
      4 * kTolerance);
  BOOST_CHECK(test::padding_is_zero(words));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
