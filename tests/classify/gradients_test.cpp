#include "classify/gradients.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/parallel.h"
#include "common/random.h"

namespace wordkin {
namespace {

using boost::test_tools::per_element;

// Of many sizes, so that the order of a sum shows in its bits.
float any_number(RandomStream& random) {
  return std::ldexp(2 * random.uniform() - 1, static_cast<int>(random.below(20)));
}

std::vector<FloatVector> random_shards(std::size_t count, std::size_t size) {
  auto random = stream(1, "shards", size);
  std::vector<FloatVector> shards(count, FloatVector(size));
  for (auto& shard : shards) {
    for (auto& x : shard) x = any_number(random);
  }
  return shards;
}

// Parts of the words 0 .. 999 and their gradients.
struct RandomParts {
  static constexpr std::size_t kDim = 7;

  RandomParts() : words(4) {
    auto random = stream(1, "parts", 0);
    for (auto& part : words) {
      for (int i = 0; i < 800; ++i) part.push_back(random.below(1 + random.below(1000)));
      gradients.emplace_back(part.size() * kDim);
      for (auto& x : gradients.back()) x = any_number(random);
      parts.push_back({part, gradients.back().data()});
    }
  }
  RandomParts(const RandomParts&) = delete;
  RandomParts& operator=(const RandomParts&) = delete;

  std::vector<std::vector<WordId>> words;
  std::vector<FloatVector> gradients;
  std::vector<WordGradients::Part> parts;
};

BOOST_AUTO_TEST_SUITE(gradients)

BOOST_AUTO_TEST_CASE(are_summed_in_the_order_of_the_shards) {
  for (const std::size_t size : {1, 8191, 8192, 8193, 40'000}) {
    auto shards = random_shards(5, size);
    const auto others = shards;
    FloatVector expected = shards[0];
    double square = 0;
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t shard = 1; shard < shards.size(); ++shard) expected[i] += shards[shard][i];
      square += double{expected[i]} * expected[i];
    }
    const auto found = sum_gradients(shards);
    BOOST_CHECK(shards[0] == expected);
    BOOST_CHECK(std::equal(shards.begin() + 1, shards.end(), others.begin() + 1));
    BOOST_CHECK_CLOSE_FRACTION(found, square, 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(of_one_shard_are_its_own) {
  std::vector<FloatVector> shards{{3, -4}};
  BOOST_CHECK_EQUAL(sum_gradients(shards), 25);
  BOOST_TEST(shards[0] == (FloatVector{3, -4}), per_element());
}

BOOST_AUTO_TEST_CASE(sum_to_the_same_bits_with_any_number_of_threads) {
  const auto sum = [](int threads) {
    auto shards = random_shards(5, 40'000);
    const auto square = with_threads(threads, [&] { return sum_gradients(shards); });
    return std::pair(shards[0], square);
  };
  const auto expected = sum(1);
  for (const int threads : {2, 3, 8}) BOOST_CHECK(sum(threads) == expected);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(word_gradients)

BOOST_AUTO_TEST_CASE(are_those_of_each_word_once_in_ascending_order) {
  const std::vector<WordId> first{7, 2, 7};
  const std::vector<WordId> second{2, 900};
  const std::vector<float> first_gradients{1, 2, 10, 20, 100, 200};
  const std::vector<float> second_gradients{1000, 2000, -3, 4};
  const std::vector<WordGradients::Part> parts{{first, first_gradients.data()},
                                               {second, second_gradients.data()}};
  const WordGradients sums(parts, 2);
  BOOST_TEST(sums.words() == (std::vector<WordId>{2, 7, 900}), per_element());
  BOOST_TEST(sums.gradient(0) == (std::vector<float>{1010, 2020}), per_element());
  BOOST_TEST(sums.gradient(1) == (std::vector<float>{101, 202}), per_element());
  BOOST_TEST(sums.gradient(2) == (std::vector<float>{-3, 4}), per_element());
  BOOST_CHECK_EQUAL(sums.squared_norm(),
                    1010 * 1010 + 2020 * 2020 + 101 * 101 + 202 * 202 + 3 * 3 + 4 * 4);
}

BOOST_AUTO_TEST_CASE(are_summed_in_the_order_of_the_parts) {
  const RandomParts random;
  std::map<WordId, std::vector<float>> expected;
  for (const auto& part : random.parts) {
    for (std::size_t i = 0; i < part.words.size(); ++i) {
      auto& sum = expected[part.words[i]];
      sum.resize(RandomParts::kDim);
      for (std::size_t k = 0; k < sum.size(); ++k) {
        sum[k] += part.gradients[i * RandomParts::kDim + k];
      }
    }
  }
  const WordGradients sums(random.parts, RandomParts::kDim);
  BOOST_REQUIRE_EQUAL(sums.words().size(), expected.size());
  double square = 0;
  std::size_t i = 0;
  for (const auto& [word, sum] : expected) {
    BOOST_CHECK_EQUAL(sums.words()[i], word);
    BOOST_CHECK(std::ranges::equal(sums.gradient(i), sum));
    for (const auto x : sum) square += double{x} * x;
    ++i;
  }
  BOOST_CHECK_CLOSE_FRACTION(sums.squared_norm(), square, 1e-6);
}

BOOST_AUTO_TEST_CASE(are_the_same_bits_with_any_number_of_threads) {
  const RandomParts random;
  const auto sums = [&](int threads) {
    return with_threads(threads, [&] { return WordGradients(random.parts, RandomParts::kDim); });
  };
  const auto expected = sums(1);
  for (const int threads : {2, 3, 8}) {
    const auto found = sums(threads);
    BOOST_CHECK(std::ranges::equal(found.words(), expected.words()));
    BOOST_CHECK_EQUAL(found.squared_norm(), expected.squared_norm());
    for (std::size_t i = 0; i < expected.words().size(); ++i) {
      BOOST_CHECK(std::ranges::equal(found.gradient(i), expected.gradient(i)));
    }
  }
}

BOOST_AUTO_TEST_CASE(of_no_words_are_none) {
  const std::vector<WordGradients::Part> parts(3);
  for (const WordGradients& sums : {WordGradients({}, 4), WordGradients(parts, 4)}) {
    BOOST_CHECK(sums.words().empty());
    BOOST_CHECK_EQUAL(sums.squared_norm(), 0);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
