#include "classify/sentiment_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "common/input.h"
#include "common/safetensors.h"
#include "embed/vectors/native_format.h"

namespace wordkin {
namespace {

constexpr std::string_view kFormat = "wordkin sentiment model";
constexpr std::string_view kFormatVersion = "1";

// The metadata of a file, each read as what it should be.
class Header {
 public:
  explicit Header(const Safetensors& file) : file_(file) {}

  const std::string& text(const std::string& key) const {
    const auto found = file_.metadata().find(key);
    if (found == file_.metadata().end()) {
      throw FormatError(
          fmt::format("{}: says nothing of '{}'; the file is damaged", file_.name(), key));
    }
    return found->second;
  }

  template <class T>
  T number(const std::string& key, T least, T most) const {
    const auto& found = text(key);
    T value{};
    const auto* end = found.data() + found.size();
    const auto [stop, error] = std::from_chars(found.data(), end, value);
    if (error != std::errc() || stop != end || !(value >= least && value <= most)) {
      throw wrong(key, fmt::format("a number from {} to {}", least, most));
    }
    return value;
  }

  template <class E>
  E choice(const std::string& key, std::string_view name) const {
    const auto value = enum_from_name<E>(name);
    if (!value) throw wrong(key, fmt::format("{}", fmt::join(kEnumNames<E>, " or ")));
    return *value;
  }

  std::vector<std::string> labels() const {
    std::vector<std::string> labels;
    try {
      labels = nlohmann::json::parse(text("labels")).get<std::vector<std::string>>();
    } catch (const nlohmann::json::exception&) {
      throw wrong("labels", "a JSON array of strings");
    }
    if (labels.size() < 2 || std::set(labels.begin(), labels.end()).size() != labels.size()) {
      throw wrong("labels", "two or more different labels");
    }
    return labels;
  }

  TextPreparation preparation() const {
    const auto& name = text("preparation");
    try {
      return preparation_named(name);
    } catch (const FormatError& error) {
      throw FormatError(fmt::format("{}: {}", file_.name(), error.what()));
    }
  }

  NetworkOptions network() const {
    NetworkOptions options{.cell = choice<Cell>("cell", text("cell")),
                           .units = number("units", 1, 65536),
                           .layers = number("layers", 1, 64),
                           .bidirectional = number("directions", 1, 2) == 2,
                           .peepholes = number("peepholes", 0, 1) == 1,
                           .readouts = {}};
    const auto& names = text("readout");
    for (std::size_t begin = 0; begin <= names.size();) {
      const auto end = std::min(names.find(' ', begin), names.size());
      options.readouts.push_back(choice<Readout>("readout", names.substr(begin, end - begin)));
      begin = end + 1;
    }
    try {
      options.validate();
    } catch (const UsageError& error) {
      throw FormatError(fmt::format("{}: {}; the file is damaged", file_.name(), error.what()));
    }
    return options;
  }

 private:
  FormatError wrong(const std::string& key, std::string_view expected) const {
    return FormatError(fmt::format("{}: '{}' is '{}', expected {}; the file is damaged",
                                   file_.name(), key, excerpt(text(key)), expected));
  }

  const Safetensors& file_;
};

FloatVector read_parameters(const Safetensors& file, const Network& network) {
  for (const auto& tensor : network.tensors()) {
    const auto& found = file.require(tensor.name, "F32", tensor.shape.size());
    if (found.shape != tensor.shape) {
      throw FormatError(fmt::format("{}: tensor '{}' is [{}], expected [{}]; the file is damaged",
                                    file.name(), tensor.name, fmt::join(found.shape, ", "),
                                    fmt::join(tensor.shape, ", ")));
    }
  }
  FloatVector parameters(network.parameters());
  for (const auto& tensor : network.tensors()) {
    const auto& bytes = file.require(tensor.name, "F32", tensor.shape.size()).bytes;
    float* to = parameters.data() + tensor.offset;
    std::memcpy(to, bytes.data(), bytes.size());
    if (!std::all_of(to, to + tensor.size, [](float x) { return std::isfinite(x); })) {
      throw FormatError(fmt::format("{}: tensor '{}' holds a value that is not finite", file.name(),
                                    tensor.name));
    }
  }
  return parameters;
}

Metadata describe(const SentimentModel& model) {
  auto metadata = model.metadata;
  for (const auto& [key, value] : describe_network(model.network.options())) metadata[key] = value;
  metadata["format"] = kFormat;
  metadata["format_version"] = kFormatVersion;
  metadata["labels"] = nlohmann::json(model.labels).dump();
  metadata["preparation"] = model.encoding.preparation.name();
  metadata["max_words"] = fmt::to_string(model.encoding.max_words);
  metadata["temperature"] = fmt::to_string(model.temperature);
  return metadata;
}

// [V + 1, D], with the row of unknown words after those of words, where it lies in the files that
// we write. Where another program wrote the file again, the rows are copied.
SharedMatrix read_vectors(const Safetensors& file, std::size_t words,
                          const std::shared_ptr<const void>& owner) {
  const auto vectors = share_matrix(file, "vectors", words, owner);
  const auto unknown = share_matrix(file, "unknown_vector", 1, owner);
  if (unknown.cols() != vectors.cols()) {
    throw FormatError(fmt::format("{}: the vector of unknown words has {} dimensions, expected {}",
                                  file.name(), unknown.cols(), vectors.cols()));
  }
  if (unknown.data() == vectors.data() + words * vectors.stride()) {
    return {MatrixView(vectors.data(), words + 1, vectors.cols(), vectors.stride()), owner};
  }
  auto rows = with_unknown_word(vectors);
  std::ranges::copy(unknown.row(0), rows.row(words).begin());
  return rows;
}

FormatError no_model(const std::string& name) {
  return FormatError(fmt::format(
      "{}: is no sentiment model; train one: wordkin sentiment train --data FILE -o MODEL", name));
}

}  // namespace

SentimentModel load_sentiment_model(const std::filesystem::path& path) {
  const auto contents = std::make_shared<const FileContents>(path);
  if (!Safetensors::detect(contents->bytes())) throw no_model(contents->name());
  const Safetensors file(contents->bytes(), contents->name());
  if (const auto format = file.metadata().find("format");
      format == file.metadata().end() || format->second != kFormat) {
    throw no_model(file.name());
  }
  const Header header(file);
  if (header.text("format_version") != kFormatVersion) {
    throw FormatError(fmt::format("{}: has format version {}, expected {}; use a newer wordkin",
                                  file.name(), excerpt(header.text("format_version")),
                                  kFormatVersion));
  }
  auto labels = header.labels();
  auto vocabulary = read_words(file, contents);
  auto vectors = read_vectors(file, vocabulary.size(), contents);
  Network network(header.network(), vectors.cols(), labels.size());
  auto parameters = read_parameters(file, network);
  return {.labels = std::move(labels),
          .encoding = {.preparation = header.preparation(),
                       .max_words = header.number<std::size_t>(
                           "max_words", 0, std::numeric_limits<std::size_t>::max())},
          .vocabulary = std::move(vocabulary),
          .vectors = std::move(vectors),
          .network = std::move(network),
          .parameters = std::move(parameters),
          .temperature = header.number("temperature", 1e-6, 1e6),
          .metadata = file.metadata()};
}

std::uint64_t save_sentiment_model(const std::filesystem::path& path, const SentimentModel& model,
                                   const Monitor& monitor) {
  auto tensors = word_tensors(model.vocabulary);
  auto words = std::move(tensors.back());
  tensors.pop_back();
  const auto unknown = model.vectors.rows() - 1;
  tensors.push_back(rows_tensor("vectors", model.vectors, 0, unknown, monitor));
  tensors.push_back(rows_tensor("unknown_vector", model.vectors, unknown, unknown + 1, monitor));
  for (const auto& tensor : model.network.tensors()) {
    tensors.push_back({tensor.name, "F32", tensor.shape, [&](OutputFile& file) {
                         file.write_values(
                             std::span(model.parameters).subspan(tensor.offset, tensor.size));
                       }});
  }
  tensors.push_back(std::move(words));
  OutputFile file(path);
  write_safetensors(file, tensors, describe(model));
  file.commit();
  return file.bytes_written();
}

}  // namespace wordkin
