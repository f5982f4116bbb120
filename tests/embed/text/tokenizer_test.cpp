#include "embed/text/tokenizer.h"

#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(tokenizer)

using namespace std::string_view_literals;

BOOST_AUTO_TEST_CASE(separates_at_the_six_white_space_bytes_of_ascii_and_at_no_other) {
  for (int byte = 0; byte < 256; ++byte) {
    const auto c = static_cast<char>(byte);
    const bool expected = " \t\n\v\f\r"sv.find(c) != std::string_view::npos;
    BOOST_TEST(is_space(c) == expected, "byte " << byte);
    std::size_t tokens = 0;
    tokenize(
        std::string{'a', c, 'b'}, [&](std::string_view, std::size_t) { ++tokens; }, [] {});
    BOOST_TEST(tokens == (expected ? 2u : 1u), "byte " << byte);
  }
}

BOOST_AUTO_TEST_CASE(gives_tokens_offsets_and_newlines_in_their_order) {
  struct Case {
    std::string_view text;
    std::vector<std::pair<std::string_view, std::size_t>> events;  // a newline is "\n" at 0
  };
  const Case cases[] = {
      {"", {}},
      {" \t\v\f\r ", {}},
      {"\n", {{"\n", 0}}},
      {"a", {{"a", 0}}},
      {" a ", {{"a", 1}}},
      {"a b", {{"a", 0}, {"b", 2}}},
      {"ab\r\n\ncd \n", {{"ab", 0}, {"\n", 0}, {"\n", 0}, {"cd", 5}, {"\n", 0}}},
      {"a\0b \0"sv, {{"a\0b"sv, 0}, {"\0"sv, 4}}},
      {"\xc2\xa0x\xe3\x80\x80",
       {{"\xc2\xa0x\xe3\x80\x80", 0}}},  // Unicode's spaces separate nothing
  };
  for (const auto& [text, expected] : cases) {
    std::vector<std::pair<std::string_view, std::size_t>> events;
    tokenize(
        text,
        [&](std::string_view token, std::size_t offset) { events.emplace_back(token, offset); },
        [&] { events.emplace_back("\n", 0); });
    BOOST_TEST((events == expected), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
