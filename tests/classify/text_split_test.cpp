#include "classify/text_split.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(text_split)

namespace data = boost::unit_test::data;
using boost::test_tools::per_element;

// Text i is "i", of class i modulo 3; class 2 has only `rare` texts.
LabelledTexts numbered(std::uint32_t count, std::uint32_t rare) {
  LabelledTexts texts{{"a", "b", "c"}, {}, {}};
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i % 3 == 2 && i / 3 >= rare) continue;
    texts.texts.push_back(std::to_string(i));
    texts.classes.push_back(i % 3);
  }
  return texts;
}

std::ptrdiff_t of_class(const LabelledTexts& texts, std::uint32_t c) {
  return std::ranges::count(texts.classes, c);
}

std::vector<int> numbers(const LabelledTexts& texts) {
  std::vector<int> result;
  for (const auto& text : texts.texts) result.push_back(std::stoi(text));
  return result;
}

BOOST_AUTO_TEST_CASE(takes_the_fraction_of_each_class) {
  const auto split = split_texts(numbered(300, 27), 0.1, 1);
  BOOST_CHECK_EQUAL(split.validation.size(), 23);
  BOOST_CHECK_EQUAL(of_class(split.validation, 0), 10);
  BOOST_CHECK_EQUAL(of_class(split.validation, 1), 10);
  BOOST_CHECK_EQUAL(of_class(split.validation, 2), 3);
  BOOST_CHECK_EQUAL(split.train.size(), 204);
  BOOST_TEST(split.train.labels == split.validation.labels, per_element());
  BOOST_CHECK_EQUAL(split.train.labels.size(), 3);
}

BOOST_AUTO_TEST_CASE(loses_no_text_and_keeps_order_and_classes) {
  const auto whole = numbered(300, 100);
  const auto split = split_texts(whole, 0.25, 7);
  std::vector<int> all;
  for (const auto* part : {&split.train, &split.validation}) {
    const auto found = numbers(*part);
    BOOST_CHECK(std::ranges::is_sorted(found));
    BOOST_REQUIRE_EQUAL(part->classes.size(), part->size());
    for (std::size_t i = 0; i < found.size(); ++i)
      BOOST_CHECK_EQUAL(part->classes[i], found[i] % 3);
    all.insert(all.end(), found.begin(), found.end());
  }
  std::ranges::sort(all);
  BOOST_TEST(all == numbers(whole), per_element());
}

BOOST_AUTO_TEST_CASE(depends_on_nothing_but_the_seed) {
  const auto of_seed = [](std::uint64_t seed) {
    return numbers(split_texts(numbered(300, 100), 0.1, seed).validation);
  };
  BOOST_TEST(of_seed(1) == of_seed(1), per_element());
  BOOST_CHECK(of_seed(1) != of_seed(2));
}

BOOST_AUTO_TEST_CASE(of_a_class_does_not_depend_on_the_others) {
  const auto class_0 = [](const TextSplit& split) {
    auto found = numbers(split.validation);
    std::erase_if(found, [](int i) { return i % 3 != 0; });
    return found;
  };
  BOOST_TEST(class_0(split_texts(numbered(300, 100), 0.1, 1)) ==
                 class_0(split_texts(numbered(300, 5), 0.1, 1)),
             per_element());
}

BOOST_AUTO_TEST_CASE(leaves_a_text_of_each_class_on_both_sides) {
  for (const double fraction : {0.001, 0.5, 0.999}) {
    const auto split = split_texts(numbered(30, 2), fraction, 1);
    for (const auto c : {0U, 1U, 2U}) {
      BOOST_CHECK_GE(of_class(split.validation, c), 1);
      BOOST_CHECK_GE(of_class(split.train, c), 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(leaves_the_only_text_of_a_class_to_training) {
  const auto split = split_texts(numbered(30, 1), 0.9, 1);
  BOOST_CHECK_EQUAL(of_class(split.train, 2), 1);
  BOOST_CHECK_EQUAL(of_class(split.validation, 2), 0);
}

BOOST_AUTO_TEST_CASE(of_nothing_is_nothing) {
  const auto split = split_texts({}, 0.5, 1);
  BOOST_CHECK_EQUAL(split.train.size() + split.validation.size(), 0);
}

const auto kBadFractions =
    data::make(std::vector<double>{0, 1, -0.1, 1.5, std::numeric_limits<double>::quiet_NaN()});

BOOST_DATA_TEST_CASE(needs_a_fraction_between_0_and_1, kBadFractions, fraction) {
  BOOST_CHECK_EXCEPTION(split_texts(numbered(30, 1), fraction, 1), UsageError,
                        test::says("expected more than 0 and less than 1"));
}

BOOST_AUTO_TEST_CASE(counts_shared_texts) {
  const LabelledTexts train{{"a"}, {"x", "y", "y"}, {0, 0, 0}};
  const LabelledTexts validation{{"a"}, {"y", "y", "x ", "", "x"}, {0, 0, 0, 0, 0}};
  BOOST_CHECK_EQUAL(count_shared(train, validation), 3);
  BOOST_CHECK_EQUAL(count_shared(validation, train), 3);
  BOOST_CHECK_EQUAL(count_shared(train, {}), 0);
  BOOST_CHECK_EQUAL(count_shared({}, train), 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
