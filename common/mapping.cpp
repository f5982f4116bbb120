#include "common/mapping.h"

#include <sys/mman.h>
#include <unistd.h>

#include "common/error.h"

namespace wordkin {
namespace {

std::span<std::byte> map(std::size_t size, int protection, int flags, int fd) {
  if (size == 0) return {};
  void* memory = ::mmap(nullptr, size, protection, flags, fd, 0);
  if (memory == MAP_FAILED) return {};
  return {static_cast<std::byte*>(memory), size};
}

std::span<std::byte> map_file(int fd, std::size_t size, int protection, int flags,
                              const std::filesystem::path& path) {
  const auto bytes = map(size, protection, flags, fd);
  if (bytes.size() != size) throw io_error(path, "map into memory");
  return bytes;
}

}  // namespace

Mapping::~Mapping() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
}

Mapping Mapping::reserve(std::size_t size) {
  const auto bytes =
      map(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
  // Large pages, so that writing it all faults seldom; only a hint.
  if (!bytes.empty()) ::madvise(bytes.data(), bytes.size(), MADV_HUGEPAGE);
  return Mapping(bytes);
}

Mapping Mapping::of_file(int fd, std::size_t size, const std::filesystem::path& path) {
  return Mapping(map_file(fd, size, PROT_READ, MAP_PRIVATE, path));
}

Mapping Mapping::of_writable_file(int fd, std::size_t size, const std::filesystem::path& path) {
  return Mapping(map_file(fd, size, PROT_READ | PROT_WRITE, MAP_SHARED, path));
}

void Mapping::shrink(std::size_t size) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto keep = (size + page - 1) / page * page;
  if (keep >= bytes_.size()) return;
  ::munmap(bytes_.data() + keep, bytes_.size() - keep);
  bytes_ = bytes_.first(keep);
}

}  // namespace wordkin
