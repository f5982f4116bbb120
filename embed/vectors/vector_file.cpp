#include "embed/vectors/vector_file.h"

#include <fmt/format.h>

#include "common/error.h"
#include "common/output.h"
#include "common/safetensors.h"
#include "embed/vectors/native_format.h"
#include "embed/vectors/text_format.h"
#include "embed/vectors/word2vec_binary.h"
#include "embed/vectors/word2vec_header.h"

namespace wordkin {

VectorFormat format_for(const std::filesystem::path& path) {
  const auto extension = path.extension();
  for (const auto* compressed : {".gz", ".bz2", ".xz", ".zst"}) {
    if (extension == compressed) {
      throw UsageError(fmt::format("{}: compressed files are read, not written; leave off {}",
                                   path.string(), compressed));
    }
  }
  if (extension == ".bin") return VectorFormat::kWord2VecBinary;
  if (extension == ".vec" || extension == ".txt" || path == "-") return VectorFormat::kWord2VecText;
  if (extension == ".glove") return VectorFormat::kGlove;
  return VectorFormat::kSafetensors;
}

VectorFormat detect_format(std::span<const char> bytes) {
  if (Safetensors::detect(bytes)) return VectorFormat::kSafetensors;
  if (!parse_word2vec_header({bytes.data(), bytes.size()})) return VectorFormat::kGlove;
  return first_row_is_text(bytes) ? VectorFormat::kWord2VecText : VectorFormat::kWord2VecBinary;
}

Embeddings load_embeddings(const std::filesystem::path& path) {
  return load_embeddings(std::make_shared<const FileContents>(path));
}

Embeddings open_embeddings(const std::filesystem::path& path) {
  return load_embeddings(std::make_shared<const FileContents>(path), Verify::kOnUse);
}

Embeddings load_embeddings(const std::shared_ptr<const FileContents>& contents, Verify verify) {
  const auto& file = *contents;
  if (file.bytes().empty()) {
    throw FormatError(file.name() + ": is empty, expected word vectors");
  }
  switch (detect_format(file.bytes())) {
    case VectorFormat::kSafetensors:
      return read_native(file.bytes(), file.name(), contents, verify);
    case VectorFormat::kWord2VecText:
      return read_word2vec_text(file.bytes(), file.name());
    case VectorFormat::kWord2VecBinary:
      return read_word2vec_binary(file.bytes(), file.name());
    case VectorFormat::kGlove:
      break;
  }
  return read_glove(file.bytes(), file.name());
}

std::uint64_t save_embeddings(const std::filesystem::path& path, const Embeddings& embeddings,
                              VectorFormat format, const Monitor& monitor) {
  OutputFile file(path);
  switch (format) {
    case VectorFormat::kSafetensors:
      write_native(file, embeddings, monitor);
      break;
    case VectorFormat::kWord2VecText:
      write_word2vec_text(file, embeddings, monitor);
      break;
    case VectorFormat::kWord2VecBinary:
      write_word2vec_binary(file, embeddings, monitor);
      break;
    case VectorFormat::kGlove:
      write_glove(file, embeddings, monitor);
      break;
  }
  file.commit();
  return file.bytes_written();
}

}  // namespace wordkin
