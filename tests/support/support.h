#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>
#include <unistd.h>

#include "common/hash.h"
#include "common/output.h"

namespace wordkin::test {

// A folder that is removed at the end of the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    auto name = (std::filesystem::temp_directory_path() / "wordkin-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  // Writes `bytes` to a new file in the folder and returns its path. (Some file systems write to
  // disk at once what replaces the content of a file.)
  std::filesystem::path write(std::string_view name, std::string_view bytes) const {
    std::filesystem::remove(path_ / name);
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

inline std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::uint64_t checksum(std::string_view text) {
  Fnv1a hash;
  hash.add(text);
  return hash.value();
}

inline std::size_t files_in(const std::filesystem::path& folder) {
  const std::filesystem::directory_iterator files(folder);
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

// The bytes that `write` writes to a file.
inline std::string written(const std::function<void(OutputFile&)>& write) {
  const TemporaryFolder folder;
  OutputFile file(folder / "file");
  write(file);
  file.commit();
  return read_bytes(folder / "file");
}

// Runs a shell command and returns whether it succeeded.
inline bool shell(const std::string& command) { return std::system(command.c_str()) == 0; }

// Appends what `program` (gzip, bzip2, xz or zstd, with options or without) compresses `text` to,
// as a stream of its own. False where it is not installed; the test then says that it was skipped.
inline bool append_compressed(const std::filesystem::path& path, const std::string& program,
                              std::string_view text) {
  if (!shell("command -v " + program.substr(0, program.find(' ')) + " > /dev/null")) {
    BOOST_TEST_MESSAGE("skipped: " << program << " is not installed");
    return false;
  }
  const TemporaryFolder folder;
  const auto plain = folder.write("plain", text);
  BOOST_REQUIRE(shell(program + " -1 -c < '" + plain.string() + "' >> '" + path.string() + "'"));
  return true;
}

// For BOOST_CHECK_EXCEPTION: whether the message holds `text`.
inline std::function<bool(const std::exception&)> says(std::string text) {
  return [text = std::move(text)](const std::exception& error) {
    const bool found = std::string_view(error.what()).find(text) != std::string_view::npos;
    if (!found) BOOST_TEST_MESSAGE("the message is: " << error.what());
    return found;
  };
}

// The folder of real data that WORDKIN_DATA names, if any. A test that needs it says that it was
// skipped where it is absent.
inline std::optional<std::filesystem::path> real_data() {
  const char* folder = std::getenv("WORDKIN_DATA");
  if (folder == nullptr || *folder == '\0') {
    BOOST_TEST_MESSAGE("skipped: WORDKIN_DATA is not set");
    return std::nullopt;
  }
  return folder;
}

}  // namespace wordkin::test
