#pragma once

// Models with names and texts that are hard to write, and their files as parts, to be tampered
// with.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "classify/sentiment_file.h"
#include "common/random.h"
#include "common/safetensors.h"
#include "embed/text/string_table.h"
#include "tests/support/network.h"
#include "tests/support/rows.h"
#include "tests/support/support.h"

namespace wordkin::test {

using Strings = std::vector<std::string>;
using Shape = std::vector<std::uint64_t>;

inline const Strings kHardLabels{"so \"good\"", "naïve, 好", "a\\b\n"};
inline const Strings kHardWords{"the", "film", "naïve", "it's", "\""};

// Five words with random vectors, one for unknown words, and a random network.
inline SentimentModel random_sentiment_model(const NetworkCase& c) {
  auto random = stream(c.seed, "model", 0);
  Network network(c.options, c.inputs, c.classes);
  FloatVector parameters(network.parameters());
  fill(parameters, 1, random);
  parameters.front() = 1e-45f;
  StringTable words;
  for (const auto& word : kHardWords) words.insert(word);
  return {
      .labels = {kHardLabels.begin(), kHardLabels.begin() + static_cast<std::ptrdiff_t>(c.classes)},
      .encoding = {.preparation = {Letters::kKeep, Numbers::kSpell}, .max_words = 17},
      .vocabulary = {std::move(words), {}},
      .vectors = random_matrix(kHardWords.size() + 1, c.inputs, 2, random),
      .network = std::move(network),
      .parameters = std::move(parameters),
      .temperature = 1 / 3.0,
      .metadata = {{"note", "ünï\n\"x\""}, {"seed", "7"}}};
}

inline SentimentModel small_sentiment_model() {
  return random_sentiment_model(
      {.options = {.cell = Cell::kRnn, .units = 3, .readouts = {Readout::kMax}}});
}

inline EncodedTexts texts_of_hard_words() {
  EncodedTexts texts;
  for (const std::vector<WordId>& text : {std::vector<WordId>{0}, {5, 5}, {1, 2, 3, 4, 0, 5}}) {
    texts.add(text, 0);
  }
  return texts;
}

// A safetensors file as its parts, to be tampered with.
struct ModelParts {
  struct Part {
    std::string name;
    std::string type;
    Shape shape;
    std::string bytes;
  };

  explicit ModelParts(const SentimentModel& model) {
    const TemporaryFolder folder;
    save_sentiment_model(folder / "model", model);
    const auto bytes = read_bytes(folder / "model");
    const Safetensors file(bytes, "model");
    metadata = file.metadata();
    Strings names{"vectors", "unknown_vector", "word_offsets", "words"};
    for (const auto& tensor : model.network.tensors()) names.push_back(tensor.name);
    for (const auto& name : names) {
      const std::string type = name == "words" ? "U8" : name == "word_offsets" ? "I64" : "F32";
      const auto dimensions = header_of(bytes).at(name).at("shape").size();
      const auto& tensor = file.require(name, type, dimensions);
      parts.push_back({name, type, tensor.shape, {tensor.bytes.begin(), tensor.bytes.end()}});
    }
  }

  static std::uint64_t header_size(const std::string& bytes) {
    std::uint64_t size = 0;
    std::memcpy(&size, bytes.data(), sizeof size);
    return size;
  }
  static nlohmann::json header_of(const std::string& bytes) {
    return nlohmann::json::parse(bytes.substr(8, header_size(bytes)));
  }

  Part& part(std::string_view name) { return *std::ranges::find(parts, name, &Part::name); }
  void remove(std::string_view name) {
    std::erase_if(parts, [&](const Part& part) { return part.name == name; });
  }

  std::string bytes() const {
    nlohmann::json header{{"__metadata__", metadata}};
    std::string all;
    for (const auto& [name, type, shape, bytes] : parts) {
      header[name] = {{"dtype", type},
                      {"shape", shape},
                      {"data_offsets", {all.size(), all.size() + bytes.size()}}};
      all += bytes;
    }
    const auto text = header.dump();
    const std::uint64_t size = text.size();
    return std::string(reinterpret_cast<const char*>(&size), sizeof size) + text + all;
  }

  std::vector<Part> parts;
  Metadata metadata;
};

}  // namespace wordkin::test
