#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/mapping.h"

namespace wordkin {

// The bytes of a file, a pipe or, for the path "-", standard input, from first to last. What is
// compressed with gzip, bzip2, xz or zstd (told by its first bytes) comes out decompressed.
// Not thread-safe.
class Input {
 public:
  // Throws IoError when the file cannot be opened or is a folder.
  explicit Input(const std::filesystem::path& path);
  Input(Input&&) noexcept;
  Input& operator=(Input&&) noexcept;
  ~Input();

  // Fills `buffer` as far as there are bytes; fewer than asked for, or 0, only at the end.
  // Throws IoError, and FormatError for compressed data that is damaged or cut short.
  std::size_t read(std::span<char> buffer);
  // The same, but takes what is there without waiting for more; 0 only at the end.
  std::size_t read_some(std::span<char> buffer);

  // The path, or "standard input": what error messages call it.
  const std::string& name() const;
  // Bytes taken from the file so far, before decompression.
  std::uint64_t consumed() const;

 private:
  struct Source;
  std::unique_ptr<Source> source_;
};

// The size of a regular file in bytes; 0 for anything whose size is not known beforehand ("-",
// pipes). Throws IoError when `path` does not exist or is a folder.
std::uint64_t input_size(const std::filesystem::path& path);

// All bytes of an Input at once: mapped when it is a plain file and not small, read otherwise. A
// mapped file must not be truncated by others while this object lives.
class FileContents {
 public:
  explicit FileContents(const std::filesystem::path& path);

  std::span<const char> bytes() const { return bytes_; }
  // Takes some of these bytes out of the process's memory where they are mapped; they come back
  // when they are read again.
  void drop(std::span<const char> bytes) const;
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  Mapping mapping_;
  std::vector<char> buffer_;
  std::span<const char> bytes_;
};

// The bytes of a text file, without a byte-order mark. Throws FormatError, with the line, for
// UTF-16 and for NUL bytes.
std::string_view text_of(const FileContents& file);

}  // namespace wordkin
