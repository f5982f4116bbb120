#include "embed/train/glove.h"

#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <oneapi/tbb/enumerable_thread_specific.h>

#include "common/error.h"
#include "common/parallel.h"
#include "common/random.h"
#include "common/version.h"
#include "embed/train/check_range.h"
#include "embed/train/glove_kernels.h"

namespace wordkin {
namespace {

// A thread's memory for a tile.
struct Scratch {
  std::vector<TileEntry> loaded;
  std::vector<TileEntry> entries;
  std::vector<std::size_t> next;  // where the next entry of each word goes
};

bool is_finite(const GloveParameters& parameters, WordId word) {
  const auto vector = parameters.vector(word);
  // A sum is finite only if all of its terms are.
  const auto squares = parameters.vector_squares(word);
  return std::isfinite(
      std::accumulate(vector.begin(), vector.end(), parameters.bias(word)) +
      std::accumulate(squares.begin(), squares.end(), parameters.bias_square(word)));
}

// Throws NumericError when a parameter is not finite, or when the loss is not.
void check_finite(const GloveModel& model, const Vocabulary& vocabulary, double loss,
                  std::size_t epoch) {
  constexpr std::string_view kAdvice = "training diverged; try a lower --eta or a lower --clip";
  for (WordId word = 0; word < vocabulary.size(); ++word) {
    if (is_finite(model.words, word) && is_finite(model.contexts, word)) continue;
    throw NumericError(fmt::format("training, epoch {}: the vector of '{}' is not finite: {}",
                                   epoch + 1, excerpt(vocabulary.word(word)), kAdvice));
  }
  if (std::isfinite(loss)) return;
  throw NumericError(
      fmt::format("training, epoch {}: the loss is not finite: {}", epoch + 1, kAdvice));
}

class GloveTrainer {
 public:
  GloveTrainer(const CooccurrenceTiles& tiles, const GloveOptions& options, GloveModel& model)
      : tiles_(tiles),
        options_(options),
        rates_{static_cast<float>(options.x_max), static_cast<float>(options.weight_exponent),
               static_cast<float>(options.eta), static_cast<float>(options.clip)},
        model_(model) {}

  std::size_t rounds() const { return tiles_.parts().parts(); }

  // Trains the tiles (p, p + diagonal) for all parts p and returns the sum of their losses.
  double run_round(std::size_t epoch, std::size_t diagonal, const Monitor& monitor) {
    std::vector<double> losses(rounds());
    parallel_for_ranges(losses.size(), 1, [&](std::size_t word_part, std::size_t) {
      monitor.throw_if_stopped();
      losses[word_part] = train(epoch, word_part, (word_part + diagonal) % rounds());
    });
    return std::accumulate(losses.begin(), losses.end(), 0.0);
  }

  std::uint64_t entries_of_diagonal(std::size_t diagonal) const {
    std::uint64_t entries = 0;
    for (std::size_t part = 0; part < rounds(); ++part) {
      entries += tiles_.size_of(part, (part + diagonal) % rounds());
    }
    return entries;
  }

 private:
  double train(std::size_t epoch, std::size_t word_part, std::size_t context_part) {
    auto& scratch = scratch_.local();
    arrange(epoch, word_part, context_part, scratch);
    return train_glove_tile(scratch.entries, model_.words.part(word_part),
                            model_.contexts.part(context_part), rates_);
  }

  // Copies the tile's entries, those of a word together, the words in an order of this epoch.
  void arrange(std::size_t epoch, std::size_t word_part, std::size_t context_part,
               Scratch& scratch) const {
    const auto words = static_cast<std::uint32_t>(tiles_.parts().size_of(word_part));
    auto& next = scratch.next;
    next.assign(words, 0);
    tiles_.load(word_part, context_part, scratch.loaded);
    for (const auto& entry : scratch.loaded) ++next[entry.word];
    std::size_t begin = 0;
    const auto tile = (epoch * rounds() + word_part) * rounds() + context_part;
    for (const auto word : shuffled(words, stream(options_.seed, "GloVe words of a tile", tile))) {
      begin += std::exchange(next[word], begin);
    }
    scratch.entries.resize(begin);
    for (const auto& entry : scratch.loaded) scratch.entries[next[entry.word]++] = entry;
  }

  const CooccurrenceTiles& tiles_;
  const GloveOptions& options_;
  GloveRates rates_;
  GloveModel& model_;
  oneapi::tbb::enumerable_thread_specific<Scratch> scratch_;
};

}  // namespace

void GloveOptions::validate() const {
  check_range("--dim", dim, 1, 65'536);
  check_range("--epochs", epochs, 1, 1'000'000);
  check_range("--eta", eta, 1e-12, 1e6);
  check_range("--x-max", x_max, 1e-6, 1e30);
  check_range("--weight-exponent", weight_exponent, 0.0, 10.0);
  check_range("--clip", clip, 1e-6, 1e30);
  check_range("--threads", threads, 0, 4096);
}

GloveModel train_glove(const CooccurrenceTiles& tiles, const Vocabulary& vocabulary,
                       const GloveOptions& options, GloveModel model, const Monitor& monitor) {
  options.validate();
  if (tiles.entries() == 0) {
    throw FormatError(
        "no two words of the text occur near each other, so there is nothing to learn from; lower "
        "--min-count, or give more text");
  }
  const auto epochs = static_cast<std::size_t>(options.epochs);
  StageReporter reporter(monitor, "training", "entries",
                         tiles.entries() * (epochs - std::min(epochs, model.losses.size())));
  Progress progress{.learning_rate = options.eta};
  GloveTrainer trainer(tiles, options, model);
  with_threads(options.threads, [&] {
    while (model.losses.size() < epochs) {
      const auto epoch = model.losses.size();
      const auto diagonals = shuffled(static_cast<std::uint32_t>(trainer.rounds()),
                                      stream(options.seed, "GloVe diagonals", epoch));
      double loss = 0;
      std::uint64_t entries = 0;
      for (const auto diagonal : diagonals) {
        loss += trainer.run_round(epoch, diagonal, monitor);
        if (!std::isfinite(loss)) check_finite(model, vocabulary, loss, epoch);
        const auto trained = trainer.entries_of_diagonal(diagonal);
        entries += trained;
        progress.done += trained;
        progress.loss = loss / static_cast<double>(std::max<std::uint64_t>(entries, 1));
        reporter.report(progress);
      }
      model.losses.push_back(progress.loss);
    }
  });
  reporter.finish(progress);
  check_finite(model, vocabulary, model.losses.back(), epochs - 1);
  return model;
}

Metadata glove_metadata(const GloveModel& model, const GloveOptions& options) {
  return {{"program", fmt::format("wordkin {}", kVersion)},
          {"model", "glove"},
          {"dim", fmt::to_string(options.dim)},
          {"epochs", fmt::to_string(options.epochs)},
          {"eta", fmt::to_string(options.eta)},
          {"x_max", fmt::to_string(options.x_max)},
          {"weight_exponent", fmt::to_string(options.weight_exponent)},
          {"clip", fmt::to_string(options.clip)},
          {"seed", fmt::to_string(options.seed)},
          {"mean_loss", fmt::format("{:.6g}", fmt::join(model.losses, " "))}};
}

Embeddings glove_embeddings(const GloveModel& model, const Vocabulary& vocabulary,
                            const GloveOptions& options, GloveVectors which) {
  const auto dim = model.words.dim();
  Matrix vectors(vocabulary.size(), dim);
  Matrix contexts(vocabulary.size(), dim);
  for (WordId word = 0; word < vocabulary.size(); ++word) {
    const auto w = model.words.vector(word);
    const auto u = model.contexts.vector(word);
    for (std::size_t i = 0; i < dim; ++i) {
      vectors.row(word)[i] = which == GloveVectors::kSum    ? w[i] + u[i]
                             : which == GloveVectors::kWord ? w[i]
                                                            : u[i];
      contexts.row(word)[i] = u[i];
    }
  }
  auto metadata = glove_metadata(model, options);
  metadata["vectors"] = enum_name(which);
  return {vocabulary, std::move(vectors), std::move(contexts), std::move(metadata)};
}

}  // namespace wordkin
