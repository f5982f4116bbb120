#include "common/mapping.h"

#include <algorithm>

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
  return {bytes, Of::kMemory};
}

Mapping Mapping::of_file(int fd, std::size_t size, const std::filesystem::path& path) {
  return {map_file(fd, size, PROT_READ, MAP_PRIVATE, path), Of::kFile};
}

Mapping Mapping::of_writable_file(int fd, std::size_t size, const std::filesystem::path& path) {
  return {map_file(fd, size, PROT_READ | PROT_WRITE, MAP_SHARED, path), Of::kFile};
}

void Mapping::drop_pages(std::size_t offset, std::size_t size) const {
  if (!of_file_) return;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = offset / page * page;
  const auto end = std::min(offset + size, bytes_.size()) / page * page;
  if (begin < end) ::madvise(bytes_.data() + begin, end - begin, MADV_DONTNEED);
}

void Mapping::shrink(std::size_t size) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto keep = (size + page - 1) / page * page;
  if (keep >= bytes_.size()) return;
  ::munmap(bytes_.data() + keep, bytes_.size() - keep);
  bytes_ = bytes_.first(keep);
}

}  // namespace wordkin
