#include "common/input.h"

#include <array>
#include <thread>
#include <utility>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fcntl.h>
#include <sys/stat.h>

#include "common/error.h"
#include "common/file_descriptor.h"
#include "common/output.h"
#include "common/random.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

namespace fs = std::filesystem;

std::string read_all(Input input, std::size_t piece = 4096) {
  std::string text;
  std::string buffer(piece, '\0');
  std::size_t got = 0;
  do {
    got = input.read(buffer);
    text.append(buffer, 0, got);
  } while (got == piece);
  BOOST_TEST(input.read(buffer) == 0u);
  return text;
}

std::string read_all(const fs::path& path, std::size_t piece = 4096) {
  return read_all(Input(path), piece);
}

std::string words(std::size_t count) {
  auto random = stream(1, "input test", 0);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "word" + std::to_string(random.below(500)) + ' ';
  return text;
}

// Makes `path` standard input while it lives.
class StandardInput {
 public:
  explicit StandardInput(const fs::path& path) : before_(::dup(STDIN_FILENO)) {
    const FileDescriptor fd(::open(path.c_str(), O_RDONLY));
    ::dup2(fd.get(), STDIN_FILENO);
  }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;
  ~StandardInput() { ::dup2(before_.get(), STDIN_FILENO); }

 private:
  FileDescriptor before_;
};

// Writes `bytes` one at a time into a pipe of this name while it lives.
class Pipe {
 public:
  Pipe(fs::path path, std::string bytes) : path_(std::move(path)) {
    BOOST_REQUIRE(::mkfifo(path_.c_str(), 0600) == 0);
    writer_ = std::thread([this, bytes = std::move(bytes)] {
      const FileDescriptor fd(::open(path_.c_str(), O_WRONLY));
      for (const char byte : bytes) write_all(fd.get(), {&byte, 1}, path_);
    });
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() { writer_.join(); }

 private:
  fs::path path_;
  std::thread writer_;
};

const auto kPrograms =
    boost::unit_test::data::make(std::vector<std::string>{"gzip", "bzip2", "xz", "zstd"});

BOOST_AUTO_TEST_SUITE(input)

BOOST_AUTO_TEST_CASE(reads_a_plain_file_as_it_is_in_pieces_of_any_size) {
  const test::TemporaryFolder folder;
  const std::string contents[] = {
      "", "x", "\x1f", "BZ", "BZh in a text", "BZh91 Ah", words(1000), std::string(5000, '\0')};
  for (const auto& text : contents) {
    const auto path = folder.write("plain", text);
    for (const std::size_t piece : {1, 2, 7, 4096, 1'000'000}) {
      BOOST_TEST((read_all(path, piece) == text));
    }
  }
}

BOOST_AUTO_TEST_CASE(fills_the_buffer_as_long_as_there_are_bytes) {
  const test::TemporaryFolder folder;
  Input input(folder.write("plain", "0123456789"));
  std::array<char, 4> buffer{};
  BOOST_TEST(input.read(buffer) == 4u);
  BOOST_TEST(input.read(buffer) == 4u);
  BOOST_TEST(input.read(buffer) == 2u);
  BOOST_TEST(input.read(buffer) == 0u);
  BOOST_TEST(input.consumed() == 10u);
}

BOOST_AUTO_TEST_CASE(can_be_moved) {
  const test::TemporaryFolder folder;
  Input input(folder.write("plain", "0123456789"));
  std::array<char, 4> buffer{};
  input.read(buffer);
  BOOST_TEST(read_all(std::move(input)) == "456789");
}

BOOST_AUTO_TEST_CASE(names_what_it_cannot_open) {
  const test::TemporaryFolder folder;
  const auto missing = folder / "missing.txt";
  const auto reason = missing.string() + ": cannot open for reading: No such file or directory";
  BOOST_CHECK_EXCEPTION(Input{missing}, IoError, test::says(reason));
  BOOST_CHECK_EXCEPTION(input_size(missing), IoError, test::says(reason));
  BOOST_CHECK_EXCEPTION(FileContents{missing}, IoError, test::says(reason));
  const auto is_folder = folder.path().string() + ": is a folder, expected a file";
  BOOST_CHECK_EXCEPTION(Input{folder.path()}, IoError, test::says(is_folder));
  BOOST_CHECK_EXCEPTION(input_size(folder.path()), IoError, test::says(is_folder));
  BOOST_CHECK_EXCEPTION(FileContents{folder.path()}, IoError, test::says(is_folder));
}

BOOST_AUTO_TEST_CASE(reads_standard_input) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("plain", "from standard input");
  const StandardInput redirected(path);
  Input input("-");
  BOOST_TEST(input.name() == "standard input");
  BOOST_TEST(read_all(std::move(input)) == "from standard input");
  BOOST_TEST(input_size("-") == 0u);
}

BOOST_AUTO_TEST_CASE(reads_a_pipe) {
  const test::TemporaryFolder folder;
  const Pipe pipe(folder / "pipe", "byte by byte");
  BOOST_TEST(input_size(folder / "pipe") == 0u);
  BOOST_TEST(read_all(folder / "pipe") == "byte by byte");
}

BOOST_AUTO_TEST_CASE(knows_the_size_of_a_file) {
  const test::TemporaryFolder folder;
  BOOST_TEST(input_size(folder.write("empty", "")) == 0u);
  BOOST_TEST(input_size(folder.write("ten", "0123456789")) == 10u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(compressed_input)

// What is shorter than this is not yet taken for compressed.
constexpr std::size_t kLongestMagic = 6;

BOOST_DATA_TEST_CASE(comes_out_decompressed, kPrograms, program) {
  const test::TemporaryFolder folder;
  for (const std::size_t count : {0, 1, 100, 100'000}) {
    const auto path = folder / std::to_string(count);
    const auto text = words(count);
    if (!test::append_compressed(path, program, text)) return;
    for (const std::size_t piece : {7, 4096, 10'000'000}) {
      BOOST_TEST((read_all(path, piece) == text));
    }
  }
}

BOOST_DATA_TEST_CASE(may_consist_of_several_streams, kPrograms, program) {
  const test::TemporaryFolder folder;
  const auto path = folder / "streams";
  const auto text = words(30'000);
  for (const auto* piece : {"first ", "", text.c_str(), "", "last"}) {
    if (!test::append_compressed(path, program, piece)) return;
  }
  BOOST_TEST((read_all(path) == "first " + text + "last"));
}

BOOST_AUTO_TEST_CASE(may_have_the_long_windows_of_zstd) {
  const test::TemporaryFolder folder;
  const auto text = words(1000);
  const auto path = folder / "long";
  if (!test::append_compressed(path, "zstd --long=28", text)) return;
  BOOST_TEST((read_all(path) == text));
}

BOOST_DATA_TEST_CASE(counts_the_bytes_it_takes_from_the_file, kPrograms, program) {
  const test::TemporaryFolder folder;
  const auto path = folder / "file";
  if (!test::append_compressed(path, program, words(50'000))) return;
  Input input(path);
  std::string buffer(1'000'000, '\0');
  input.read(buffer);
  BOOST_TEST(input.consumed() == fs::file_size(path));
  BOOST_TEST(input.name() == path.string());
}

BOOST_DATA_TEST_CASE(can_come_through_a_pipe, kPrograms, program) {
  const test::TemporaryFolder folder;
  const auto text = words(1000);
  if (!test::append_compressed(folder / "file", program, text)) return;
  const Pipe pipe(folder / "pipe", test::read_bytes(folder / "file"));
  BOOST_TEST((read_all(folder / "pipe") == text));
}

BOOST_DATA_TEST_CASE(cut_short_anywhere_is_noticed, kPrograms, program) {
  const test::TemporaryFolder folder;
  if (!test::append_compressed(folder / "whole", program, words(100))) return;
  const auto bytes = test::read_bytes(folder / "whole");
  for (std::size_t size = kLongestMagic; size < bytes.size(); ++size) {
    BOOST_TEST_CONTEXT(size << " bytes of " << bytes.size()) {
      const auto path = folder.write("cut", bytes.substr(0, size));
      BOOST_CHECK_EXCEPTION(read_all(path), FormatError,
                            test::says("cut: the compressed data is damaged or cut short"));
    }
  }
}

BOOST_DATA_TEST_CASE(cut_short_after_megabytes_is_noticed, kPrograms, program) {
  const test::TemporaryFolder folder;
  if (!test::append_compressed(folder / "whole", program, words(200'000))) return;
  const auto bytes = test::read_bytes(folder / "whole");
  for (const auto size : {bytes.size() / 3, bytes.size() / 2, bytes.size() - 1}) {
    const auto path = folder.write("cut", bytes.substr(0, size));
    BOOST_CHECK_THROW(read_all(path, 1 << 20), FormatError);
  }
}

BOOST_DATA_TEST_CASE(cut_short_in_its_second_stream_is_noticed, kPrograms, program) {
  const test::TemporaryFolder folder;
  if (!test::append_compressed(folder / "first", program, words(100))) return;
  const auto bytes = test::read_bytes(folder / "first");
  for (std::size_t size = kLongestMagic; size < bytes.size(); size += 5) {
    const auto path = folder.write("cut", bytes + bytes.substr(0, size));
    BOOST_CHECK_THROW(read_all(path), FormatError);
  }
}

BOOST_DATA_TEST_CASE(with_other_bytes_at_its_end_is_refused, kPrograms, program) {
  const test::TemporaryFolder folder;
  if (!test::append_compressed(folder / "whole", program, words(100))) return;
  const auto path = folder.write("longer", test::read_bytes(folder / "whole") + "more bytes");
  BOOST_CHECK_THROW(read_all(path), FormatError);
}

// Some bytes, such as the date in gzip's header, mean nothing for the text.
BOOST_DATA_TEST_CASE(with_a_damaged_byte_never_gives_another_text, kPrograms, program) {
  const test::TemporaryFolder folder;
  const auto text = words(100);
  if (!test::append_compressed(folder / "whole", program, text)) return;
  const auto bytes = test::read_bytes(folder / "whole");
  std::size_t refused = 0;
  for (std::size_t i = kLongestMagic; i < bytes.size(); ++i) {
    auto damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << i % 8));
    BOOST_TEST_CONTEXT("byte " << i << " of " << bytes.size()) {
      try {
        BOOST_TEST((read_all(folder.write("damaged", damaged)) == text));
      } catch (const FormatError&) {
        ++refused;
      }
    }
  }
  BOOST_TEST(refused > bytes.size() * 8 / 10);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(file_contents)

std::string bytes_of(const FileContents& contents) {
  return {contents.bytes().begin(), contents.bytes().end()};
}

BOOST_AUTO_TEST_CASE(are_all_bytes_of_a_plain_file) {
  const test::TemporaryFolder folder;
  constexpr std::size_t kLeastMapped = std::size_t{1} << 16;
  for (const auto& text : {std::string(), std::string("x"), std::string(kLeastMapped - 1, 'x'),
                           std::string(kLeastMapped, 'x'), words(100'000)}) {
    const auto path = folder.write("plain", text);
    const FileContents contents(path);
    BOOST_TEST((bytes_of(contents) == text));
    BOOST_TEST(contents.name() == path.string());
  }
}

BOOST_AUTO_TEST_CASE(outlive_the_file_and_a_move) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("plain", "some text");
  FileContents contents(path);
  fs::remove(path);
  const auto moved = std::move(contents);
  BOOST_TEST(bytes_of(moved) == "some text");
}

BOOST_DATA_TEST_CASE(are_decompressed, kPrograms, program) {
  const test::TemporaryFolder folder;
  const auto text = words(300'000);
  if (!test::append_compressed(folder / "file", program, text)) return;
  FileContents contents(folder / "file");
  const auto moved = std::move(contents);
  BOOST_TEST((bytes_of(moved) == text));
}

BOOST_AUTO_TEST_CASE(can_come_from_standard_input_and_from_pipes) {
  const test::TemporaryFolder folder;
  const StandardInput redirected(folder.write("plain", "from standard input"));
  BOOST_TEST(bytes_of(FileContents("-")) == "from standard input");
  const Pipe pipe(folder / "pipe", "byte by byte");
  BOOST_TEST(bytes_of(FileContents(folder / "pipe")) == "byte by byte");
}

BOOST_AUTO_TEST_CASE(are_text_without_a_byte_order_mark) {
  const test::TemporaryFolder folder;
  const FileContents marked(folder.write("marked", "\xef\xbb\xbftext\n"));
  BOOST_TEST(text_of(marked) == "text\n");
  const FileContents plain(folder.write("plain", "text"));
  BOOST_TEST(text_of(plain) == "text");
  const FileContents binary(folder.write("binary", std::string_view("a\nb\0c", 5)));
  BOOST_CHECK_EXCEPTION(text_of(binary), FormatError,
                        test::says("binary: line 2: found UTF-16 or a NUL byte"));
  const FileContents utf16(folder.write("utf16", "\xff\xfe a"));
  BOOST_CHECK_EXCEPTION(text_of(utf16), FormatError, test::says("utf16: line 1"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
