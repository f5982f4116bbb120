#include "classify/sentiment_state.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/input.h"
#include "common/safetensors.h"
#include "embed/vectors/native_format.h"

namespace wordkin {
namespace {

constexpr std::string_view kStateFormat = "wordkin sentiment state";

// A hash of ids, lengths and classes (FNV-1a).
std::uint64_t hash_of(const EncodedTexts& texts, std::uint64_t hash) {
  const auto add = [&](std::uint64_t number) { hash = (hash ^ number) * 0x100000001b3; };
  for (std::size_t i = 0; i < texts.size(); ++i) {
    add(texts.text(i).size());
    add(texts.text_class(i));
    for (const auto word : texts.text(i)) add(word);
  }
  return hash;
}

// The vectors of numbers of a state: the names of their tensors, and the least that a number may
// be.
template <class State>
auto numbers_of(State& state) {
  constexpr auto kAny = std::numeric_limits<float>::lowest();
  return std::vector<std::tuple<std::string, decltype(&state.parameters), float>>{
      {"parameters", &state.parameters, kAny},
      {"best_parameters", &state.best_parameters, kAny},
      {"parameters_first", &state.parameter_optimizer.first, kAny},
      {"parameters_second", &state.parameter_optimizer.second, 0.0f},
      {"vectors_first", &state.vector_optimizer.first, kAny},
      {"vectors_second", &state.vector_optimizer.second, 0.0f}};
}

nlohmann::json epochs_json(const std::vector<SentimentEpoch>& epochs) {
  auto json = nlohmann::json::array();
  for (const auto& e : epochs) {
    json.push_back({e.train_loss, e.train_accuracy, e.validation_loss, e.validation_accuracy,
                    e.learning_rate, e.gradient_norm, e.clipped_steps, e.words_per_second});
  }
  return json;
}

std::vector<SentimentEpoch> epochs_of(const nlohmann::json& json) {
  std::vector<SentimentEpoch> epochs;
  for (const auto& item : json) {
    const auto e = item.get<std::array<double, 8>>();
    epochs.push_back({e[0], e[1], e[2], e[3], e[4], e[5], e[6], e[7]});
  }
  return epochs;
}

void check_identity(const Safetensors& file, const Metadata& identity) {
  const auto& saved = file.metadata();
  if (const auto format = saved.find("format");
      format == saved.end() || format->second != kStateFormat) {
    throw FormatError(fmt::format("{}: is no saved state of sentiment training", file.name()));
  }
  for (const auto& [key, value] : identity) {
    const auto found = saved.find(key);
    if (found != saved.end() && found->second == value) continue;
    throw UsageError(fmt::format(
        "{}: was saved with {} '{}', found '{}'; resume with the same texts, vectors and options",
        file.name(), key, found == saved.end() ? "" : excerpt(found->second), excerpt(value)));
  }
}

// The numbers of a tensor whose size is known; all finite, and none below `least`.
void read_numbers(const Safetensors& file, const std::string& name, FloatVector& numbers,
                  float least) {
  const auto& tensor = file.require(name, "F32", 1);
  if (tensor.shape[0] != numbers.size()) {
    throw FormatError(
        fmt::format("{}: tensor '{}' has {} numbers, expected {}; the file is damaged", file.name(),
                    name, tensor.shape[0], numbers.size()));
  }
  if (!numbers.empty()) std::memcpy(numbers.data(), tensor.bytes.data(), tensor.bytes.size());
  if (!std::ranges::all_of(numbers, [&](float x) { return x >= least && std::isfinite(x); })) {
    throw FormatError(fmt::format(
        "{}: tensor '{}' holds a value that is not finite or too small; the file is damaged",
        file.name(), name));
  }
}

void read_matrix_like(const Safetensors& file, std::string_view name, MatrixView like,
                      Matrix& matrix) {
  matrix = read_matrix(file, name, like.rows());
  if (matrix.cols() == like.cols()) return;
  throw FormatError(fmt::format("{}: tensor '{}' has {} columns, expected {}; the file is damaged",
                                file.name(), name, matrix.cols(), like.cols()));
}

}  // namespace

Metadata training_identity(const EncodedTexts& train, const EncodedTexts& validation,
                           const SentimentOptions& options) {
  const auto& optimizer = options.optimizer;
  const auto& dropout = options.dropout;
  Metadata identity{
      {"texts", fmt::format("{:016x}", hash_of(validation, hash_of(train, 0xcbf29ce484222325)))},
      {"word_dropout", fmt::to_string(dropout.words)},
      {"input_dropout", fmt::to_string(dropout.inputs)},
      {"state_dropout", fmt::to_string(dropout.states)},
      {"feature_dropout", fmt::to_string(dropout.features)},
      {"optimizer", std::string(enum_name(optimizer.kind))},
      {"rate", fmt::to_string(optimizer.rate)},
      {"momentum", fmt::to_string(optimizer.momentum)},
      {"beta2", fmt::to_string(optimizer.beta2)},
      {"weight_decay", fmt::to_string(optimizer.weight_decay)},
      {"clip_norm", fmt::to_string(optimizer.clip_norm)},
      {"clip_value", fmt::to_string(optimizer.clip_value)},
      {"schedule", std::string(enum_name(optimizer.schedule))},
      {"warmup", fmt::to_string(optimizer.warmup)},
      {"label_smoothing", fmt::to_string(options.label_smoothing)},
      {"epochs", fmt::to_string(options.epochs)},
      {"batch", fmt::to_string(options.batch)},
      {"frozen_epochs", fmt::to_string(options.frozen_epochs)},
      {"patience", fmt::to_string(options.patience)},
      {"seed", fmt::to_string(options.seed)}};
  identity.merge(describe_network(options.network));
  return identity;
}

void save_sentiment_state(const std::filesystem::path& path, const SentimentState& state,
                          const Metadata& identity, const Monitor& monitor) {
  std::vector<TensorToWrite> tensors;
  for (const auto& [name, numbers, least] : numbers_of(state)) {
    tensors.push_back({name, "F32", {numbers->size()}, [numbers = numbers](OutputFile& file) {
                         file.write_values(std::span<const float>(*numbers));
                       }});
  }
  tensors.push_back(rows_tensor("vectors", state.vectors, 0, state.vectors.rows(), monitor));
  if (!state.best_vectors.empty()) {
    tensors.push_back(
        rows_tensor("best_vectors", state.best_vectors, 0, state.best_vectors.rows(), monitor));
  }
  auto metadata = identity;
  metadata["format"] = kStateFormat;
  metadata["state"] = nlohmann::json{
      {"epochs", epochs_json(state.epochs)},
      {"best_epoch", state.best_epoch},
      {"rate_factor",
       state.rate_factor}}.dump();
  OutputFile file(path);
  write_safetensors(file, tensors, metadata);
  file.commit();
}

SentimentState load_sentiment_state(const std::filesystem::path& path, const SentimentModel& model,
                                    const SentimentOptions& options, const Metadata& identity) {
  const FileContents contents(path);
  const Safetensors file(contents.bytes(), contents.name());
  check_identity(file, identity);
  auto state = SentimentState::initial(model, options);
  state.best_parameters = state.parameters;
  for (const auto& [name, numbers, least] : numbers_of(state)) {
    read_numbers(file, name, *numbers, least);
  }
  read_matrix_like(file, "vectors", model.vectors, state.vectors);
  if (options.frozen_epochs >= 0) {
    read_matrix_like(file, "best_vectors", model.vectors, state.best_vectors);
  }
  try {
    const auto json = nlohmann::json::parse(file.metadata().at("state"));
    state.epochs = epochs_of(json.at("epochs"));
    state.best_epoch = json.at("best_epoch").get_ref<const nlohmann::json::number_unsigned_t&>();
    state.rate_factor = json.at("rate_factor").get<double>();
  } catch (const std::exception& error) {
    throw FormatError(fmt::format("{}: the figures of its epochs cannot be read ({})", file.name(),
                                  excerpt(error.what())));
  }
  if (state.epochs.size() > static_cast<std::size_t>(options.epochs) ||
      state.best_epoch >= state.epochs.size() ||
      !(state.rate_factor > 0 && state.rate_factor <= 1)) {
    throw FormatError(
        fmt::format("{}: the figures of its epochs are incomplete or contradictory; "
                    "the file is damaged",
                    file.name()));
  }
  return state;
}

}  // namespace wordkin
