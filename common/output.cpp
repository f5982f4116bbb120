#include "common/output.h"

#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"

namespace wordkin {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferSize = std::size_t{1} << 20;

bool is_standard_output(const fs::path& path) { return path == "-"; }

fs::path name_of_output(const fs::path& path) {
  return is_standard_output(path) ? fs::path("standard output") : path;
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// Where the bytes end up: the path behind symbolic links, so that renaming replaces the file and
// not the link. Throws IoError when nothing can be written there.
fs::path resolve_target(const fs::path& path) {
  if (is_standard_output(path)) return path;
  if (path.empty() || !path.has_filename()) {
    throw IoError(fmt::format("'{}': expected the name of an output file", path.string()));
  }
  std::error_code error;
  const auto status = fs::status(path, error);
  if (fs::is_directory(status)) {
    throw IoError(
        fmt::format("{}: is a folder, expected the name of an output file", path.string()));
  }
  if (error == std::errc::too_many_symbolic_link_levels) {
    throw io_error(path, "follow the link", error.value());
  }
  auto target = path;
  const bool is_special = fs::exists(status) && !fs::is_regular_file(status);  // /dev/stdout
  // By hand, because weakly_canonical() does not follow a link to a file that is yet to be made.
  while (!is_special && fs::is_symlink(fs::symlink_status(target, error))) {
    target = folder_of(target) / fs::read_symlink(target, error);
    if (error) throw io_error(path, "follow the link", error.value());
  }
  const auto folder = folder_of(target);
  if (!fs::is_directory(folder, error)) {
    throw IoError(fmt::format("{}: cannot write: the folder {} does not exist; create it first",
                              path.string(), folder.string()));
  }
  return target;
}

bool is_replaceable(const fs::path& target) {
  if (is_standard_output(target)) return false;
  std::error_code error;
  const auto status = fs::status(target, error);
  return !fs::exists(status) || fs::is_regular_file(status);
}

// Gives the file the permissions of the one that it is about to replace, as far as the file system
// lets.
void keep_permissions(int fd, const fs::path& replaced) {
  struct stat status {};
  if (::stat(replaced.c_str(), &status) != 0) return;
  [[maybe_unused]] const int ignored = ::fchmod(fd, status.st_mode & 0777);
}

// Calls make(name) with names in `folder` until one is free; errno is EEXIST while it is not.
template <class F>
fs::path with_free_name(const fs::path& folder, F&& make) {
  for (int attempt = 0;; ++attempt) {
    auto name = folder / fmt::format(".wordkin-{}-{}.tmp", ::getpid(), attempt);
    if (make(name) || errno != EEXIST) return name;
  }
}

// Of fsync and the like.
void check_synced(int result, const fs::path& path) {
  // Some file systems cannot sync what they hold; the bytes were written all the same.
  if (result != 0 && errno != EINVAL && errno != EROFS) throw io_error(path, "write to disk");
}

}  // namespace

OutputFile::OutputFile(const fs::path& path)
    : target_(resolve_target(path)), replaces_(is_replaceable(target_)) {
  const auto folder = folder_of(target_);
  if (is_standard_output(target_)) {
    fd_ = FileDescriptor(::dup(STDOUT_FILENO));
  } else if (!replaces_) {
    fd_ = FileDescriptor(::open(target_.c_str(), O_WRONLY | O_CLOEXEC));
  } else {
    // Without a name until it is complete, so that nothing is left behind however the process ends.
    fd_ = FileDescriptor(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666));
  }
  if (!fd_ && replaces_) {  // not every file system has nameless files
    auto name = with_free_name(folder, [&](const fs::path& free) {
      fd_ = FileDescriptor(::open(free.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
      return static_cast<bool>(fd_);
    });
    if (fd_) temporary_ = std::move(name);
  }
  if (!fd_) throw io_error(name_of_output(path), "open for writing");
}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputFile::write(std::string_view bytes) {
  if (checksum_) checksum_->add(bytes);
  if (buffer_.size() + bytes.size() > kBufferSize) flush();
  if (bytes.size() > kBufferSize) {
    write_through(bytes);
  } else {
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  }
}

void OutputFile::flush() {
  write_through({buffer_.data(), buffer_.size()});
  buffer_.clear();
}

void OutputFile::write_through(std::string_view bytes) {
  write_all(fd_.get(), bytes, target_);
  bytes_written_ += bytes.size();
}

void OutputFile::commit() {
  flush();
  if (!replaces_) return;
  keep_permissions(fd_.get(), target_);
  check_synced(::fsync(fd_.get()), target_);
  const auto folder = folder_of(target_);
  if (temporary_.empty()) {
    const auto nameless = fmt::format("/proc/self/fd/{}", fd_.get());
    bool linked = false;
    auto name = with_free_name(folder, [&](const fs::path& free) {
      linked = ::linkat(AT_FDCWD, nameless.c_str(), AT_FDCWD, free.c_str(), AT_SYMLINK_FOLLOW) == 0;
      return linked;
    });
    if (!linked) throw io_error(target_, "give a name to");
    temporary_ = std::move(name);
  }
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) throw io_error(target_, "rename to");
  temporary_.clear();
  const FileDescriptor folder_fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder_fd) {
    check_synced(::fsync(folder_fd.get()), target_);
  } else {
    // A folder without permission to read cannot be opened, so its whole file system is synced.
    check_synced(::syncfs(fd_.get()), target_);
  }
}

fs::path temporary_folder() {
  std::error_code error;
  auto folder = fs::temp_directory_path(error);
  if (error) throw io_error("TMPDIR", "find the folder for temporary files", error.value());
  return folder;
}

void check_writable(const fs::path& path) {
  const auto target = resolve_target(path);
  if (is_replaceable(target)) {
    const OutputFile trial(path);
  } else if (!is_standard_output(target) && ::access(target.c_str(), W_OK) != 0) {
    throw io_error(path, "open for writing");  // opening a pipe would wait for its reader
  }
}

FileDescriptor open_temporary_file(const fs::path& folder) {
  auto name = ((folder.empty() ? temporary_folder() : folder) / "wordkin-XXXXXX").string();
  FileDescriptor fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd) throw io_error(name, "create");
  ::unlink(name.c_str());
  return fd;
}

void write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const auto written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      if (errno == EPIPE && is_standard_output(path)) throw ClosedOutput();
      throw io_error(name_of_output(path), "write");
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace wordkin
