#include "common/input.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include <boost/iostreams/filter/bzip2.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filter/lzma.hpp>
#include <boost/iostreams/filtering_streambuf.hpp>
#include <boost/iostreams/read.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"
#include "common/file_descriptor.h"
#include "common/zstd_reader.h"

namespace wordkin {

enum class Compression { kNone, kGzip, kBzip2, kXz, kZstd };

namespace {

namespace io = boost::iostreams;
using namespace std::string_view_literals;

constexpr std::size_t kMagicBytes = 6;

struct Magic {
  Compression compression;
  std::string_view bytes;
};
constexpr Magic kMagics[] = {{Compression::kGzip, "\x1f\x8b"sv},
                             {Compression::kBzip2, "BZh"sv},
                             {Compression::kXz, "\xfd\x37zXZ\0"sv},
                             {Compression::kZstd, "\x28\xb5\x2f\xfd"sv}};

// "BZh", a level, and the start of a block or of the end: text may well begin with the first three.
// Of fewer bytes, whether they may become that.
bool may_be_bzip2(std::string_view start) {
  constexpr std::string_view kEnds[] = {"1A", "\x17\x72"};
  const auto rest = start.substr(std::min<std::size_t>(start.size(), 4));
  return start.size() < 4 ||
         (start[3] >= '1' && start[3] <= '9' &&
          std::ranges::any_of(kEnds, [&](std::string_view end) { return end.starts_with(rest); }));
}

// What a file is that starts so; start: kMagicBytes, or all that there are.
Compression compression_of(std::string_view start) {
  for (const auto& [compression, bytes] : kMagics) {
    const bool is_it =
        compression != Compression::kBzip2 || (start.size() == kMagicBytes && may_be_bzip2(start));
    if (start.starts_with(bytes) && is_it) return compression;
  }
  return Compression::kNone;
}

// Whether a file that starts so may turn out to be compressed.
bool may_be_compressed(std::string_view start) {
  return std::ranges::any_of(kMagics, [&](const Magic& magic) {
    return magic.bytes.starts_with(start.substr(0, magic.bytes.size())) &&
           (magic.compression != Compression::kBzip2 || may_be_bzip2(start));
  });
}

bool is_standard_input(const std::filesystem::path& path) { return path == "-"; }

std::string display_name(const std::filesystem::path& path) {
  return is_standard_input(path) ? "standard input" : path.string();
}

FileDescriptor open_for_reading(const std::filesystem::path& path) {
  FileDescriptor fd(is_standard_input(path) ? ::dup(STDIN_FILENO)
                                            : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) throw io_error(display_name(path), "open for reading");
  return fd;
}

// Throws IoError for a folder.
std::uint64_t regular_size(const struct stat& status, const std::string& name) {
  if (S_ISDIR(status.st_mode)) {
    throw IoError(fmt::format("{}: is a folder, expected a file; name the files in it", name));
  }
  return S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
}

std::uint64_t regular_size(int fd, const std::string& name) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) throw io_error(name, "read the size");
  return regular_size(status, name);
}

}  // namespace

struct Input::Source {
  explicit Source(const std::filesystem::path& path)
      : name(display_name(path)), fd(open_for_reading(path)) {
    regular_size(fd.get(), name);
    peeked = {magic.data(), read_start(magic)};
    compression = compression_of({peeked.data(), peeked.size()});
    switch (compression) {
      case Compression::kNone:
        return;
      case Compression::kGzip:
        chain.push(io::gzip_decompressor());
        break;
      case Compression::kBzip2:
        chain.push(io::bzip2_decompressor());
        break;
      case Compression::kXz:
        chain.push(io::lzma_decompressor());
        break;
      case Compression::kZstd:
        zstd.emplace([this](std::span<char> to) { return read_raw(to); });
        return;
    }
    chain.push(Device{this});
  }

  // The raw bytes of the file as a device for Boost.Iostreams.
  struct Device {
    using char_type = char;
    using category = io::source_tag;
    std::streamsize read(char* to, std::streamsize n) {
      const auto got = source->read_raw({to, static_cast<std::size_t>(n)});
      return got == 0 ? -1 : static_cast<std::streamsize>(got);
    }
    Source* source;
  };

  std::size_t read_raw(std::span<char> to) {
    if (!peeked.empty()) {
      const auto n = std::min(to.size(), peeked.size());
      std::memcpy(to.data(), peeked.data(), n);
      peeked = peeked.subspan(n);
      return n;
    }
    while (!ended) {
      const auto got = ::read(fd.get(), to.data(), to.size());
      if (got >= 0) {
        ended = got == 0 && !to.empty();
        consumed += static_cast<std::uint64_t>(got);
        return static_cast<std::size_t>(got);
      }
      if (errno != EINTR) throw io_error(name, "read");
    }
    return 0;
  }

  std::size_t read_fully(std::span<char> to) {
    std::size_t done = 0;
    while (done < to.size()) {
      const auto got = read_raw(to.subspan(done));
      if (got == 0) break;
      done += got;
    }
    return done;
  }

  // Reads the first bytes, but waits for no more than show that nothing is compressed.
  std::size_t read_start(std::span<char> to) {
    std::size_t done = 0;
    while (done < to.size() && may_be_compressed({to.data(), done})) {
      const auto got = read_raw(to.subspan(done));
      if (got == 0) break;
      done += got;
    }
    return done;
  }

  std::size_t read_decompressed(std::span<char> to) {
    try {
      if (zstd) return zstd->read(to);
      const auto got = io::read(chain, to.data(), static_cast<std::streamsize>(to.size()));
      return got < 0 ? 0 : static_cast<std::size_t>(got);
    } catch (const std::ios_base::failure& failure) {
      throw FormatError(
          fmt::format("{}: the compressed data is damaged or cut short near byte {} ({}); get the "
                      "file again",
                      name, consumed, failure.what()));
    }
  }

  std::string name;
  FileDescriptor fd;
  std::array<char, kMagicBytes> magic{};
  std::span<const char> peeked;
  bool ended = false;  // a terminal, asked again after its end, would wait
  std::uint64_t consumed = 0;
  Compression compression = Compression::kNone;
  io::filtering_streambuf<io::input> chain;  // for gzip, bzip2 and xz
  std::optional<ZstdReader> zstd;
};

Input::Input(const std::filesystem::path& path) : source_(std::make_unique<Source>(path)) {}
Input::Input(Input&&) noexcept = default;
Input& Input::operator=(Input&&) noexcept = default;
Input::~Input() = default;

std::size_t Input::read(std::span<char> buffer) {
  return source_->compression == Compression::kNone ? source_->read_fully(buffer)
                                                    : source_->read_decompressed(buffer);
}

std::size_t Input::read_some(std::span<char> buffer) {
  return source_->compression == Compression::kNone ? source_->read_raw(buffer)
                                                    : source_->read_decompressed(buffer);
}

const std::string& Input::name() const { return source_->name; }
std::uint64_t Input::consumed() const { return source_->consumed; }

std::uint64_t input_size(const std::filesystem::path& path) {
  if (is_standard_input(path)) return 0;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) throw io_error(path, "open for reading");
  return regular_size(status, path.string());
}

FileContents::FileContents(const std::filesystem::path& path) : name_(display_name(path)) {
  constexpr std::size_t kLeastMapped = std::size_t{1} << 16;  // others are read faster
  constexpr std::size_t kFirstPiece = std::size_t{1} << 12;
  const auto file_size = input_size(path);
  // A pipe must be opened only once: it may have no writer left the second time.
  if (file_size >= kLeastMapped) {
    mapping_ = Mapping::of_file(open_for_reading(path).get(), file_size, path);
    bytes_ = {reinterpret_cast<const char*>(mapping_.data()), mapping_.size()};
    if (compression_of({bytes_.data(), std::min(bytes_.size(), kMagicBytes)}) ==
        Compression::kNone) {
      return;
    }
  }
  Input input(path);
  // A byte more than a plain file has shows that it ends.
  buffer_.resize(file_size > 0 ? file_size + 1 : kFirstPiece);
  auto size = input.read(buffer_);
  while (size == buffer_.size()) {
    buffer_.resize(2 * size);
    size += input.read(std::span(buffer_).subspan(size));
  }
  buffer_.resize(size);
  mapping_ = {};
  bytes_ = buffer_;
}

void FileContents::drop(std::span<const char> bytes) const {
  mapping_.drop_pages(static_cast<std::size_t>(bytes.data() - bytes_.data()), bytes.size());
}

std::string_view text_of(const FileContents& file) {
  std::string_view text(file.bytes().data(), file.bytes().size());
  const bool has_mark = text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff");
  if (const auto bad = has_mark ? 0 : text.find('\0'); bad != text.npos) {
    throw FormatError(fmt::format(
        "{}: line {}: found UTF-16 or a NUL byte, expected UTF-8; try: iconv -f UTF-16 -t UTF-8",
        file.name(), 1 + std::ranges::count(text.substr(0, bad), '\n')));
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return text;
}

}  // namespace wordkin
