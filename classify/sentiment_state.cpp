#include "classify/sentiment_state.h"

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <tuple>
#include <type_traits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/hash.h"
#include "common/input.h"
#include "common/safetensors.h"
#include "common/saved_state.h"
#include "embed/vectors/native_format.h"

namespace wordkin {
namespace {

constexpr std::string_view kStateFormat = "wordkin sentiment state";

using EntryKind = SavedEntry::Kind;
constexpr std::array kSentimentEntries{
    SavedEntry{"train_texts", EntryKind::kCount, "texts to train on"},
    SavedEntry{"validation_texts", EntryKind::kCount, "texts of validation"},
    SavedEntry{"texts", EntryKind::kContent, "other labelled texts, or in another order"},
    SavedEntry{"words", EntryKind::kContent, "other word vectors"},
    SavedEntry{"frozen_epochs", EntryKind::kContent, "another --frozen or --thaw-after"},
    SavedEntry{"directions", EntryKind::kFlag, "--forward-only", "1"},
    SavedEntry{"peepholes", EntryKind::kFlag, "--peepholes", "1"}};

// Adds ids, lengths and classes.
void add_texts(const EncodedTexts& texts, Fnv1a& hash) {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    hash.add(texts.text(i).size());
    hash.add(texts.text_class(i));
    for (const auto word : texts.text(i)) hash.add(word);
  }
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

nlohmann::json under_way_json(const EpochUnderWay& epoch) {
  return {epoch.batches,       epoch.words,         epoch.tally.loss,
          epoch.tally.correct, epoch.tally.texts,   epoch.gradient_norms,
          epoch.clipped_steps, epoch.learning_rate, epoch.seconds};
}

EpochUnderWay under_way_of(const nlohmann::json& json) {
  EpochUnderWay epoch;
  auto read = [&, next = std::size_t{0}]<class T>(T& number) mutable {
    const auto& found = json.at(next++);
    if constexpr (std::is_same_v<T, std::size_t>) {
      number = found.template get_ref<const nlohmann::json::number_unsigned_t&>();
    } else {
      found.get_to(number);
    }
  };
  read(epoch.batches);
  read(epoch.words);
  read(epoch.tally.loss);
  read(epoch.tally.correct);
  read(epoch.tally.texts);
  read(epoch.gradient_norms);
  read(epoch.clipped_steps);
  read(epoch.learning_rate);
  read(epoch.seconds);
  return epoch;
}

bool is_state(const Safetensors& file) {
  const auto format = file.metadata().find("format");
  return format != file.metadata().end() && format->second == kStateFormat;
}

void check_identity(const Safetensors& file, const Metadata& identity) {
  if (!is_state(file)) {
    throw FormatError(
        fmt::format("{}: is no saved state of sentiment training; resume from a file that "
                    "--save-state or --checkpoint-every wrote",
                    file.name()));
  }
  check_saved_options(file, identity, kSentimentEntries);
}

void read_figures(const Safetensors& file, SentimentState& state) {
  try {
    const auto json = nlohmann::json::parse(file.metadata().at("state"));
    state.epochs = epochs_of(json.at("epochs"));
    state.under_way = under_way_of(json.at("under_way"));
    state.best_epoch = json.at("best_epoch").get_ref<const nlohmann::json::number_unsigned_t&>();
    state.rate_factor = json.at("rate_factor").get<double>();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    throw FormatError(fmt::format("{}: the figures of its epochs cannot be read ({})", file.name(),
                                  excerpt(error.what())));
  }
}

bool is_share(double number) { return number >= 0 && number <= 1; }

bool is_possible(const SentimentEpoch& epoch) {
  return epoch.train_loss >= 0 && epoch.validation_loss >= 0 && epoch.gradient_norm >= 0 &&
         is_share(epoch.train_accuracy) && is_share(epoch.validation_accuracy);
}

// Of an epoch over `texts` in batches of `batch`.
bool is_possible(const EpochUnderWay& epoch, std::uint64_t texts, std::uint64_t batch) {
  const auto& tally = epoch.tally;
  return epoch.clipped_steps <= epoch.batches && epoch.batches <= (texts - 1) / batch + 1 &&
         epoch.batches <= tally.texts && tally.correct <= tally.texts && tally.texts <= texts &&
         (epoch.batches > 0 || tally.texts == 0) && tally.loss >= 0 && epoch.gradient_norms >= 0 &&
         epoch.seconds >= 0;
}

// Reads what training counted and measured, and where it stands.
void read_progress(const Safetensors& file, SentimentState& state) {
  read_figures(file, state);
  const auto texts = saved_number(file, "train_texts").value_or(0);
  const auto batch = saved_number(file, "batch").value_or(0);
  const bool is_good =
      texts > 0 && batch > 0 && is_possible(state.under_way, texts, batch) &&
      state.epochs.size() <= saved_number(file, "epochs").value_or(0) &&
      std::ranges::all_of(state.epochs, [](const auto& epoch) { return is_possible(epoch); }) &&
      (state.best_epoch == 0 || state.best_epoch < state.epochs.size()) && state.rate_factor > 0 &&
      state.rate_factor <= 1;
  if (is_good) return;
  throw FormatError(
      fmt::format("{}: the figures of its epochs are incomplete or contradictory; the file is "
                  "damaged",
                  file.name()));
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
  Fnv1a texts;
  add_texts(train, texts);
  add_texts(validation, texts);
  Metadata identity{{"train_texts", fmt::to_string(train.size())},
                    {"validation_texts", fmt::to_string(validation.size())},
                    {"texts", fmt::format("{:016x}", texts.value())},
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
      {"under_way", under_way_json(state.under_way)},
      {"best_epoch", state.best_epoch},
      {"rate_factor",
       state.rate_factor}}.dump();
  OutputFile file(path);
  write_safetensors_with_checksum(file, std::move(tensors), metadata);
  file.commit();
}

std::optional<SentimentProgress> sentiment_progress(const Safetensors& file) {
  if (!is_state(file)) return std::nullopt;
  SentimentState state;
  read_progress(file, state);
  const auto part = static_cast<double>(state.under_way.tally.texts) /
                    static_cast<double>(saved_number(file, "train_texts").value());
  const auto epochs = saved_number(file, "epochs").value_or(0);
  return SentimentProgress{static_cast<double>(state.epochs.size()) + part,
                           state.is_over(epochs, saved_number(file, "patience").value_or(0))};
}

SentimentState load_sentiment_state(const std::filesystem::path& path, const SentimentModel& model,
                                    const SentimentOptions& options, const Metadata& identity) {
  const FileContents contents(path);
  const Safetensors file(contents);
  check_identity(file, identity);
  auto state = SentimentState::initial(model, options);
  read_progress(file, state);
  if (!state.epochs.empty()) state.best_parameters = state.parameters;
  for (const auto& [name, numbers, least] : numbers_of(state)) {
    const auto items = checked_items<float>(file, name, "F32", {numbers->size()}, least);
    numbers->assign(items.begin(), items.end());
  }
  read_matrix_like(file, "vectors", model.vectors, state.vectors);
  if (options.frozen_epochs >= 0 && !state.epochs.empty()) {
    read_matrix_like(file, "best_vectors", model.vectors, state.best_vectors);
  }
  return state;
}

}  // namespace wordkin
