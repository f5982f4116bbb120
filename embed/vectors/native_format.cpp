#include "embed/vectors/native_format.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
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

StringTable read_words(const Safetensors& file, Verify verify) {
  const auto bytes = file.require("words", "U8", 1).bytes;
  auto offsets = file.require("word_offsets", "I64", 1).items<std::uint64_t>();
  if (offsets.empty()) offsets.push_back(0);
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    if (offsets[i + 1] < offsets[i] || offsets[i + 1] > bytes.size()) {
      throw FormatError(
          fmt::format("{}: word {} should lie at bytes {} to {} of {}; the file is damaged",
                      file.name(), i + 1, static_cast<std::int64_t>(offsets[i]),
                      static_cast<std::int64_t>(offsets[i + 1]), bytes.size()));
    }
  }
  if (verify == Verify::kOnUse) {
    const auto used = bytes.first(offsets.back());
    return {{used.begin(), used.end()}, std::move(offsets)};
  }
  WordList words(file.name());
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    words.add({bytes.data() + offsets[i], static_cast<std::size_t>(offsets[i + 1] - offsets[i])});
  }
  return words.take();
}

namespace {

// The values of a tensor of `expected` rows, where they lie.
const Tensor& require_rows(const Safetensors& file, std::string_view tensor_name,
                           std::size_t expected) {
  const auto& tensor = file.require(tensor_name, "F32", 2);
  const auto rows = tensor.shape[0];
  const auto cols = tensor.shape[1];
  if (rows != expected || rows == 0 || cols == 0) {
    throw FormatError(fmt::format("{}: tensor '{}' is {} x {}, expected a row for each of {} words",
                                  file.name(), tensor_name, rows, cols, expected));
  }
  return tensor;
}

Matrix copy_rows(const Tensor& tensor) {
  Matrix matrix(tensor.shape[0], tensor.shape[1]);
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    const auto row = matrix.row(i);
    std::memcpy(row.data(), tensor.bytes.data() + i * row.size_bytes(), row.size_bytes());
  }
  return matrix;
}

// Where there is an owner and the file aligns the values, a view of them.
SharedMatrix share_rows(const Tensor& tensor, std::shared_ptr<const void> owner) {
  const auto address = reinterpret_cast<std::uintptr_t>(tensor.bytes.data());
  if (owner == nullptr || address % alignof(float) != 0) return copy_rows(tensor);
  const auto cols = tensor.shape[1];
  return {
      MatrixView(reinterpret_cast<const float*>(tensor.bytes.data()), tensor.shape[0], cols, cols),
      std::move(owner)};
}

void check_finite(MatrixView matrix, std::string_view tensor, const std::string& file) {
  if (const auto row = first_non_finite_row(matrix)) {
    throw FormatError(fmt::format("{}: row {} of tensor '{}' holds a value that is not finite",
                                  file, *row + 1, tensor));
  }
}

// As the file has them, or of an older file, which has none.
std::vector<double> read_norms(const Safetensors& file, MatrixView vectors) {
  if (!file.contains("norms")) return row_norms(vectors);
  auto norms = file.require("norms", "F64", 1).items<double>();
  const auto is_length = [](double x) { return x >= 0 && std::isfinite(x); };
  if (norms.size() != vectors.rows() || !std::ranges::all_of(norms, is_length)) {
    throw FormatError(
        fmt::format("{}: expected {} lengths of vectors in tensor 'norms', found {} "
                    "numbers; the file is damaged",
                    file.name(), vectors.rows(), norms.size()));
  }
  return norms;
}

}  // namespace

Matrix read_matrix(const Safetensors& file, std::string_view tensor, std::size_t rows) {
  auto matrix = copy_rows(require_rows(file, tensor, rows));
  check_finite(matrix, tensor, file.name());
  return matrix;
}

SharedMatrix share_matrix(const Safetensors& file, std::string_view tensor, std::size_t rows,
                          std::shared_ptr<const void> owner) {
  auto matrix = share_rows(require_rows(file, tensor, rows), std::move(owner));
  check_finite(matrix, tensor, file.name());
  return matrix;
}

TensorToWrite rows_tensor(std::string name, MatrixView matrix, std::size_t begin, std::size_t end,
                          const Monitor& monitor) {
  return {std::move(name),
          "F32",
          {end - begin, matrix.cols()},
          [matrix, &monitor, begin, end](OutputFile& file) {
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

Embeddings read_native(std::span<const char> bytes, const std::string& name,
                       std::shared_ptr<const void> owner, Verify verify) {
  const Safetensors file(bytes, name);
  if (const auto version = file.metadata().find("format_version");
      version != file.metadata().end() && version->second != kFormatVersion) {
    throw FormatError(fmt::format("{}: has format version {}, expected {}; use a newer wordkin",
                                  name, excerpt(version->second), kFormatVersion));
  }
  auto words = read_words(file, verify);
  auto counts = read_counts(file, words.size());
  const auto rows = [&](std::string_view tensor) {
    return verify == Verify::kNow ? share_matrix(file, tensor, words.size(), owner)
                                  : share_rows(require_rows(file, tensor, words.size()), owner);
  };
  auto vectors = rows("vectors");
  auto context = file.contains("context") ? rows("context") : SharedMatrix();
  if (!context.empty() && context.cols() != vectors.cols()) {
    throw FormatError(fmt::format("{}: vectors have {} dimensions and context vectors {}", name,
                                  vectors.cols(), context.cols()));
  }
  Vocabulary vocabulary(std::move(words), std::move(counts));
  if (verify == Verify::kNow) {
    return {std::move(vocabulary), std::move(vectors), std::move(context), file.metadata()};
  }
  auto norms = read_norms(file, vectors);
  return {std::move(vocabulary), std::move(vectors), std::move(context), std::move(norms),
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
  tensors.push_back({"norms", "F64", {vocabulary.size()}, [&](OutputFile& to) {
                       to.write_values(embeddings.norms());
                     }});
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
