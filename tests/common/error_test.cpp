#include "common/error.h"

#include <string>
#include <utility>

#include <boost/test/unit_test.hpp>

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(error)

BOOST_AUTO_TEST_CASE(of_the_system_names_file_action_and_reason) {
  BOOST_TEST(io_error("a/b.txt", "open for reading", ENOENT).what() ==
             std::string("a/b.txt: cannot open for reading: No such file or directory"));
  errno = ENOSPC;
  BOOST_TEST(io_error("a.txt", "write").what() ==
             std::string("a.txt: cannot write: No space left on device"));
}

BOOST_AUTO_TEST_CASE(quotes_of_input_are_short_and_without_control_bytes) {
  using namespace std::string_literals;
  const std::pair<std::string, std::string> cases[] = {
      {"", ""},
      {"plain text", "plain text"},
      {"ünï", "ünï"},
      {"a\tb\n\x1b[31m\x7f\0"s, "a\\x09b\\x0a\\x1b[31m\\x7f\\x00"},
      {std::string(60, 'x'), std::string(60, 'x')},
      {std::string(61, 'x'), std::string(60, 'x') + "..."},
  };
  for (const auto& [text, expected] : cases) BOOST_TEST(excerpt(text) == expected);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
