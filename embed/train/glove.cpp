#include "embed/train/glove.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <stop_token>
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

// No logarithms of counts are so far from each other that a mean of their squares reaches this.
constexpr double kMaxEntryLoss = 1e4;

NumericError diverged(const GloveModel& model, const GloveOptions& options, std::string_view what) {
  return NumericError(
      fmt::format("training, epoch {}: {}: training diverged; try --eta {:.2g}, or a lower --clip",
                  model.losses.size() + 1, what, std::min(GloveOptions{}.eta, options.eta / 4)));
}

// Throws NumericError for a parameter that says that training diverged.
void check_finite(const GloveModel& model, const Vocabulary& vocabulary,
                  const GloveOptions& options) {
  for (WordId word = 0; word < vocabulary.size(); ++word) {
    if (is_finite(model.words, word) && is_finite(model.contexts, word)) continue;
    throw diverged(model, options,
                   fmt::format("the vector of '{}' is not finite", excerpt(vocabulary.word(word))));
  }
}

// The same for the mean loss of a round's entries.
void check_loss(const GloveModel& model, const Vocabulary& vocabulary, double loss,
                const GloveOptions& options) {
  if (loss <= kMaxEntryLoss) return;
  check_finite(model, vocabulary, options);  // or it names a word
  throw diverged(
      model, options,
      std::isfinite(loss) ? fmt::format("the loss is {:.3g}", loss) : "the loss is not finite");
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

  // Of the epoch under way.
  std::uint64_t entries_of_rounds_done() {
    const auto& order = diagonals();
    std::uint64_t entries = 0;
    for (std::size_t round = 0; round < model_.rounds; ++round) {
      entries += entries_of_diagonal(order[round]);
    }
    return entries;
  }

  // Trains the tiles (p, p + diagonal) for all parts p, of the next diagonal of the epoch, and
  // returns how many entries those are. A stop throws Interrupted in the middle of it.
  std::uint64_t run_round(const std::stop_token& stop) {
    const std::size_t diagonal = diagonals()[model_.rounds];
    std::vector<double> losses(rounds());
    parallel_for_ranges(losses.size(), 1, [&](std::size_t word_part, std::size_t) {
      if (stop.stop_requested()) throw Interrupted();
      losses[word_part] = train(model_.losses.size(), word_part, (word_part + diagonal) % rounds());
    });
    model_.round_losses += std::accumulate(losses.begin(), losses.end(), 0.0);
    ++model_.rounds;
    return entries_of_diagonal(diagonal);
  }

 private:
  // In the order of the epoch under way.
  const std::vector<std::uint32_t>& diagonals() {
    if (const auto epoch = model_.losses.size(); epoch != order_epoch_) {
      order_ = shuffled(static_cast<std::uint32_t>(rounds()),
                        stream(options_.seed, "GloVe diagonals", epoch));
      order_epoch_ = epoch;
    }
    return order_;
  }

  std::uint64_t entries_of_diagonal(std::size_t diagonal) const {
    std::uint64_t entries = 0;
    for (std::size_t part = 0; part < rounds(); ++part) {
      entries += tiles_.size_of(part, (part + diagonal) % rounds());
    }
    return entries;
  }

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
  std::vector<std::uint32_t> order_;
  std::optional<std::size_t> order_epoch_;  // of order_
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
                       const GloveOptions& options, GloveModel model, const Monitor& monitor,
                       Checkpoint<GloveModel> checkpoint) {
  options.validate();
  if (tiles.entries() == 0) {
    throw FormatError(
        "no two words of the text occur near each other, so there is nothing to learn from; lower "
        "--min-count, or give more text");
  }
  const auto epochs = static_cast<std::size_t>(options.epochs);
  GloveTrainer trainer(tiles, options, model);
  // Without a checkpoint a stop interrupts at once; with one, it waits for a state to be saved.
  const auto stop = checkpoint ? std::stop_token() : monitor.stop;
  const auto mean_loss = [&] {  // of the epoch so far
    const auto entries = std::max<std::uint64_t>(trainer.entries_of_rounds_done(), 1);
    return model.round_losses / static_cast<double>(entries);
  };
  const auto save_if_due = [&] {
    const bool stopping = checkpoint && monitor.stop.stop_requested();
    if (!checkpoint.is_due() && !stopping) return;
    check_finite(model, vocabulary, options);
    checkpoint.save(model);
    if (stopping) throw Interrupted();
  };
  auto done = tiles.entries() * model.losses.size() + trainer.entries_of_rounds_done();
  StageReporter reporter(monitor, "training", "entries", tiles.entries() * epochs, done);
  Progress progress{.learning_rate = options.eta};
  with_threads(options.threads, [&] {
    while (model.losses.size() < epochs) {
      while (model.rounds < trainer.rounds()) {
        save_if_due();
        const auto losses_before = model.round_losses;
        const auto entries = trainer.run_round(stop);
        check_loss(model, vocabulary,
                   (model.round_losses - losses_before) /
                       static_cast<double>(std::max<std::uint64_t>(entries, 1)),
                   options);
        done += entries;
        progress.done = done;
        progress.loss = mean_loss();
        reporter.report(progress);
      }
      model.losses.push_back(model.round_losses / static_cast<double>(tiles.entries()));
      model.rounds = 0;
      model.round_losses = 0;
    }
  });
  progress.done = done;
  reporter.finish(progress);
  check_finite(model, vocabulary, options);
  return model;
}

Metadata glove_metadata(const GloveOptions& options) {
  return {{"program", fmt::format("wordkin {}", kVersion)},
          {"model", "glove"},
          {"dim", fmt::to_string(options.dim)},
          {"epochs", fmt::to_string(options.epochs)},
          {"eta", fmt::to_string(options.eta)},
          {"x_max", fmt::to_string(options.x_max)},
          {"weight_exponent", fmt::to_string(options.weight_exponent)},
          {"clip", fmt::to_string(options.clip)},
          {"seed", fmt::to_string(options.seed)}};
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
  auto metadata = glove_metadata(options);
  metadata["mean_loss"] = fmt::format("{:.6g}", fmt::join(model.losses, " "));
  metadata["vectors"] = enum_name(which);
  return {vocabulary, std::move(vectors), std::move(contexts), std::move(metadata)};
}

}  // namespace wordkin
