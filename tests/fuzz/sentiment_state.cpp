#include "classify/sentiment_state.h"

#include "tests/fuzz/embeddings.h"
#include "tests/fuzz/sentiment.h"

namespace wordkin::fuzz {
namespace {

// What a state is resumed with.
struct SentimentTraining {
  SentimentOptions options{.network = {.cell = Cell::kGru, .units = 2, .bidirectional = false},
                           .optimizer = {},
                           .epochs = 3,
                           .batch = 2,
                           .patience = 0};
  SentimentModel model = small_model(options.network);
  EncodedTexts texts = some_texts();
  Metadata identity = training_identity(texts, texts, options);
};

const SentimentTraining& sentiment_training() {
  static const SentimentTraining training;
  return training;
}

void check_numbers(const FloatVector& numbers, std::size_t size, float least) {
  check(numbers.size() == size, "there are all numbers");
  check(std::ranges::all_of(numbers, [&](float x) { return x >= least && std::isfinite(x); }),
        "numbers are finite, and squares not below 0");
}

void check_state(const SentimentState& state) {
  const auto& model = sentiment_training().model;
  const auto parameters = model.parameters.size();
  const auto vectors = model.vectors.rows() * model.vectors.cols();
  constexpr auto kAny = std::numeric_limits<float>::lowest();
  check_numbers(state.parameters, parameters, kAny);
  check_numbers(state.best_parameters, state.epochs.empty() ? 0 : parameters, kAny);
  check_numbers(state.parameter_optimizer.first, parameters, kAny);
  check_numbers(state.parameter_optimizer.second, parameters, 0);
  check_numbers(state.vector_optimizer.first, vectors, kAny);
  check_numbers(state.vector_optimizer.second, vectors, 0);
  for (const auto* matrix : {&state.vectors, &state.best_vectors}) {
    if (state.epochs.empty() && matrix->empty()) continue;
    check(matrix->rows() == model.vectors.rows() && matrix->cols() == model.vectors.cols(),
          "there are all vectors");
    check_finite(*matrix);
  }
  const auto epochs = state.epochs.size();
  check(epochs <= static_cast<std::size_t>(sentiment_training().options.epochs) &&
            (state.best_epoch == 0 || state.best_epoch < epochs),
        "epochs are those of the training");
  check(state.under_way.tally.correct <= state.under_way.tally.texts, "counts are consistent");
  check(state.rate_factor > 0 && state.rate_factor <= 1, "plateaus lower the rate");
}

void check_same_state(const SentimentState& a, const SentimentState& b) {
  check(a.parameters == b.parameters && a.best_parameters == b.best_parameters &&
            a.vectors == b.vectors && a.best_vectors == b.best_vectors &&
            a.vector_optimizer.second == b.vector_optimizer.second,
        "numbers are kept");
  check(a.epochs.size() == b.epochs.size() && a.best_epoch == b.best_epoch &&
            a.rate_factor == b.rate_factor,
        "figures are kept");
}

SentimentState load_sentiment(std::string_view bytes) {
  const auto& [options, model, texts, identity] = sentiment_training();
  return load_sentiment_state(MemoryFile(with_checksum(bytes)).path(), model, options, identity);
}

std::string saved_sentiment(const SentimentState& state) {
  return written([&](const std::filesystem::path& path) {
    save_sentiment_state(path, state, sentiment_training().identity);
  });
}

void run_sentiment_state(std::string_view bytes) {
  const auto state = accepted(bytes.size(), [&] { return load_sentiment(bytes); });
  if (!state) return;
  check_state(*state);
  if (!gets_long_checks(bytes)) return;
  check_same_state(load_sentiment(saved_sentiment(*state)), *state);
  // Training goes on, or tells that its numbers are too large.
  accepted(0, [&] {
    auto model = sentiment_training().model;
    const auto& texts = sentiment_training().texts;
    const auto trained = train_sentiment(texts, texts, sentiment_training().options, model, {},
                                         SentimentState(*state));
    check(trained.best_epoch < trained.epochs.size(), "training goes on");
    check(std::ranges::all_of(model.parameters, [](float x) { return std::isfinite(x); }),
          "parameters are finite");
    return true;
  });
}

std::vector<std::string> sentiment_state_seeds() {
  auto model = sentiment_training().model;
  std::vector<std::string> seeds;
  train_sentiment(sentiment_training().texts, sentiment_training().texts,
                  sentiment_training().options, model, {}, std::nullopt,
                  [&](const SentimentState& state) { seeds.push_back(saved_sentiment(state)); });
  return seeds;
}

const Registration kSentimentState{{"sentiment_state", run_sentiment_state, sentiment_state_seeds}};

}  // namespace
}  // namespace wordkin::fuzz
