#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "datasets/sample.h"
#include "datasets/sentences.h"
#include <boost/test/unit_test.hpp>

#include "common/lines.h"
#include "tests/support/support.h"

namespace wordkin::datasets {
namespace {

std::string reviews_of(std::uint64_t seed, std::uint64_t reviews) {
  std::ostringstream text;
  write_reviews(text, seed, reviews);
  return text.str();
}

struct Review {
  bool positive;
  Words words;
};

// The reviews of a file that outlives them.
std::vector<Review> parse(std::string_view file) {
  std::vector<Review> reviews;
  for (const auto line : split_lines(file)) {
    const auto columns = split(line, '\t');
    BOOST_REQUIRE_EQUAL(columns.size(), 2);
    if (columns[0] == "label") continue;
    BOOST_REQUIRE(columns[0] == "positive" || columns[0] == "negative");
    reviews.push_back({columns[0] == "positive", split(columns[1])});
  }
  return reviews;
}

// How many reviews have a sequence of words.
struct Occurrences {
  int positive = 0;
  int all = 0;
};

std::unordered_map<std::string_view, Occurrences> occurrences(const std::vector<Review>& reviews,
                                                              std::size_t length) {
  std::unordered_map<std::string_view, Occurrences> result;
  for (const auto& [positive, words] : reviews) {
    std::unordered_set<std::string_view> sequences;
    for (std::size_t begin = 0; begin + length <= words.size(); ++begin) {
      const auto& last = words[begin + length - 1];
      sequences.emplace(words[begin].data(), last.data() + last.size());
    }
    for (const auto sequence : sequences) {
      result[sequence].positive += positive;
      ++result[sequence].all;
    }
  }
  return result;
}

// That nothing seen at least 400 times is more frequent in either label than `tolerance` allows;
// gives how many were seen so often.
int check_balance(const std::vector<Review>& reviews, std::size_t length, double tolerance) {
  int frequent = 0;
  for (const auto& [sequence, count] : occurrences(reviews, length)) {
    if (count.all < 400) continue;
    ++frequent;
    const auto share = static_cast<double>(count.positive) / count.all;
    BOOST_CHECK_MESSAGE(std::abs(share - 0.5) <= tolerance, sequence << ' ' << share);
  }
  return frequent;
}

BOOST_AUTO_TEST_SUITE(sample_reviews)

BOOST_AUTO_TEST_CASE(begin_as_they_always_did) {
  BOOST_CHECK_EQUAL(reviews_of(1, 4),
                    "label\ttext\n"
                    "positive\ti read this book with two colleagues last week . there is no reason "
                    "to call the opening weak , although the plot was far from outstanding .\n"
                    "negative\ti ate at this restaurant alone on a rainy friday . there was never "
                    "a moment when the decor was magnificent .\n"
                    "positive\ti ate at this restaurant with my brother for the second time . "
                    "despite the fact that it would be wrong to deny that the dessert was weak , "
                    "the pasta was far from pathetic .\n"
                    "negative\ti watched this film with my parents for the second time . the "
                    "soundtrack was terrific , but the scenery can only be called dreary .\n");
}

BOOST_AUTO_TEST_CASE(are_the_same_on_every_machine) {
  BOOST_CHECK_EQUAL(test::checksum(reviews_of(1, 4000)), 0x6a534df846fe5eea);
}

BOOST_AUTO_TEST_CASE(differ_by_seed) { BOOST_CHECK_NE(reviews_of(1, 4), reviews_of(2, 4)); }

BOOST_AUTO_TEST_CASE(begin_with_the_fewer_reviews_of_their_seed) {
  const auto text = reviews_of(7, 500);
  for (const std::uint64_t reviews : {0, 1, 10, 499}) {
    BOOST_CHECK(text.starts_with(reviews_of(7, reviews)));
  }
  BOOST_CHECK_EQUAL(reviews_of(7, 0), "label\ttext\n");
}

BOOST_AUTO_TEST_CASE(are_half_positive_and_half_negative) {
  const auto text = reviews_of(1, 4000);
  BOOST_CHECK_EQUAL(std::ranges::count(text, '\n'), 4001);
  const auto reviews = parse(text);
  BOOST_CHECK_EQUAL(reviews.size(), 4000);
  BOOST_CHECK_EQUAL(std::ranges::count(reviews, true, &Review::positive), 2000);
}

BOOST_AUTO_TEST_CASE(hardly_ever_occur_twice) {
  const auto text = reviews_of(1, 4000);
  const auto lines = split_lines(text);
  BOOST_CHECK_GE(std::set<std::string_view>(lines.begin(), lines.end()).size(), 3990);
}

BOOST_AUTO_TEST_CASE(are_of_8_to_48_tokens_ending_with_a_full_stop) {
  const auto text = reviews_of(1, 4000);
  for (const auto& [positive, words] : parse(text)) {
    BOOST_CHECK_GE(words.size(), 8);
    BOOST_CHECK_LE(words.size(), 48);
    BOOST_CHECK_EQUAL(words.back(), ".");
  }
}

BOOST_AUTO_TEST_CASE(have_lower_case_words_single_blanks_and_punctuation_apart) {
  const auto text = reviews_of(1, 4000);
  const auto is_token = [](std::string_view token) {
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    if (token == "," || token == "." || token == ";") return true;
    return !token.empty() && std::ranges::all_of(token, is_letter);
  };
  for (const auto& [positive, words] : parse(text))
    BOOST_CHECK(std::ranges::all_of(words, is_token));
}

BOOST_AUTO_TEST_CASE(do_not_give_their_label_away_by_words) {
  const auto text = reviews_of(1, 40'000);
  BOOST_CHECK_GE(check_balance(parse(text), 1, 0.08), 150);
}

BOOST_AUTO_TEST_CASE(hardly_give_their_label_away_by_neighbours) {
  const auto text = reviews_of(1, 40'000);
  BOOST_CHECK_GE(check_balance(parse(text), 2, 0.16), 300);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin::datasets
