#include "common/quantities.h"

#include <boost/test/unit_test.hpp>

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(quantities)

BOOST_AUTO_TEST_CASE(groups_the_digits_of_counts) {
  BOOST_TEST(format_count(0) == "0");
  BOOST_TEST(format_count(999) == "999");
  BOOST_TEST(format_count(1'000) == "1,000");
  BOOST_TEST(format_count(1'234'567) == "1,234,567");
}

BOOST_AUTO_TEST_CASE(one_is_singular_and_all_others_are_plural) {
  BOOST_TEST(counted(0, "word") == "0 words");
  BOOST_TEST(counted(1, "word") == "1 word");
  BOOST_TEST(counted(2'000, "word") == "2,000 words");
  BOOST_TEST(counted(1, "entry", "entries") == "1 entry");
  BOOST_TEST(counted(2, "entry", "entries") == "2 entries");
}

BOOST_AUTO_TEST_CASE(sizes_are_in_powers_of_1024) {
  BOOST_TEST(format_bytes(0) == "0 B");
  BOOST_TEST(format_bytes(999) == "999 B");
  BOOST_TEST(format_bytes(1'000) == "0.98 KiB");
  BOOST_TEST(format_bytes(20 << 20) == "20.0 MiB");
  BOOST_TEST(format_bytes(999 << 20) == "999 MiB");
  BOOST_TEST(format_bytes(std::uint64_t{4} << 30) == "4.00 GiB");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
