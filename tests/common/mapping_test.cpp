#include "common/mapping.h"

#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>
#include <fcntl.h>

#include "common/error.h"
#include "common/file_descriptor.h"
#include "common/output.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

std::string_view text_of(const Mapping& mapping) {
  return {reinterpret_cast<const char*>(mapping.data()), mapping.size()};
}

BOOST_AUTO_TEST_SUITE(mapping)

BOOST_AUTO_TEST_CASE(reserves_far_more_than_it_takes_up) {
  const auto mapping = Mapping::reserve(std::size_t{1} << 36);
  BOOST_REQUIRE(mapping.size() == std::size_t{1} << 36);
  std::memcpy(mapping.data() + (std::size_t{1} << 35), "here", 4);
  BOOST_TEST(text_of(mapping).substr(std::size_t{1} << 35, 5) == std::string_view("here\0", 5));
}

BOOST_AUTO_TEST_CASE(is_empty_when_the_system_refuses) {
  BOOST_TEST(Mapping::reserve(std::numeric_limits<std::size_t>::max()).size() == 0u);
  BOOST_TEST(Mapping::reserve(0).size() == 0u);
}

BOOST_AUTO_TEST_CASE(shows_the_first_bytes_of_a_file) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("file", "some text");
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY));
  BOOST_TEST(text_of(Mapping::of_file(fd.get(), 9, path)) == "some text");
  BOOST_TEST(text_of(Mapping::of_file(fd.get(), 4, path)) == "some");
  BOOST_TEST(Mapping::of_file(fd.get(), 0, path).size() == 0u);
}

BOOST_AUTO_TEST_CASE(shares_a_writable_file) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("file", "some text");
  {
    const FileDescriptor fd(::open(path.c_str(), O_RDWR));
    const auto mapping = Mapping::of_writable_file(fd.get(), 9, path);
    std::memcpy(mapping.data(), "SOME", 4);
  }
  BOOST_TEST(test::read_bytes(path) == "SOME text");
}

BOOST_AUTO_TEST_CASE(names_the_file_that_cannot_be_mapped) {
  BOOST_CHECK_EXCEPTION(Mapping::of_file(-1, 10, "words.bin"), IoError,
                        test::says("words.bin: cannot map into memory: Bad file descriptor"));
}

BOOST_AUTO_TEST_CASE(keeps_what_comes_before_the_place_it_shrinks_to) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  auto mapping = Mapping::reserve(10 * page);
  std::memset(mapping.data(), 'x', mapping.size());
  struct Case {
    std::size_t size, left;
  };
  const Case cases[] = {{20 * page, 10 * page},
                        {9 * page + 1, 10 * page},
                        {3 * page, 3 * page},
                        {2 * page + 1, 3 * page},
                        {1, page},
                        {0, 0}};
  for (const auto [size, left] : cases) {
    mapping.shrink(size);
    BOOST_TEST(mapping.size() == left);
    BOOST_TEST((text_of(mapping) == std::string(left, 'x')));
  }
}

BOOST_AUTO_TEST_CASE(of_a_file_keeps_what_was_written_when_its_pages_are_dropped) {
  const auto fd = open_temporary_file();
  const std::string zeros(100'000, '\0');
  write_all(fd.get(), zeros, "temporary file");
  const auto mapping = Mapping::of_writable_file(fd.get(), zeros.size(), "temporary file");
  std::memset(mapping.data(), 'x', mapping.size());
  mapping.drop_pages(0, mapping.size());
  mapping.drop_pages(5000, 1);
  mapping.drop_pages(99'999, 1);
  BOOST_TEST(text_of(mapping) == std::string(100'000, 'x'));
}

BOOST_AUTO_TEST_CASE(of_memory_keeps_its_pages) {
  const auto mapping = Mapping::reserve(100'000);
  std::memset(mapping.data(), 'x', mapping.size());
  mapping.drop_pages(0, mapping.size());
  BOOST_TEST(text_of(mapping) == std::string(100'000, 'x'));
}

BOOST_AUTO_TEST_CASE(is_owned_by_one_object_at_a_time) {
  auto first = Mapping::reserve(100);
  const auto* data = first.data();
  Mapping second(std::move(first));
  BOOST_TEST(first.data() == nullptr);
  BOOST_TEST(second.data() == data);
  first = std::move(second);
  BOOST_TEST(first.data() == data);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(file_descriptor)

BOOST_AUTO_TEST_CASE(is_closed_by_its_last_owner) {
  int number = -1;
  {
    FileDescriptor fd(::open("/dev/null", O_RDONLY));
    number = fd.get();
    const FileDescriptor owner(std::move(fd));
    BOOST_TEST(!fd);
    BOOST_TEST(owner.get() == number);
    BOOST_TEST(::fcntl(number, F_GETFD) >= 0);
  }
  BOOST_TEST(::fcntl(number, F_GETFD) == -1);
}

BOOST_AUTO_TEST_CASE(closes_what_it_held_when_another_is_assigned) {
  FileDescriptor fd(::open("/dev/null", O_RDONLY));
  const auto number = fd.get();
  fd = FileDescriptor();
  BOOST_TEST(!fd);
  BOOST_TEST(::fcntl(number, F_GETFD) == -1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
