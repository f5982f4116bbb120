#include "embed/train/cooccurrence_records.h"

#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/cooccurrences.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(cooccurrence_records)

using test::PairCounts;

std::string record(std::int32_t word, std::int32_t context, double count) {
  std::string bytes(16, '\0');
  std::memcpy(bytes.data(), &word, 4);
  std::memcpy(bytes.data() + 4, &context, 4);
  std::memcpy(bytes.data() + 8, &count, 8);
  return bytes;
}

PairCounts read(const std::string& bytes, WordId words) {
  const test::TemporaryFolder folder;
  PairCounts counts;
  const auto statistics = read_cooccurrence_records(
      folder.write("records", bytes), words, [&](const CooccurrenceRow& row) {
        for (std::size_t i = 0; i < row.contexts.size(); ++i) {
          counts[{row.word, row.contexts[i]}] += row.counts[i];
        }
      });
  BOOST_CHECK_EQUAL(statistics.nonzeros, bytes.size() / 16);
  return counts;
}

BOOST_AUTO_TEST_CASE(are_numbers_from_one_and_a_double) {
  const test::TemporaryFolder folder;
  const std::vector<WordId> contexts{0, 4};
  const std::vector<double> counts{0.5, 1 + 1.0 / 3};
  OutputFile file(folder / "records");
  write_cooccurrence_records(file, {2, contexts, counts});
  file.commit();
  BOOST_CHECK_EQUAL(test::read_bytes(folder / "records"),
                    record(3, 1, 0.5) + record(3, 5, 1 + 1.0 / 3));
}

BOOST_AUTO_TEST_CASE(come_back_in_any_order) {
  const PairCounts expected{{{2, 0}, 0.5}, {{2, 4}, 4.0 / 3}, {{0, 2}, 7}, {{1, 1}, 1e-3}};
  BOOST_CHECK(read(record(3, 1, 0.5) + record(1, 3, 7) + record(3, 5, 4.0 / 3) + record(2, 2, 1e-3),
                   5) == expected);
}

BOOST_AUTO_TEST_CASE(a_long_file_is_read_in_pieces) {
  std::string bytes;
  for (int i = 0; i < 40'000; ++i) bytes += record(1 + i / 200, 1 + i % 200, i + 1);
  const auto counts = read(bytes, 200);
  BOOST_REQUIRE_EQUAL(counts.size(), 40'000);
  for (const auto& [pair, count] : counts) {
    BOOST_REQUIRE_EQUAL(count, 200 * pair.first + pair.second + 1);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_record_is_named) {
  const auto good = record(1, 2, 1);
  const auto fails = [&](const std::string& bytes, const std::string& message) {
    BOOST_CHECK_EXCEPTION(read(bytes, 2), FormatError, test::says(message));
  };
  fails("", "is empty");
  fails(good + good.substr(0, 15), "15 bytes of record 2");
  fails(good + record(0, 1, 1), "record 2: expected a word from 1 to 2");
  fails(record(1, 3, 1), "record 1: expected a word from 1 to 2");
  fails(record(-1, 1, 1), "found -1");
  for (const double count : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity(), 1e300, 1e-300}) {
    fails(good + good + record(1, 1, count), "record 3: expected a count from 1e-30 to 1e+30");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
