#include "common/lines.h"

#include <string>

#include <boost/test/unit_test.hpp>

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(lines)

BOOST_AUTO_TEST_CASE(end_at_newlines_with_or_without_a_carriage_return) {
  struct Case {
    std::string_view text;
    std::vector<std::string_view> lines;
  };
  using namespace std::string_view_literals;
  const Case cases[] = {
      {"", {}},
      {"a", {"a"}},
      {"a\n", {"a"}},
      {"a\nb", {"a", "b"}},
      {"a\r\nb\r\n", {"a", "b"}},
      {"\n", {""}},
      {"\r\n", {""}},
      {"\n\na\n\n", {"", "", "a", ""}},
      {"a\rb\n", {"a\rb"}},
      {"a\r\r\n", {"a\r"}},
      {"a\r", {"a"}},
      {"a\0b\nc"sv, {"a\0b"sv, "c"}},
  };
  for (const auto& [text, expected] : cases) {
    BOOST_TEST(split_lines(text) == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(joined_again_are_the_text) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += std::string(static_cast<std::size_t>(i % 7), 'x') + '\n';
  std::string joined;
  for (const auto line : split_lines(text)) joined.append(line) += '\n';
  BOOST_TEST(joined == text);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
