#include "common/spill_store.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "common/error.h"
#include "common/output.h"

namespace wordkin {
namespace {

// The system holds what one call writes in one piece, and maps all of it when a byte is read.
constexpr std::size_t kPiece = std::size_t{1} << 16;

}  // namespace

SpillStore::SpillStore(std::uint64_t memory, std::string_view what, std::filesystem::path folder)
    : folder_(std::move(folder)),
      file_name_(folder_.empty()
                     ? fmt::format("temporary file for {} (set TMPDIR)", what)
                     : fmt::format("temporary file for {} in {}", what, folder_.string())),
      memory_(Mapping::reserve(memory)) {}

void SpillStore::append_bytes(std::string_view bytes) {
  if (bytes.empty()) return;
  if (in_memory() && size_ + bytes.size() > memory_.size()) spill();
  if (in_memory()) {
    std::memcpy(memory_.data() + size_, bytes.data(), bytes.size());
  } else {
    write(bytes);
  }
  size_ += bytes.size();
}

void SpillStore::write(std::string_view bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kPiece, bytes.size()))) {
    write_all(file_.get(), bytes.substr(0, kPiece), file_name_);
  }
}

void SpillStore::spill() {
  if (!in_memory()) return;
  file_ = open_temporary_file(folder_);
  write({reinterpret_cast<const char*>(memory_.data()), size_});
  memory_ = {};
}

void SpillStore::read_bytes(std::size_t offset, std::span<char> bytes) const {
  if (in_memory()) {
    if (!bytes.empty()) std::memcpy(bytes.data(), memory_.data() + offset, bytes.size());
    return;
  }
  while (!bytes.empty()) {
    const auto size = ::pread(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (size < 0) {
      if (errno == EINTR) continue;
      throw io_error(file_name_, "read");
    }
    if (size == 0) {
      throw IoError(fmt::format("{}: is shorter than what was written", file_name_.string()));
    }
    offset += static_cast<std::size_t>(size);
    bytes = bytes.subspan(static_cast<std::size_t>(size));
  }
}

Mapping SpillStore::release() {
  if (file_) {
    memory_ = Mapping::of_writable_file(file_.get(), size_, file_name_);
    file_ = {};
  }
  size_ = 0;
  return std::move(memory_);
}

}  // namespace wordkin
