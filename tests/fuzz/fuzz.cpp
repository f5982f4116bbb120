#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <cstdint>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WORDKIN_METERS_MEMORY
#include <sanitizer/allocator_interface.h>
#endif
#endif

#include "common/output.h"
#include "common/parallel.h"

namespace wordkin::fuzz {
namespace {

// Of this thread: `run` gives a target no other.
thread_local std::ptrdiff_t allocated = 0;
thread_local std::ptrdiff_t most_allocated = 0;

#ifdef WORDKIN_METERS_MEMORY
void on_malloc(const volatile void*, std::size_t size) {
  allocated += static_cast<std::ptrdiff_t>(size);
  most_allocated = std::max(most_allocated, allocated);
}

void on_free(const volatile void* memory) {
  const auto* freed = const_cast<const void*>(memory);
  allocated -= static_cast<std::ptrdiff_t>(__sanitizer_get_allocated_size(freed));
}

[[maybe_unused]] const int installed =
    __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
#endif

std::filesystem::path path_of(const FileDescriptor& fd) {
  return fmt::format("/proc/self/fd/{}", fd.get());
}

// A pipe that holds a MiB, to be written by its path.
class Pipe {
 public:
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
    from_ = FileDescriptor(ends[0]);
    to_ = FileDescriptor(ends[1]);
    ::fcntl(to_.get(), F_SETPIPE_SZ, 1 << 20);
    path_ = path_of(to_);
  }
  const std::filesystem::path& path() const { return path_; }

  // All that is in it.
  std::string take() const {
    int size = 0;
    ::ioctl(from_.get(), FIONREAD, &size);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    check(::read(from_.get(), bytes.data(), size > 0 ? bytes.size() : 0) == size, "a pipe is read");
    return bytes;
  }

 private:
  FileDescriptor from_;
  FileDescriptor to_;
  std::filesystem::path path_;
};

template <class Kind>
bool is(const Error& error) {
  return dynamic_cast<const Kind*>(&error) != nullptr;
}

}  // namespace

std::vector<Target>& targets() {
  static std::vector<Target> targets;
  return targets;
}

void run(const Target& target, std::string_view bytes) {
  constexpr std::string_view kMagics[] = {"\x1f\x8b", "BZh", "\xfd\x37zXZ", "\x28\xb5\x2f\xfd"};
  const bool compressed = std::ranges::any_of(kMagics, [&](std::string_view magic) {
    return bytes.substr(0, 1 + magic.size()).find(magic) != bytes.npos;
  });
  if (!target.decompresses && compressed) return;
  with_threads(1, [&] { target.run(bytes); });  // others would be waited for
}

void check(bool kept, const char* promise) {
  if (!kept) throw BrokenPromise(fmt::format("broken promise: {}", promise));
}

MemoryFile::MemoryFile(std::string_view bytes)
    : fd_(::memfd_create("fuzz", MFD_CLOEXEC)), path_(path_of(fd_)) {
  write_all(fd_.get(), bytes, path_);
}

std::string written(const std::function<void(const std::filesystem::path&)>& write) {
  static const Pipe pipe;
  pipe.take();  // what came before a write that failed
  write(pipe.path());
  return pipe.take();
}

MemoryMeter::MemoryMeter() : before_(allocated) { most_allocated = before_; }

std::size_t MemoryMeter::peak() const {
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, most_allocated - before_));
}

void check_refusal(const Error& error) {
  constexpr std::size_t kLongest = 1000;
  const std::string_view message = error.what();
  const auto is_control = [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; };
  const bool documented = is<FormatError>(error) || is<IoError>(error) || is<UsageError>(error) ||
                          is<NumericError>(error);
  if (documented && !message.empty() && message.size() <= kLongest &&
      std::ranges::none_of(message, is_control)) {
    return;
  }
  throw BrokenPromise(fmt::format("broken promise: a refusal is a short line, found '{}'",
                                  message.substr(0, 2 * kLongest)));
}

}  // namespace wordkin::fuzz
