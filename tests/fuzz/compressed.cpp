#include <sstream>

#include <boost/iostreams/copy.hpp>
#include <boost/iostreams/filter/bzip2.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filter/lzma.hpp>
#include <boost/iostreams/filtering_streambuf.hpp>
#include <zstd.h>

#include "common/input.h"
#include "tests/fuzz/fuzz.h"

namespace wordkin::fuzz {
namespace {

constexpr std::size_t kMost = std::size_t{1} << 14;  // of the text; a few bytes may hold any amount

std::string read_fully(const std::filesystem::path& path) {
  Input input(path);
  std::string text(kMost, '\0');
  text.resize(input.read(text));
  return text;
}

std::string read_in_pieces(const std::filesystem::path& path) {
  Input input(path);
  std::string text;
  std::string piece(77, '\0');
  while (text.size() < kMost) {
    const auto got = input.read_some(piece);
    if (got == 0) break;
    text.append(piece, 0, got);
  }
  text.resize(std::min(text.size(), kMost));
  return text;
}

// The text, if it is accepted. zstd reserves as large a window as the file asks for, and uses as
// much of it as there is text; a sanitizer may refuse it.
std::optional<std::string> text_of(const MemoryFile& file, std::size_t size,
                                   std::string (*read)(const std::filesystem::path&)) {
  const MemoryLimit limit{.constant = std::size_t{2304} << 20};
  const auto read_file = [&] {
    try {
      return read(file.path());
    } catch (const std::bad_alloc&) {
      throw IoError("no memory for the window");
    }
  };
  return accepted(size, read_file, limit);
}

void run_compressed(std::string_view bytes) {
  const MemoryFile file(bytes);
  const auto text = text_of(file, bytes.size(), read_fully);
  const auto pieces = text_of(file, bytes.size(), read_in_pieces);
  check(!text || !pieces || *text == *pieces, "texts do not depend on how they are read");
}

template <class Filter>
std::string compressed_by(Filter filter, const std::string& text) {
  namespace io = boost::iostreams;
  std::istringstream from(text);
  std::ostringstream to;
  io::filtering_streambuf<io::input> chain;
  chain.push(std::move(filter));
  chain.push(from);
  io::copy(chain, to);
  return to.str();
}

// With small windows, which take less time to reserve than such a text takes to decompress.
std::vector<std::string> compressed_seeds() {
  namespace io = boost::iostreams;
  const std::string text = "the cat sat on the mat the cat sat on the mat\n";
  std::string zstd(ZSTD_compressBound(text.size()), '\0');
  zstd.resize(ZSTD_compress(zstd.data(), zstd.size(), text.data(), text.size(), 3));
  const auto gzip = compressed_by(io::gzip_compressor(), text);
  return {text,
          gzip,
          gzip + gzip,
          compressed_by(io::bzip2_compressor(1), text),
          compressed_by(io::lzma_compressor(io::lzma::best_speed), text),
          zstd,
          zstd + zstd};
}

const Registration kCompressed{
    {.name = "compressed", .run = run_compressed, .seeds = compressed_seeds, .decompresses = true}};

}  // namespace
}  // namespace wordkin::fuzz
