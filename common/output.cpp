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

fs::path display_name(const fs::path& path) {
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

// Gives the file the permissions of the one that it is about to replace, if there is one.
void keep_mode(int fd, const fs::path& replaced) {
  struct stat status {};
  if (::stat(replaced.c_str(), &status) == 0 && ::fchmod(fd, status.st_mode & 07777) != 0) {
    throw io_error(replaced, "keep the permissions");
  }
}

void sync(int fd, const fs::path& path) {
  // Some file systems have no fsync for what they hold; the bytes were written all the same.
  if (::fsync(fd) != 0 && errno != EINVAL && errno != EROFS) throw io_error(path, "write to disk");
}

}  // namespace

OutputFile::OutputFile(const fs::path& path) : target_(resolve_target(path)) {
  if (is_replaceable(target_)) {
    // A name of our own: never a file, or a link, that somebody else put there.
    for (int attempt = 0; !fd_ && (attempt == 0 || errno == EEXIST); ++attempt) {
      temporary_ = folder_of(target_) /
                   fmt::format(".{}.{}.{}.tmp", target_.filename().string(), ::getpid(), attempt);
      fd_ =
          FileDescriptor(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    }
  } else {
    fd_ =
        FileDescriptor(is_standard_output(target_) ? ::dup(STDOUT_FILENO)
                                                   : ::open(target_.c_str(), O_WRONLY | O_CLOEXEC));
  }
  if (!fd_) {
    const auto error = io_error(display_name(path), "open for writing");
    temporary_.clear();
    throw error;
  }
  buffer_.reserve(kBufferSize);
}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputFile::write(std::string_view bytes) {
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
  if (temporary_.empty()) return;
  keep_mode(fd_.get(), target_);
  sync(fd_.get(), target_);
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) throw io_error(target_, "rename to");
  temporary_.clear();
  const auto folder = folder_of(target_);
  if (const FileDescriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)); fd) {
    sync(fd.get(), folder);
  }
}

void check_writable(const fs::path& path) {
  const auto target = resolve_target(path);
  if (is_standard_output(target)) return;
  const auto checked = is_replaceable(target) ? folder_of(target) : target;
  if (::access(checked.c_str(), W_OK) != 0) throw io_error(path, "open for writing");
}

FileDescriptor open_temporary_file() {
  std::error_code error;
  const auto folder = fs::temp_directory_path(error);
  if (error) throw io_error("TMPDIR", "find the folder for temporary files", error.value());
  auto name = (folder / "wordkin-XXXXXX").string();
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
      throw io_error(display_name(path), "write");
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace wordkin
