#pragma once

// What all fuzz targets share.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "common/error.h"
#include "common/file_descriptor.h"
#include "tests/support/with_checksum.h"

namespace wordkin::fuzz {

// A reader to be fed with hostile bytes.
struct Target {
  std::string_view name;
  void (*run)(std::string_view bytes);  // throws where the reader breaks a promise
  std::vector<std::string> (*seeds)();  // small files that are whole, to start from
  bool decompresses =
      false;  // or compressed bytes, which may hold any amount of text, are left out
};

// Runs the target on the bytes.
void run(const Target& target, std::string_view bytes);

// The targets that are linked into this program.
std::vector<Target>& targets();

struct Registration {
  explicit Registration(const Target& target) { targets().push_back(target); }
};

// What is thrown where a promise is broken.
class BrokenPromise : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

void check(bool kept, const char* promise);

// One in so many inputs gets the checks that take long, too. A fuzzer, which tries millions, sets
// it.
inline std::size_t one_in = 1;
inline bool gets_long_checks(std::string_view bytes) {
  return std::hash<std::string_view>{}(bytes) % one_in == 0;
}

using test::with_checksum;

// A file in memory, which has a path as long as this lives.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes);
  const std::filesystem::path& path() const { return path_; }

 private:
  FileDescriptor fd_;
  std::filesystem::path path_;
};

// The bytes, at most a MiB of them, that `write` writes to the path that it is given: a pipe's,
// because files are synced to disk.
std::string written(const std::function<void(const std::filesystem::path&)>& write);

// What a reader may have allocated at any time for a file of so many bytes.
struct MemoryLimit {
  std::size_t constant = std::size_t{8} << 20;
  std::size_t per_byte = 100;
};

// Tells, where there is the address sanitizer, how much memory was allocated at most since it was
// made.
class MemoryMeter {
 public:
  MemoryMeter();
  std::size_t peak() const;

 private:
  std::ptrdiff_t before_;
};

// Checks that the error is of a documented kind and its message a line of a reasonable length.
void check_refusal(const Error& error);

// What `read` returns; nothing where it refuses the file, of so many bytes, as documented.
template <class Read>
std::optional<std::invoke_result_t<Read&>> accepted(std::size_t size, Read&& read,
                                                    const MemoryLimit& limit = {}) {
  std::optional<std::invoke_result_t<Read&>> result;
  const MemoryMeter meter;
  try {
    result.emplace(read());
  } catch (const Error& error) {
    check_refusal(error);
  }
  check(meter.peak() <= limit.constant + limit.per_byte * size,
        "memory is bounded by the size of the file");
  return result;
}

}  // namespace wordkin::fuzz
