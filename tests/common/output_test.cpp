#include "common/output.h"

#include <array>
#include <cstdlib>
#include <thread>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

#include "common/error.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

namespace fs = std::filesystem;

void write_file(const fs::path& path, std::string_view text) {
  OutputFile file(path);
  file.write(text);
  file.commit();
}

BOOST_AUTO_TEST_SUITE(output_file)

BOOST_AUTO_TEST_CASE(appears_whole_at_the_commit_and_not_before) {
  const test::TemporaryFolder folder;
  const auto path = folder / "out";
  OutputFile file(path);
  file.write("some ");
  file.write("text");
  BOOST_TEST(!fs::exists(path));
  file.commit();
  BOOST_TEST(test::read_bytes(path) == "some text");
  BOOST_TEST(file.bytes_written() == 9u);
  BOOST_TEST(test::files_in(folder.path()) == 1u);
}

BOOST_AUTO_TEST_CASE(leaves_nothing_behind_without_a_commit) {
  const test::TemporaryFolder folder;
  {
    OutputFile file(folder / "out");
    file.write("some text");
  }
  BOOST_TEST(test::files_in(folder.path()) == 0u);
}

BOOST_AUTO_TEST_CASE(leaves_an_existing_file_as_it_was_until_the_commit) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("out", "before");
  { OutputFile(path).write("never committed"); }
  BOOST_TEST(test::read_bytes(path) == "before");
  OutputFile file(path);
  file.write(std::string(5'000'000, 'x'));
  BOOST_TEST(test::read_bytes(path) == "before");
  file.commit();
  BOOST_TEST(test::read_bytes(path).size() == 5'000'000u);
  BOOST_TEST(test::files_in(folder.path()) == 1u);
}

BOOST_AUTO_TEST_CASE(holds_pieces_of_all_sizes_in_their_order) {
  const test::TemporaryFolder folder;
  std::string expected;
  OutputFile file(folder / "out");
  for (const std::size_t size : {1, 0, 1'000'000, 48'575, 1, 1'048'576, 3'000'001, 7}) {
    const std::string piece(size, static_cast<char>('a' + expected.size() % 26));
    file.write(piece);
    expected += piece;
  }
  const std::array<std::uint32_t, 2> values{0x64636261, 0x68676665};
  file.write_values(std::span<const std::uint32_t>(values));
  file.commit();
  BOOST_TEST((test::read_bytes(folder / "out") == expected + "abcdefgh"));
  BOOST_TEST(file.bytes_written() == expected.size() + 8);
}

BOOST_AUTO_TEST_CASE(of_the_same_name_do_not_mix_and_the_last_to_commit_stays) {
  const test::TemporaryFolder folder;
  OutputFile first(folder / "out");
  OutputFile second(folder / "out");
  first.write("first");
  second.write("second");
  second.commit();
  BOOST_TEST(test::read_bytes(folder / "out") == "second");
  first.commit();
  BOOST_TEST(test::read_bytes(folder / "out") == "first");
  BOOST_TEST(test::files_in(folder.path()) == 1u);
}

BOOST_AUTO_TEST_CASE(may_be_empty) {
  const test::TemporaryFolder folder;
  write_file(folder / "out", "");
  BOOST_TEST(fs::file_size(folder / "out") == 0u);
}

BOOST_AUTO_TEST_CASE(goes_to_the_working_folder_for_a_bare_name) {
  const test::TemporaryFolder folder;
  const auto before = fs::current_path();
  fs::current_path(folder.path());
  write_file("out", "text");
  BOOST_CHECK_NO_THROW(check_writable("out"));
  fs::current_path(before);
  BOOST_TEST(test::read_bytes(folder / "out") == "text");
}

BOOST_AUTO_TEST_CASE(keeps_a_link_and_replaces_the_file_it_leads_to) {
  const test::TemporaryFolder folder;
  fs::create_directory(folder / "far");
  const auto target = folder.write("far/target", "before");
  fs::create_symlink("far/target", folder / "link");
  fs::create_symlink("far/new", folder / "dangling");
  for (const auto* link : {"link", "dangling"}) {
    write_file(folder / link, "after");
    BOOST_TEST(fs::is_symlink(folder / link));
    BOOST_TEST(test::read_bytes(folder / link) == "after");
  }
  BOOST_TEST(test::read_bytes(target) == "after");
  BOOST_TEST(test::files_in(folder / "far") == 2u);
}

BOOST_AUTO_TEST_CASE(keeps_the_permissions_of_the_file_that_it_replaces) {
  const test::TemporaryFolder folder;
  for (const auto mode : {0600, 0644, 0755}) {
    const auto path = folder.write("out", "before");
    BOOST_REQUIRE(::chmod(path.c_str(), static_cast<mode_t>(mode)) == 0);
    write_file(path, "after");
    BOOST_TEST(test::read_bytes(path) == "after");
    BOOST_TEST((fs::status(path).permissions() == fs::perms{static_cast<unsigned>(mode)}));
  }
}

BOOST_AUTO_TEST_CASE(reports_a_full_disk) {
  const auto fill = [](std::size_t size) { write_file("/dev/full", std::string(size, 'x')); };
  for (const std::size_t size : {1, 2'000'000}) {
    BOOST_CHECK_EXCEPTION(fill(size), IoError,
                          test::says("/dev/full: cannot write: No space left on device"));
  }
  BOOST_TEST(fs::is_character_file("/dev/full"));
}

BOOST_AUTO_TEST_CASE(is_written_straight_into_a_pipe) {
  const test::TemporaryFolder folder;
  const auto pipe = folder / "pipe";
  BOOST_REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  std::string received;
  std::thread reader([&] { received = test::read_bytes(pipe); });
  write_file(pipe, "through the pipe");
  reader.join();
  BOOST_TEST(received == "through the pipe");
  BOOST_TEST(fs::is_fifo(pipe));
}

// What /dev/stdout is: a link to an open pipe, which no path leads to.
BOOST_AUTO_TEST_CASE(is_written_straight_into_an_open_descriptor) {
  std::array<int, 2> ends{};
  BOOST_REQUIRE(::pipe(ends.data()) == 0);
  const FileDescriptor to_read(ends[0]);
  const FileDescriptor to_write(ends[1]);
  const test::TemporaryFolder folder;
  const auto descriptor = fmt::format("/dev/fd/{}", ends[1]);
  fs::create_symlink(descriptor, folder / "link");
  for (const fs::path& path : {fs::path(descriptor), folder / "link"}) {
    BOOST_CHECK_NO_THROW(check_writable(path));
    write_file(path, "text");
    std::array<char, 8> bytes{};
    BOOST_TEST(::read(ends[0], bytes.data(), bytes.size()) == 4);
    BOOST_TEST(bytes.data() == std::string("text"));
  }
}

BOOST_AUTO_TEST_CASE(and_its_check_refuse_the_same_targets) {
  const test::TemporaryFolder folder;
  fs::create_directory(folder / "sub");
  folder.write("file", "");
  fs::create_directory_symlink("sub", folder / "link");
  fs::create_symlink("loop", folder / "loop");
  fs::create_symlink("missing/out", folder / "nowhere");
  struct Case {
    fs::path path;
    std::string message;
  };
  const Case cases[] = {
      {"", "expected the name of an output file"},
      {folder / "sub", "is a folder"},
      {folder / "link", "is a folder"},
      {folder / "sub/", "expected the name of an output file"},
      {folder / "missing/out", "does not exist; create it first"},
      {folder / "file/out", "does not exist"},
      {folder / "nowhere", "does not exist"},
      {folder / "loop", "cannot follow the link"},
  };
  for (const auto& [path, message] : cases) {
    BOOST_TEST_CONTEXT(path) {
      BOOST_CHECK_EXCEPTION(OutputFile{path}, IoError, test::says(message));
      BOOST_CHECK_EXCEPTION(check_writable(path), IoError, test::says(message));
    }
  }
  BOOST_TEST(test::files_in(folder.path()) == 5u);
  BOOST_TEST(test::files_in(folder / "sub") == 0u);
}

BOOST_AUTO_TEST_CASE(is_refused_where_nobody_can_make_a_file) {
  BOOST_CHECK_EXCEPTION(OutputFile{"/proc/out"}, IoError,
                        test::says("/proc/out: cannot open for writing"));
  BOOST_CHECK_EXCEPTION(check_writable("/proc/out"), IoError,
                        test::says("/proc/out: cannot open for writing"));
}

BOOST_AUTO_TEST_CASE(is_refused_where_the_folder_is_read_only) {
  if (::geteuid() == 0) {
    BOOST_TEST_MESSAGE("skipped: root may write everywhere");
    return;
  }
  const test::TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms::owner_write, fs::perm_options::remove);
  BOOST_CHECK_EXCEPTION(OutputFile{folder / "out"}, IoError, test::says("Permission denied"));
  BOOST_CHECK_EXCEPTION(check_writable(folder / "out"), IoError, test::says("Permission denied"));
}

BOOST_AUTO_TEST_CASE(can_be_checked_without_leaving_a_trace) {
  const test::TemporaryFolder folder;
  const auto existing = folder.write("existing", "before");
  for (const fs::path& path : {existing, folder / "new", fs::path("-"), fs::path("/dev/full")}) {
    BOOST_CHECK_NO_THROW(check_writable(path));
  }
  BOOST_TEST(test::read_bytes(existing) == "before");
  BOOST_TEST(test::files_in(folder.path()) == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(temporary_file)

// Sets TMPDIR while it lives.
class TemporaryFiles {
 public:
  explicit TemporaryFiles(const fs::path& folder) {
    if (const char* before = std::getenv("TMPDIR")) before_ = before;
    ::setenv("TMPDIR", folder.c_str(), 1);
  }
  TemporaryFiles(const TemporaryFiles&) = delete;
  TemporaryFiles& operator=(const TemporaryFiles&) = delete;
  ~TemporaryFiles() { before_ ? ::setenv("TMPDIR", before_->c_str(), 1) : ::unsetenv("TMPDIR"); }

 private:
  std::optional<std::string> before_;
};

BOOST_AUTO_TEST_CASE(has_no_name) {
  const test::TemporaryFolder folder;
  const TemporaryFiles here(folder.path());
  const auto fd = open_temporary_file();
  BOOST_TEST(test::files_in(folder.path()) == 0u);
  write_all(fd.get(), "text", "temporary file");
  std::array<char, 8> bytes{};
  BOOST_TEST(::pread(fd.get(), bytes.data(), bytes.size(), 0) == 4);
  BOOST_TEST(bytes.data() == std::string("text"));
}

BOOST_AUTO_TEST_CASE(needs_a_folder) {
  const test::TemporaryFolder folder;
  const TemporaryFiles nowhere(folder / "missing");
  BOOST_CHECK_EXCEPTION(open_temporary_file(), IoError, test::says("TMPDIR"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
