#include "common/error.h"

#include <string>

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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
