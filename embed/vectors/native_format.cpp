#include "embed/vectors/native_format.h"

#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "common/error.h"
#include "common/safetensors.h"
#include "embed/vectors/word_list.h"

namespace wordkin {
namespace {

constexpr std::string_view kFormat = "wordkin vectors";
constexpr std::string_view kFormatVersion = "1";

std::vector<std::uint64_t> read_counts(const Safetensors& file, std::size_t words) {
  if (!file.contains("counts")) return {};
  const auto counts = file.require("counts", "I64", 1).items<std::int64_t>();
  if (counts.size() != words) {
    throw FormatError(fmt::format("{}: holds {} words and {} counts; the file is damaged",
                                  file.name(), words, counts.size()));
  }
  for (const auto count : counts) {
    if (count < 0) {
      throw FormatError(
          fmt::format("{}: holds the count {}; the file is damaged", file.name(), count));
    }
  }
  return {counts.begin(), counts.end()};
}

}  // namespace

StringTable read_words(const Safetensors& file) {
  const auto offsets = file.require("word_offsets", "I64", 1).items<std::int64_t>();
  const auto bytes = file.require("words", "U8", 1).bytes;
  WordList words(file.name());
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    const auto begin = offsets[i];
    const auto end = offsets[i + 1];
    if (begin < 0 || end < begin || static_cast<std::uint64_t>(end) > bytes.size()) {
      throw FormatError(
          fmt::format("{}: word {} should lie at bytes {} to {} of {}; the file is damaged",
                      file.name(), i + 1, begin, end, bytes.size()));
    }
    words.add({bytes.data() + begin, static_cast<std::size_t>(end - begin)});
  }
  return words.take();
}

Matrix read_matrix(const Safetensors& file, std::string_view tensor_name, std::size_t expected,
                   std::size_t more) {
  const auto& tensor = file.require(tensor_name, "F32", 2);
  const auto rows = tensor.shape[0];
  const auto cols = tensor.shape[1];
  if (rows != expected || rows == 0 || cols == 0) {
    throw FormatError(fmt::format("{}: tensor '{}' is {} x {}, expected a row for each of {} words",
                                  file.name(), tensor_name, rows, cols, expected));
  }
  Matrix matrix(rows + more, cols);
  for (std::size_t i = 0; i < rows; ++i) {
    const auto row = matrix.row(i);
    std::memcpy(row.data(), tensor.bytes.data() + i * row.size_bytes(), row.size_bytes());
  }
  if (const auto row = first_non_finite_row(matrix)) {
    throw FormatError(fmt::format("{}: row {} of tensor '{}' holds a value that is not finite",
                                  file.name(), *row + 1, tensor_name));
  }
  return matrix;
}

TensorToWrite rows_tensor(std::string name, const Matrix& matrix, std::size_t begin,
                          std::size_t end, const Monitor& monitor) {
  return {std::move(name),
          "F32",
          {end - begin, matrix.cols()},
          [&matrix, &monitor, begin, end](OutputFile& file) {
            for (auto i = begin; i < end; ++i) {
              if (i % 1024 == 0) monitor.throw_if_stopped();
              file.write_values(matrix.row(i));
            }
          }};
}

std::vector<TensorToWrite> word_tensors(const StringTable& words) {
  return {{"word_offsets",
           "I64",
           {words.offsets().size()},
           [&](OutputFile& to) { to.write_values(std::span(words.offsets())); }},
          {"words", "U8", {words.bytes().size()}, [&](OutputFile& to) {
             to.write({words.bytes().data(), words.bytes().size()});
           }}};
}

Embeddings read_native(std::span<const char> bytes, const std::string& name) {
  const Safetensors file(bytes, name);
  if (const auto version = file.metadata().find("format_version");
      version != file.metadata().end() && version->second != kFormatVersion) {
    throw FormatError(fmt::format("{}: has format version {}, expected {}; use a newer wordkin",
                                  name, excerpt(version->second), kFormatVersion));
  }
  auto words = read_words(file);
  auto counts = read_counts(file, words.size());
  auto vectors = read_matrix(file, "vectors", words.size());
  auto context = file.contains("context") ? read_matrix(file, "context", words.size()) : Matrix();
  if (!context.empty() && context.cols() != vectors.cols()) {
    throw FormatError(fmt::format("{}: vectors have {} dimensions and context vectors {}", name,
                                  vectors.cols(), context.cols()));
  }
  return {Vocabulary(std::move(words), std::move(counts)), std::move(vectors), std::move(context),
          file.metadata()};
}

void write_native(OutputFile& file, const Embeddings& embeddings, const Monitor& monitor,
                  const std::vector<TensorToWrite>& more) {
  const auto& vocabulary = embeddings.vocabulary();
  auto tensors = more;
  if (vocabulary.has_counts()) {
    tensors.push_back({"counts", "I64", {vocabulary.size()}, [&](OutputFile& to) {
                         to.write_values(vocabulary.counts());
                       }});
  }
  auto words = word_tensors(vocabulary.words());
  tensors.push_back(std::move(words.front()));
  tensors.push_back(rows_tensor("vectors", embeddings.vectors(), 0, embeddings.size(), monitor));
  if (embeddings.has_context()) {
    tensors.push_back(rows_tensor("context", embeddings.context(), 0, embeddings.size(), monitor));
  }
  tensors.push_back(std::move(words.back()));
  auto metadata = embeddings.metadata();
  metadata["format"] = kFormat;
  metadata["format_version"] = kFormatVersion;
  write_safetensors(file, tensors, metadata);
}

}  // namespace wordkin
