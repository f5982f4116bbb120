#include "embed/text/string_table.h"

#include <string>
#include <unordered_map>

#include <boost/test/unit_test.hpp>

#include "common/random.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(string_table)

using namespace std::string_view_literals;

BOOST_AUTO_TEST_CASE(numbers_strings_in_the_order_of_their_insertion) {
  StringTable table;
  BOOST_TEST(table.size() == 0u);
  BOOST_TEST(!table.find("a").has_value());
  const std::string_view strings[] = {"b", "a", "", "\0"sv, "\0\0"sv, "a\0"sv, "ab", "\xff\xfe"};
  for (std::uint32_t i = 0; i < std::size(strings); ++i) {
    BOOST_TEST(!table.find(strings[i]).has_value());
    BOOST_TEST(table.insert(strings[i]) == i);
  }
  for (std::uint32_t i = 0; i < std::size(strings); ++i) {
    BOOST_TEST(table.insert(strings[i]) == i);
    BOOST_TEST(table.find(strings[i]).value() == i);
    BOOST_TEST(table[i] == strings[i]);
  }
  BOOST_TEST(table.size() == std::size(strings));
  BOOST_TEST(!table.find("abc").has_value());
}

BOOST_AUTO_TEST_CASE(agrees_with_the_standard_hash_map_on_many_strings) {
  StringTable table;
  std::unordered_map<std::string, std::uint32_t> expected;
  auto random = stream(1, "string table test", 0);
  for (int i = 0; i < 300'000; ++i) {
    // About 100,000 different strings of 0 to 40 bytes of any value.
    auto letters = stream(random.below(150'000), "string", 0);
    std::string text(letters.below(41), '\0');
    for (auto& c : text) c = static_cast<char>(letters.below(256));
    const auto next = static_cast<std::uint32_t>(expected.size());
    const auto id = expected.emplace(text, next).first->second;
    if (table.insert(text) != id) BOOST_REQUIRE(table.insert(text) == id);
  }
  BOOST_TEST(expected.size() > 100'000u);
  BOOST_REQUIRE(table.size() == expected.size());
  for (const auto& [text, id] : expected) {
    if (table.find(text) != id || table[id] != text) BOOST_ERROR("string " << id << " is lost");
  }
  BOOST_TEST(!table.find("never inserted").has_value());
}

BOOST_AUTO_TEST_CASE(shows_its_strings_one_after_another) {
  StringTable table;
  for (const auto* text : {"one", "", "three"}) table.insert(text);
  BOOST_TEST(std::string(table.bytes().begin(), table.bytes().end()) == "onethree");
  const std::vector<std::uint64_t> offsets{0, 3, 3, 8};
  BOOST_TEST(table.offsets() == offsets, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(is_copied_by_value) {
  StringTable table;
  table.insert("a");
  auto copy = table;
  BOOST_TEST(copy.insert("b") == 1u);
  BOOST_TEST(!table.find("b").has_value());
  BOOST_TEST(copy.find("a").value() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
