#include "embed/vectors/native_format.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/error.h"
#include "common/safetensors.h"
#include "embed/vectors/row_words.h"

namespace wordkin {
namespace {

constexpr std::string_view kFormat = "wordkin vectors";
constexpr std::string_view kFormatVersion = "1";

SharedArray<std::uint64_t> read_counts(const Safetensors& file, std::size_t words,
                                       std::shared_ptr<const void> owner) {
  if (!file.contains("counts")) return {};
  auto shared = file.require("counts", "I64", 1).shared_items<std::uint64_t>(std::move(owner));
  const auto counts = shared.items();
  if (counts.size() != words) {
    throw FormatError(fmt::format("{}: holds {} words and {} counts; the file is damaged",
                                  file.name(), words, counts.size()));
  }
  std::uint64_t total = 0;
  for (const auto count : counts) {
    if (static_cast<std::int64_t>(count) < 0 || __builtin_add_overflow(total, count, &total)) {
      throw FormatError(fmt::format("{}: holds the count {}; the file is damaged", file.name(),
                                    static_cast<std::int64_t>(count)));
    }
  }
  return shared;
}

// Ascending offsets of words among so many bytes.
SharedArray<std::uint64_t> read_offsets(const Safetensors& file, std::size_t bytes,
                                        std::shared_ptr<const void> owner) {
  const auto& tensor = file.require("word_offsets", "I64", 1);
  auto shared = tensor.shared_items<std::uint64_t>(std::move(owner));
  const auto offsets = shared.items();
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    if (offsets[i + 1] < offsets[i] || offsets[i + 1] > bytes) {
      throw FormatError(fmt::format(
          "{}: word {} should lie at bytes {} to {} of {}; the file is damaged", file.name(), i + 1,
          static_cast<std::int64_t>(offsets[i]), static_cast<std::int64_t>(offsets[i + 1]), bytes));
    }
  }
  return shared;
}

}  // namespace

Vocabulary read_words(const Safetensors& file, const std::shared_ptr<const void>& owner,
                      Verify verify) {
  const auto& tensor = file.require("words", "U8", 1);
  const auto offsets = read_offsets(file, tensor.bytes.size(), owner);
  const auto words = offsets.items().empty() ? 0 : offsets.items().size() - 1;
  auto counts = read_counts(file, words, owner);
  if (verify == Verify::kOnUse && owner != nullptr) {
    return {tensor.shared_items<char>(owner), offsets, std::move(counts)};
  }
  RowWords list(file.name());
  for (std::size_t i = 0; i < words; ++i) {
    const auto begin = offsets.items()[i];
    list.add(
        {tensor.bytes.data() + begin, static_cast<std::size_t>(offsets.items()[i + 1] - begin)});
  }
  return {list.take(), {counts.items().begin(), counts.items().end()}};
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

SharedMatrix share_rows(const Tensor& tensor, std::shared_ptr<const void> owner) {
  const auto values = tensor.shared_items<float>(std::move(owner));
  const auto cols = tensor.shape[1];
  return {MatrixView(values.items().data(), tensor.shape[0], cols, cols), values.owner()};
}

FormatError not_finite(const std::string& file, std::string_view tensor, std::size_t row) {
  return FormatError(fmt::format("{}: row {} of tensor '{}' holds a value that is not finite", file,
                                 row + 1, tensor));
}

void check_finite(MatrixView matrix, std::string_view tensor, const std::string& file) {
  if (const auto row = first_non_finite_row(matrix)) throw not_finite(file, tensor, *row);
}

// As the file has them, or of an older file, which has none.
SharedArray<double> read_norms(const Safetensors& file, MatrixView vectors,
                               std::shared_ptr<const void> owner) {
  if (!file.contains("norms")) return row_norms(vectors);
  auto shared = file.require("norms", "F64", 1).shared_items<double>(std::move(owner));
  const auto norms = shared.items();
  const auto is_length = [](double x) { return x >= 0 && std::isfinite(x); };
  if (const auto bad = std::ranges::find_if_not(norms, is_length); bad != norms.end()) {
    throw FormatError(
        fmt::format("{}: row {} of tensor 'norms' is {}, no length; the file is damaged",
                    file.name(), bad - norms.begin() + 1, *bad));
  }
  if (norms.size() != vectors.rows()) {
    throw FormatError(
        fmt::format("{}: expected {} lengths of vectors in tensor 'norms', found {} "
                    "numbers; the file is damaged",
                    file.name(), vectors.rows(), norms.size()));
  }
  return shared;
}

// Throws FormatError unless the lengths of the vectors are those that the file has.
void check_lengths(const Safetensors& file, std::span<const double> found,
                   std::span<const double> noted) {
  const auto [length, other] = std::ranges::mismatch(found, noted, is_length);
  if (length == found.end()) return;
  throw FormatError(
      fmt::format("{}: row {} of tensor 'vectors' has the length {:.6g} and not {:.6g}, as tensor "
                  "'norms' says; the file is damaged",
                  file.name(), length - found.begin() + 1, *length, *other));
}

// What must outlive them: the embeddings.
std::vector<TensorToWrite> tensors_of(const Embeddings& embeddings, const Monitor& monitor) {
  const auto& vocabulary = embeddings.vocabulary();
  std::vector<TensorToWrite> tensors;
  if (vocabulary.has_counts()) {
    tensors.push_back({"counts", "I64", {vocabulary.size()}, [&embeddings](OutputFile& to) {
                         to.write_values(embeddings.vocabulary().counts());
                       }});
  }
  tensors.push_back({"norms", "F64", {vocabulary.size()}, [&embeddings](OutputFile& to) {
                       to.write_values(embeddings.norms());
                     }});
  auto words = word_tensors(vocabulary);
  tensors.push_back(std::move(words.front()));
  tensors.push_back(rows_tensor("vectors", embeddings.vectors(), 0, embeddings.size(), monitor));
  if (embeddings.has_context()) {
    tensors.push_back(rows_tensor("context", embeddings.context(), 0, embeddings.size(), monitor));
  }
  tensors.push_back(std::move(words.back()));
  return tensors;
}

Metadata metadata_of(const Embeddings& embeddings) {
  auto metadata = embeddings.metadata();
  metadata["format"] = kFormat;
  metadata["format_version"] = kFormatVersion;
  return metadata;
}

}  // namespace

void read_rows(const Safetensors& file, std::string_view tensor_name, std::size_t rows,
               const std::function<void(std::size_t, std::span<const float>)>& take) {
  const auto& tensor = require_rows(file, tensor_name, rows);
  const auto cols = tensor.shape[1];
  FloatVector values;
  std::size_t first = 0;
  file.read_once(tensor.bytes, cols * sizeof(float), [&](std::span<const char> part) {
    values.resize(part.size() / sizeof(float));
    std::memcpy(values.data(), part.data(), part.size());
    for (std::size_t i = 0; i < values.size(); i += cols, ++first) {
      const auto row = std::span<const float>(values).subspan(i, cols);
      if (!std::ranges::all_of(row, [](float x) { return std::isfinite(x); })) {
        throw not_finite(file.name(), tensor_name, first);
      }
      take(first, row);
    }
  });
}

void read_matrix(const Safetensors& file, std::string_view tensor, Matrix& to) {
  read_rows(file, tensor, to.rows(), [&](std::size_t i, std::span<const float> row) {
    std::ranges::copy(row, to.row(i).begin());
  });
}

Matrix read_matrix(const Safetensors& file, std::string_view tensor, std::size_t rows) {
  Matrix matrix(rows, require_rows(file, tensor, rows).shape[1]);
  read_matrix(file, tensor, matrix);
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

std::vector<TensorToWrite> word_tensors(const Vocabulary& vocabulary) {
  return {{"word_offsets",
           "I64",
           {vocabulary.offsets().size()},
           [&](OutputFile& to) { to.write_values(vocabulary.offsets()); }},
          {"words", "U8", {vocabulary.bytes().size()}, [&](OutputFile& to) {
             to.write({vocabulary.bytes().data(), vocabulary.bytes().size()});
           }}};
}

Embeddings read_native(std::span<const char> bytes, const std::string& name,
                       std::shared_ptr<const void> owner, Verify verify) {
  const Safetensors file(bytes, name);
  if (verify == Verify::kNow) file.verify_any_checksum();
  if (const auto version = file.metadata().find("format_version");
      version != file.metadata().end() && version->second != kFormatVersion) {
    throw FormatError(fmt::format("{}: has format version {}, expected {}; use a newer wordkin",
                                  name, excerpt(version->second), kFormatVersion));
  }
  auto vocabulary = read_words(file, owner, verify);
  const auto words = vocabulary.size();
  const auto rows = [&](std::string_view tensor) {
    return verify == Verify::kNow ? share_matrix(file, tensor, words, owner)
                                  : share_rows(require_rows(file, tensor, words), owner);
  };
  auto vectors = rows("vectors");
  auto context = file.contains("context") ? rows("context") : SharedMatrix();
  if (!context.empty() && context.cols() != vectors.cols()) {
    throw FormatError(fmt::format("{}: vectors have {} dimensions and context vectors {}", name,
                                  vectors.cols(), context.cols()));
  }
  if (verify == Verify::kNow) {
    Embeddings embeddings(std::move(vocabulary), std::move(vectors), std::move(context),
                          file.metadata());
    if (file.contains("norms")) {
      const auto noted = read_norms(file, embeddings.vectors(), owner);
      check_lengths(file, embeddings.norms(), noted.items());
    }
    return embeddings;
  }
  auto norms = read_norms(file, vectors, owner);
  return {std::move(vocabulary), std::move(vectors), std::move(context), std::move(norms),
          file.metadata()};
}

void write_native(OutputFile& file, const Embeddings& embeddings, const Monitor& monitor) {
  write_safetensors(file, tensors_of(embeddings, monitor), metadata_of(embeddings));
}

void write_native_state(OutputFile& file, const Embeddings& embeddings,
                        std::vector<TensorToWrite> more) {
  const Monitor none;  // a state is saved whole, above all when a stop is requested
  std::ranges::move(tensors_of(embeddings, none), std::back_inserter(more));
  write_safetensors_with_checksum(file, std::move(more), metadata_of(embeddings));
}

}  // namespace wordkin
