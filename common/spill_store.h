#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "common/file_descriptor.h"
#include "common/mapping.h"

namespace wordkin {

// Collects bytes whose number is not known beforehand: in memory up to a budget, from then on in a
// temporary file.
class SpillStore {
 public:
  // `memory` in bytes; `what` is stored, for messages; `folder` is that of the temporary file, by
  // default TMPDIR.
  SpillStore(std::uint64_t memory, std::string_view what, std::filesystem::path folder = {});

  // Throws IoError when the temporary file cannot be written.
  template <class T>
  void append(std::span<const T> values) {
    append_bytes({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
  }
  std::size_t size() const { return size_; }  // in bytes
  bool in_memory() const { return !file_; }
  // Goes on in a temporary file, whatever the budget, unless it is there already.
  void spill();

  // Copies values that were appended at this offset in bytes. Thread-safe. Throws IoError.
  template <class T>
  void read(std::size_t offset, std::span<T> values) const {
    read_bytes(offset, {reinterpret_cast<char*>(values.data()), values.size_bytes()});
  }

  // The bytes, for changing in place. The store is empty afterwards.
  Mapping release();

 private:
  void append_bytes(std::string_view bytes);
  void write(std::string_view bytes);
  void read_bytes(std::size_t offset, std::span<char> bytes) const;

  std::filesystem::path folder_;
  std::filesystem::path file_name_;  // for messages
  Mapping memory_;
  FileDescriptor file_;
  std::size_t size_ = 0;
};

}  // namespace wordkin
