#include "embed/train/cooccurrence.h"

#include <cmath>
#include <numeric>
#include <ostream>
#include <tuple>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/cooccurrences.h"
#include "tests/support/sanitized.h"
#include "tests/support/support.h"

namespace wordkin {

static std::ostream& operator<<(std::ostream& out, ContextSide side) {
  return out << enum_name(side);
}
static std::ostream& operator<<(std::ostream& out, DistanceWeight weight) {
  return out << enum_name(weight);
}

namespace {

namespace data = boost::unit_test::data;

using test::corpus_of_ids;
using test::counts_of;
using test::PairCounts;
using test::random_ids;

constexpr auto kEnd = kSentenceEnd;
constexpr std::uint64_t kMega = std::uint64_t{1} << 20;

const auto kSides = data::make({ContextSide::kSymmetric, ContextSide::kLeft, ContextSide::kRight});
const auto kWeights = data::make({DistanceWeight::kInverse, DistanceWeight::kFlat});

CooccurrenceOptions options_of(int window, ContextSide side = ContextSide::kSymmetric,
                               DistanceWeight weight = DistanceWeight::kInverse) {
  CooccurrenceOptions options;
  options.window = window;
  options.side = side;
  options.distance_weight = weight;
  options.threads = 1;
  return options;
}

// Every pair of places, as the definition has it; sums in whole multiples of 1 / lcm(1 .. window),
// where the window is not too wide for that.
PairCounts by_definition(const std::vector<WordId>& ids, const CooccurrenceOptions& options) {
  const auto window = static_cast<std::size_t>(options.window);
  long long scale = 1;
  for (long long d = 1; d <= std::min(options.window, 22); ++d) scale = std::lcm(scale, d);
  std::map<std::pair<WordId, WordId>, double> sums;
  for (std::size_t left = 0; left < ids.size(); ++left) {
    for (auto right = left + 1; right < ids.size() && right - left <= window; ++right) {
      if (ids[left] == kEnd || ids[right] == kEnd) break;
      const bool flat = options.distance_weight == DistanceWeight::kFlat;
      const auto units =
          static_cast<double>(scale) / (flat ? 1.0 : static_cast<double>(right - left));
      if (options.side != ContextSide::kRight) sums[{ids[right], ids[left]}] += units;
      if (options.side != ContextSide::kLeft) sums[{ids[left], ids[right]}] += units;
    }
  }
  for (auto& [pair, sum] : sums) sum /= static_cast<double>(scale);
  return sums;
}

BOOST_AUTO_TEST_SUITE(cooccurrence)

BOOST_AUTO_TEST_CASE(a_sentence_worked_out_by_hand) {
  // a b a c
  const auto corpus = corpus_of_ids({0, 1, 0, 2, kEnd});
  const PairCounts symmetric{{{0, 0}, 1.0}, {{0, 1}, 2.0}, {{0, 2}, 1 + 1.0 / 3},
                             {{1, 0}, 2.0}, {{1, 2}, 0.5}, {{2, 0}, 1 + 1.0 / 3},
                             {{2, 1}, 0.5}};
  BOOST_CHECK(counts_of(corpus, 3, options_of(3)) == symmetric);
  const PairCounts left{{{0, 0}, 0.5}, {{0, 1}, 1.0}, {{1, 0}, 1.0}, {{2, 0}, 1.0}, {{2, 1}, 0.5}};
  BOOST_CHECK(counts_of(corpus, 3, options_of(2, ContextSide::kLeft)) == left);
  const PairCounts flat{{{0, 1}, 1.0}, {{1, 0}, 1.0}, {{0, 2}, 1.0}};
  BOOST_CHECK(counts_of(corpus, 3, options_of(1, ContextSide::kRight, DistanceWeight::kFlat)) ==
              flat);
}

BOOST_DATA_TEST_CASE(is_what_the_definition_says_exactly,
                     kSides* kWeights* data::make({1, 2, 5, 15, 22}), side, weight, window) {
  const auto ids = random_ids(3000, 40, 30);
  const auto options = options_of(window, side, weight);
  BOOST_CHECK(counts_of(corpus_of_ids(ids), 40, options) == by_definition(ids, options));
}

BOOST_AUTO_TEST_CASE(wider_windows_are_exact_to_seven_digits) {
  const auto ids = random_ids(3000, 40, 300);
  const auto options = options_of(100);
  const auto counts = counts_of(corpus_of_ids(ids), 40, options);
  const auto expected = by_definition(ids, options);
  BOOST_REQUIRE_EQUAL(counts.size(), expected.size());
  for (const auto& [pair, count] : expected) {
    BOOST_TEST(counts.at(pair) == count, boost::test_tools::tolerance(1e-7));
  }
}

BOOST_AUTO_TEST_CASE(contexts_do_not_cross_the_end_of_a_sentence) {
  const PairCounts expected{{{0, 1}, 1.0}, {{1, 0}, 1.0}, {{2, 3}, 1.0}, {{3, 2}, 1.0}};
  BOOST_CHECK(counts_of(corpus_of_ids({0, 1, kEnd, 2, 3, kEnd, 4, kEnd}), 5, options_of(10)) ==
              expected);
}

// Rows in the order in which they come, with the bits of their counts.
using Rows = std::vector<std::tuple<WordId, std::vector<WordId>, std::vector<double>>>;

Rows rows_of(const EncodedCorpus& corpus, WordId words, const CooccurrenceOptions& options,
             CooccurrenceStatistics* statistics = nullptr) {
  Rows rows;
  const auto found = count_cooccurrences(corpus, words, options, [&](const CooccurrenceRow& row) {
    rows.emplace_back(row.word, std::vector(row.contexts.begin(), row.contexts.end()),
                      std::vector(row.counts.begin(), row.counts.end()));
  });
  if (statistics != nullptr) *statistics = found;
  return rows;
}

BOOST_AUTO_TEST_CASE(rows_come_in_order_and_are_counted) {
  const auto corpus = corpus_of_ids(random_ids(5000, 200, 20));
  CooccurrenceStatistics statistics;
  const auto rows = rows_of(corpus, 200, options_of(4), &statistics);
  std::uint64_t nonzeros = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& [word, contexts, counts] = rows[i];
    if (i > 0) BOOST_CHECK_LT(std::get<0>(rows[i - 1]), word);
    BOOST_CHECK(std::ranges::is_sorted(contexts, std::less_equal()) || contexts.size() < 2);
    BOOST_CHECK(std::ranges::all_of(counts, [](double count) { return count > 0; }));
    nonzeros += contexts.size();
  }
  BOOST_CHECK_EQUAL(statistics.nonzeros, nonzeros);
  BOOST_CHECK_EQUAL(statistics.temporary_bytes, 0);
}

BOOST_DATA_TEST_CASE(the_result_does_not_depend_on_threads_or_memory, data::make({1, 2, 3, 8}),
                     threads) {
  const auto corpus = corpus_of_ids(random_ids(400'000, 300, 40));
  auto options = options_of(5);
  const auto expected = rows_of(corpus, 300, options);
  options.threads = threads;
  for (const std::uint64_t memory : {4096 * kMega, 60 * kMega}) {
    options.memory = memory;
    CooccurrenceStatistics statistics;
    BOOST_CHECK(rows_of(corpus, 300, options, &statistics) == expected);
  }
}

BOOST_AUTO_TEST_CASE(counts_beyond_memory_go_to_temporary_files_and_are_merged) {
  const auto corpus = corpus_of_ids(random_ids(700'000, 300, 40));
  auto options = options_of(5);
  const auto expected = rows_of(corpus, 300, options);
  const test::TemporaryFolder folder;
  options.temporary_folder = folder.path();
  options.memory = least_counting_memory(300, options);
  CooccurrenceStatistics statistics;
  BOOST_CHECK(rows_of(corpus, 300, options, &statistics) == expected);
  BOOST_CHECK_GT(statistics.temporary_bytes, 0);
  BOOST_CHECK_EQUAL(test::files_in(folder.path()), 0);
}

BOOST_AUTO_TEST_CASE(more_parts_than_are_merged_at_once_are_merged_in_levels) {
  if (test::kThreadsWatched) return;  // fewer parts are merged by the same functions
  // 70 parts and more: 64 become one.
  const auto corpus = corpus_of_ids(random_ids(13'000'000, 20, 1000));
  auto options = options_of(1);
  const auto expected = rows_of(corpus, 20, options);
  options.memory = least_counting_memory(20, options);
  CooccurrenceStatistics statistics;
  BOOST_CHECK(rows_of(corpus, 20, options, &statistics) == expected);
  BOOST_CHECK_GT(statistics.temporary_bytes, 65 * 20 * 20 * 12);
}

BOOST_AUTO_TEST_CASE(too_little_memory_or_no_folder_for_temporary_files_is_an_error) {
  const auto corpus = corpus_of_ids(random_ids(400'000, 20, 10));
  auto options = options_of(2);
  options.memory = least_counting_memory(20, options) - 1;
  BOOST_CHECK_EXCEPTION(counts_of(corpus, 20, options), UsageError,
                        test::says("of memory at least, found"));
  options.memory = least_counting_memory(20, options);
  options.temporary_folder = "/missing";
  BOOST_CHECK_EXCEPTION(counts_of(corpus, 20, options), IoError, test::says("/missing"));
}

BOOST_AUTO_TEST_CASE(options_out_of_range_are_errors) {
  const auto corpus = corpus_of_ids({0, 1, kEnd});
  BOOST_CHECK_EXCEPTION(counts_of(corpus, 2, options_of(0)), UsageError, test::says("--window"));
  BOOST_CHECK_EXCEPTION(counts_of(corpus, 2, options_of(10'001)), UsageError,
                        test::says("--window"));
}

BOOST_AUTO_TEST_CASE(can_be_stopped) {
  const auto corpus = corpus_of_ids(random_ids(10'000, 20, 10));
  std::stop_source source;
  source.request_stop();
  BOOST_CHECK_THROW(
      count_cooccurrences(
          corpus, 20, options_of(2), [](const auto&) {}, Monitor{{}, source.get_token()}),
      Interrupted);
}

BOOST_AUTO_TEST_CASE(what_the_receiver_throws_comes_out) {
  const auto corpus = corpus_of_ids(random_ids(10'000, 20, 10));
  BOOST_CHECK_EXCEPTION(count_cooccurrences(corpus, 20, options_of(2),
                                            [](const auto&) { throw IoError("disk full"); }),
                        IoError, test::says("disk full"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
