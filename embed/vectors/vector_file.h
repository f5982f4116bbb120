#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "common/enum_names.h"
#include "common/input.h"
#include "common/progress.h"
#include "embed/vectors/embeddings.h"

namespace wordkin {

enum class VectorFormat { kSafetensors, kWord2VecText, kWord2VecBinary, kGlove };
template <>
inline constexpr std::array<std::string_view, 4> kEnumNames<VectorFormat>{
    "safetensors", "word2vec-text", "word2vec-binary", "glove"};

// The format that a file's name asks for: .bin is word2vec-binary, .vec and .txt word2vec-text,
// .glove GloVe text; standard output, "-", is word2vec-text, and everything else safetensors.
// Throws UsageError for the name of a compressed file, which is read but not written.
VectorFormat format_for(const std::filesystem::path& path);

// The format that the first bytes of a file are in.
VectorFormat detect_format(std::span<const char> bytes);

// Reads vectors in whatever format they are, compressed or not; "-" is standard input. Throws
// IoError, and FormatError for a file that is damaged, cut short, holds a word twice or a value
// that is not finite.
Embeddings load_embeddings(const std::filesystem::path& path);
Embeddings load_embeddings(const std::shared_ptr<const FileContents>& file,
                           Verify verify = Verify::kNow);
// The same, for a few questions: safetensors are open at once, whatever their size, as read_native
// says of Verify::kOnUse. A mapped file must not be truncated by others while the result lives, nor
// with load_embeddings.
Embeddings open_embeddings(const std::filesystem::path& path);

// Writes the file whole or not at all and returns its size in bytes. Only safetensors holds counts,
// context vectors and metadata; the others drop them. Throws UsageError for a word that the format
// cannot represent, IoError, and Interrupted.
std::uint64_t save_embeddings(const std::filesystem::path& path, const Embeddings& embeddings,
                              VectorFormat format, const Monitor& monitor = {});

}  // namespace wordkin
