#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "common/file_descriptor.h"
#include "common/hash.h"

namespace wordkin {

// Standard output is a pipe that nobody reads any more.
class ClosedOutput : public IoError {
 public:
  ClosedOutput() : IoError("standard output: nobody reads it any more") {}
};

// A file that appears under its name whole or not at all. Bytes go to a nameless file in the
// target's folder; commit() syncs it and renames it over the target. Without commit() it is gone,
// however the process ends, and what was there before stays. Where a file system has no nameless
// files, a temporary name stands in, which the destructor removes. A target that is no regular file
// (/dev/stdout, a pipe) is written to directly, and so is standard output for the path "-".
class OutputFile {
 public:
  // Throws IoError when the target's folder does not exist or cannot be written to, or when the
  // target is a folder.
  explicit OutputFile(const std::filesystem::path& path);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  // Appends; throws IoError when the disk is full and on any other failure.
  void write(std::string_view bytes);
  // Appends the bytes of the values as they lie in memory.
  template <class T>
  void write_values(std::span<const T> values) {
    write({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
  }

  // Of what is written from now on.
  void begin_checksum() { checksum_.emplace(); }
  // Needs begin_checksum().
  std::uint64_t checksum() const { return checksum_->value(); }

  // Makes the file appear. Call it once, last.
  void commit();

  std::uint64_t bytes_written() const { return bytes_written_; }

 private:
  void flush();
  void write_through(std::string_view bytes);

  std::filesystem::path target_;
  bool replaces_;                    // or the target is written to directly
  std::filesystem::path temporary_;  // the name of the file until it has its own, if it has one
  FileDescriptor fd_;
  std::vector<char> buffer_;
  std::uint64_t bytes_written_ = 0;
  std::optional<Checksum> checksum_;
};

// Throws what OutputFile would throw for this path, and leaves nothing behind: for finding out
// before hours of work, not after.
void check_writable(const std::filesystem::path& path);

// TMPDIR, or /tmp. Throws IoError when it is no folder.
std::filesystem::path temporary_folder();

// A nameless file, for reading and writing, gone when closed; by default in
// temporary_folder().
FileDescriptor open_temporary_file(const std::filesystem::path& folder = {});

// Writes all of `bytes`; `path` is for the IoError.
void write_all(int fd, std::string_view bytes, const std::filesystem::path& path);

}  // namespace wordkin
