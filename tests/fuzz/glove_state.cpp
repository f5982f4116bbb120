#include "embed/train/glove_state.h"

#include <array>

#include "tests/fuzz/embeddings.h"

namespace wordkin::fuzz {
namespace {

// What a state is resumed with.
struct GloveTraining {
  GloveTraining() : vocabulary(some_embeddings({4, 3, 2, 1}).vocabulary()) {
    const std::array<WordId, 3> contexts{0, 1, 3};
    const std::array counts{1.5, 1.0, 20.0};
    for (WordId word = 0; word < vocabulary.size(); ++word) tiles.add({word, contexts, counts});
    tiles.finish();
  }

  GloveOptions options{.dim = 2, .epochs = 4, .threads = 1};
  Vocabulary vocabulary;
  CooccurrenceTiles tiles{WordParts(4, 1), std::uint64_t{1} << 20};
};

const GloveTraining& glove_training() {
  static const GloveTraining training;
  return training;
}

void check_parameters(const GloveParameters& parameters) {
  const auto is_square = [](float x) { return x >= 1 && std::isfinite(x); };
  for (WordId word = 0; word < glove_training().vocabulary.size(); ++word) {
    check(std::ranges::all_of(parameters.vector(word), [](float x) { return std::isfinite(x); }) &&
              std::isfinite(parameters.bias(word)),
          "values are finite");
    check(std::ranges::all_of(parameters.vector_squares(word), is_square) &&
              is_square(parameters.bias_square(word)),
          "sums of squares are not below 1");
  }
}

GloveModel load_glove(std::string_view bytes) {
  const auto& [options, vocabulary, tiles] = glove_training();
  return load_glove_state(MemoryFile(with_checksum(bytes)).path(), tiles, vocabulary, options);
}

std::string saved_glove(const GloveModel& model) {
  const auto& [options, vocabulary, tiles] = glove_training();
  return written([&, &o = options, &v = vocabulary, &t = tiles](const std::filesystem::path& path) {
    save_glove_state(path, model, t, v, o);
  });
}

void run_glove_state(std::string_view bytes) {
  const auto model = accepted(bytes.size(), [&] { return load_glove(bytes); });
  if (!model) return;
  check_parameters(model->words);
  check_parameters(model->contexts);
  const auto& [options, vocabulary, tiles] = glove_training();
  const auto begun = model->losses.size() + (model->rounds > 0 ? 1 : 0);
  check(begun <= static_cast<std::size_t>(options.epochs), "no more is done than there is");
  if (!gets_long_checks(bytes)) return;
  const auto again = saved_glove(*model);
  check(saved_glove(load_glove(again)) == again, "a state is kept");
  // Training goes on, or tells that its numbers are too large.
  const auto trained = accepted(
      0, [&, &o = options, &v = vocabulary, &t = tiles] { return train_glove(t, v, o, *model); });
  if (trained) check_parameters(trained->words);
}

std::vector<std::string> glove_state_seeds() {
  auto options = glove_training().options;
  options.epochs = 2;
  const auto& tiles = glove_training().tiles;
  auto start = GloveModel::initial(tiles.parts(), 2, options.seed);
  return {saved_glove(train_glove(tiles, glove_training().vocabulary, options, std::move(start)))};
}

const Registration kGloveState{{"glove_state", run_glove_state, glove_state_seeds}};

}  // namespace
}  // namespace wordkin::fuzz
