#include "classify/encoded_texts.h"

#include <algorithm>
#include <functional>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(encoded_texts)

namespace data = boost::unit_test::data;
using boost::test_tools::per_element;

// Texts of 1 to `longest` words.
EncodedTexts random_texts(std::size_t count, std::uint32_t longest) {
  auto random = stream(1, "texts", count);
  EncodedTexts texts;
  for (std::size_t i = 0; i < count; ++i) {
    texts.add(std::vector<WordId>(1 + random.below(longest), static_cast<WordId>(i)),
              random.below(3));
  }
  return texts;
}

std::vector<std::size_t> lengths_of(const EncodedTexts& texts, const Batch& batch) {
  std::vector<std::size_t> lengths;
  for (const auto i : batch) lengths.push_back(texts.text(i).size());
  return lengths;
}

// That `batches` are all texts, each batch of `size` but one, each with its longest text first.
void check_batches(const EncodedTexts& texts, const std::vector<Batch>& batches, std::size_t size) {
  std::vector<int> seen(texts.size());
  std::size_t smaller = 0;
  for (const auto& batch : batches) {
    BOOST_CHECK(!batch.empty());
    BOOST_CHECK_LE(batch.size(), size);
    smaller += batch.size() < size ? 1 : 0;
    for (const auto i : batch) ++seen.at(i);
    BOOST_CHECK(std::ranges::is_sorted(lengths_of(texts, batch), std::greater<>()));
  }
  BOOST_CHECK_LE(smaller, 1);
  BOOST_CHECK_EQUAL(batches.size(), (texts.size() + size - 1) / size);
  BOOST_CHECK(std::ranges::all_of(seen, [](int n) { return n == 1; }));
}

BOOST_AUTO_TEST_CASE(are_what_was_added) {
  EncodedTexts texts;
  BOOST_CHECK_EQUAL(texts.size(), 0);
  texts.add(std::vector<WordId>{3, 1, 3}, 1);
  texts.add(std::vector<WordId>{7}, 0);
  BOOST_CHECK_EQUAL(texts.size(), 2);
  BOOST_CHECK_EQUAL(texts.words(), 4);
  BOOST_TEST(texts.text(0) == (std::vector<WordId>{3, 1, 3}), per_element());
  BOOST_TEST(texts.text(1) == (std::vector<WordId>{7}), per_element());
  BOOST_CHECK_EQUAL(texts.text_class(0), 1);
  BOOST_TEST(texts.classes() == (std::vector<std::uint32_t>{1, 0}), per_element());
}

const auto kSizes = data::make({1, 2, 7, 64});
const auto kCounts = data::make({1, 63, 64, 65, 1000});

BOOST_DATA_TEST_CASE(are_each_in_one_batch, kSizes* kCounts, size, count) {
  const auto n = static_cast<std::size_t>(size);
  const auto texts = random_texts(static_cast<std::size_t>(count), 20);
  check_batches(texts, random_batches(texts, n, stream(1, "batches", 0)), n);
  check_batches(texts, sorted_batches(texts, n), n);
}

BOOST_AUTO_TEST_CASE(without_a_text_have_no_batches) {
  BOOST_CHECK(random_batches({}, 8, stream(1, "batches", 0)).empty());
  BOOST_CHECK(sorted_batches({}, 8).empty());
}

BOOST_AUTO_TEST_CASE(are_dealt_by_the_stream_alone) {
  const auto texts = random_texts(500, 20);
  const auto batches = [&](std::uint64_t index) {
    return random_batches(texts, 16, stream(1, "batches", index));
  };
  BOOST_CHECK(batches(0) == batches(0));
  BOOST_CHECK(batches(0) != batches(1));
}

BOOST_AUTO_TEST_CASE(are_sorted_by_length_and_then_by_number) {
  EncodedTexts texts;
  for (const std::size_t length : {2, 5, 2, 3, 5}) texts.add(std::vector<WordId>(length), 0);
  const auto batches = sorted_batches(texts, 2);
  BOOST_REQUIRE_EQUAL(batches.size(), 3);
  BOOST_TEST(batches[0] == (Batch{1, 4}), per_element());
  BOOST_TEST(batches[1] == (Batch{3, 0}), per_element());
  BOOST_TEST(batches[2] == (Batch{2}), per_element());
}

BOOST_AUTO_TEST_CASE(of_a_random_batch_are_alike_but_the_batches_are_in_no_order) {
  const auto texts = random_texts(6000, 100);
  const auto batches = random_batches(texts, 40, stream(1, "batches", 0));
  std::size_t differences = 0;
  std::size_t shorter = 0;
  std::size_t before = 0;
  for (const auto& batch : batches) {
    const auto lengths = lengths_of(texts, batch);
    differences += lengths.front() - lengths.back();
    shorter += lengths.front() < before ? 1 : 0;
    before = lengths.front();
  }
  // About 95 if they were dealt without regard to length.
  BOOST_CHECK_LE(differences, 5 * batches.size());
  BOOST_CHECK_GE(shorter, batches.size() / 3);
  BOOST_CHECK_LE(shorter, batches.size() * 2 / 3);
}

// Where a text is in the order of training must not hang on where it is in the file.
BOOST_AUTO_TEST_CASE(of_random_batches_mix) {
  const auto texts = random_texts(6000, 1);
  std::size_t from_first_half = 0;
  const auto batches = random_batches(texts, 40, stream(1, "batches", 0));
  for (std::size_t i = 0; i < batches.size() / 2; ++i) {
    from_first_half += static_cast<std::size_t>(
        std::ranges::count_if(batches[i], [](std::uint32_t text) { return text < 3000; }));
  }
  // Within five standard deviations of 1500.
  BOOST_CHECK_GE(from_first_half, 1500 - 5 * 28);
  BOOST_CHECK_LE(from_first_half, 1500 + 5 * 28);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
