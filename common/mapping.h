#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <utility>

namespace wordkin {

// A region of memory from mmap(2), unmapped by its destructor.
class Mapping {
 public:
  Mapping() = default;
  Mapping(Mapping&& other) noexcept
      : bytes_(std::exchange(other.bytes_, {})), of_file_(other.of_file_) {}
  Mapping& operator=(Mapping&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(of_file_, other.of_file_);
    return *this;
  }
  ~Mapping();

  // `size` bytes of address space that take up memory only as they are written. Empty when the
  // system refuses.
  static Mapping reserve(std::size_t size);
  // The first `size` bytes of the open file `fd`, shared with the file when `writable`; `path` is
  // for the IoError.
  static Mapping of_file(int fd, std::size_t size, const std::filesystem::path& path);
  static Mapping of_writable_file(int fd, std::size_t size, const std::filesystem::path& path);

  // Gives back all whole pages after the first `size` bytes.
  void shrink(std::size_t size);

  bool is_file() const { return of_file_; }
  // Takes the pages of these bytes, but for one that goes on, out of the process's memory, if they
  // are a file's: they stay in the file, and come back when they are read.
  void drop_pages(std::size_t offset, std::size_t size) const;

  std::byte* data() const { return bytes_.data(); }
  std::size_t size() const { return bytes_.size(); }

 private:
  enum class Of { kMemory, kFile };

  Mapping(std::span<std::byte> bytes, Of of) : bytes_(bytes), of_file_(of == Of::kFile) {}

  std::span<std::byte> bytes_;
  bool of_file_ = false;
};

}  // namespace wordkin
