#include "classify/sentiment_model.h"

#include "classify/sentiment_file.h"
#include "tests/fuzz/embeddings.h"
#include "tests/fuzz/sentiment.h"

namespace wordkin::fuzz {
namespace {

void check_model(const SentimentModel& model) {
  check_vocabulary(model.vocabulary);
  check_unique(model.vocabulary);
  check(model.labels.size() >= 2 && model.network.classes() == model.labels.size(),
        "there are classes");
  check(model.vectors.rows() == model.vocabulary.size() + std::size_t{1} &&
            model.vectors.cols() == model.network.inputs(),
        "each word has a vector, and so do unknown ones");
  check_finite(model.vectors);
  check(model.parameters.size() == model.network.parameters(), "there are all parameters");
  check(std::ranges::all_of(model.parameters, [](float x) { return std::isfinite(x); }),
        "parameters are finite");
  check(model.temperature > 0 && std::isfinite(model.temperature), "temperatures are above 0");
}

void check_same_model(const SentimentModel& a, const SentimentModel& b) {
  check_same_words(a.vocabulary, b.vocabulary);
  check(a.labels == b.labels && a.metadata == b.metadata, "metadata are kept");
  check(a.vectors == b.vectors && a.parameters == b.parameters, "numbers are kept");
  check(a.temperature == b.temperature && a.encoding.max_words == b.encoding.max_words &&
            a.encoding.preparation == b.encoding.preparation,
        "settings are kept");
}

void ask(const SentimentModel& model) {
  const auto encoded = encode_text("The plot was , dull !", model.encoding, model.vocabulary);
  EncodedTexts texts;
  texts.add(encoded.ids, 0);
  texts.add(std::array{model.unknown_word()}, 0);
  const auto probabilities = accepted(0, [&] { return predict(model, texts); });
  if (!probabilities) return;
  check(probabilities->size() == texts.size() * model.labels.size(), "each class is predicted");
  check(std::ranges::all_of(*probabilities, [](double p) { return p >= 0 && p <= 1; }),
        "what is predicted are probabilities");
}

void run_sentiment_model(std::string_view bytes) {
  const MemoryFile file(bytes);
  const auto model = accepted(bytes.size(), [&] { return load_sentiment_model(file.path()); });
  if (!model) return;
  check_model(*model);
  if (!gets_long_checks(bytes)) return;
  ask(*model);
  // Metadata of the model are in those of the file.
  const auto save = [](const SentimentModel& what) {
    return MemoryFile(
        written([&](const std::filesystem::path& path) { save_sentiment_model(path, what); }));
  };
  const auto again = load_sentiment_model(save(*model).path());
  check_same_model(load_sentiment_model(save(again).path()), again);
  check(again.parameters == model->parameters && again.vectors == model->vectors,
        "numbers are kept");
}

std::vector<std::string> sentiment_model_seeds() {
  std::vector<std::string> seeds;
  for (const NetworkOptions& options :
       {NetworkOptions{.cell = Cell::kRnn, .units = 2, .layers = 2, .readouts = {Readout::kMax}},
        NetworkOptions{.cell = Cell::kGru, .units = 1, .bidirectional = false},
        NetworkOptions{.units = 1, .peepholes = true, .readouts = {Readout::kAttention}}}) {
    seeds.push_back(written([&](const std::filesystem::path& path) {
      save_sentiment_model(path, small_model(options));
    }));
  }
  return seeds;
}

const Registration kSentimentModel{{"sentiment_model", run_sentiment_model, sentiment_model_seeds}};

}  // namespace
}  // namespace wordkin::fuzz
