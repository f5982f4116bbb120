#include "embed/train/word2vec.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "common/error.h"
#include "common/parallel.h"
#include "common/random.h"
#include "common/version.h"
#include "embed/train/check_range.h"
#include "embed/train/hogwild.h"
#include "embed/train/lockstep.h"
#include "embed/train/word2vec_worker.h"

namespace wordkin {
namespace {

void initialise(Matrix& input, std::uint64_t seed) {
  const auto scale = 1.0f / static_cast<float>(input.cols());
  for (std::size_t i = 0; i < input.rows(); ++i) {
    auto random = stream(seed, "input vectors", i);
    for (float& value : input.row(i)) value = (random.uniform() - 0.5f) * scale;
  }
}

void copy_known_rows(const Embeddings& start, MatrixView from, const Vocabulary& vocabulary,
                     Matrix& to) {
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    if (const auto known = start.vocabulary().find(vocabulary.word(id))) {
      std::ranges::copy(from.row(*known), to.row(id).begin());
    }
  }
}

Word2VecTask make_task(const EncodedCorpus& corpus, const Vocabulary& vocabulary,
                       const Word2VecOptions& options, const Embeddings* start) {
  const auto dim = static_cast<std::size_t>(options.dim);
  Word2VecTask task{.corpus = corpus,
                    .options = options,
                    .subsampler = Subsampler(vocabulary.counts(), options.sample),
                    .noise = {},
                    .tree = {},
                    .input = Matrix(vocabulary.size(), dim),
                    .output = {}};
  initialise(task.input, options.seed);
  if (options.loss == Loss::kNegativeSampling) {
    task.noise.emplace(vocabulary.counts(), options.noise_exponent);
    task.output = Matrix(vocabulary.size(), dim);
  } else {
    task.tree.emplace(vocabulary.counts());
    task.output = Matrix(task.tree->inner_nodes(), dim);
  }
  if (start != nullptr) {
    check_start(*start, options);
    copy_known_rows(*start, start->vectors(), vocabulary, task.input);
    if (task.noise && start->has_context()) {
      copy_known_rows(*start, start->context(), vocabulary, task.output);
    }
  }
  return task;
}

Metadata describe(const Word2VecTask& task, const std::vector<Tally>& epochs) {
  const auto& options = task.options;
  std::vector<double> losses;
  std::uint64_t pairs = 0;
  for (const auto& epoch : epochs) {
    losses.push_back(epoch.mean_loss());
    pairs += epoch.pairs;
  }
  return {{"program", fmt::format("wordkin {}", kVersion)},
          {"model", std::string(enum_name(options.model))},
          {"loss", std::string(enum_name(options.loss))},
          {"dim", fmt::to_string(options.dim)},
          {"window", fmt::to_string(options.window)},
          {"window_size", std::string(enum_name(options.window_size))},
          {"negative", fmt::to_string(options.negative)},
          {"sharing", std::string(enum_name(options.sharing))},
          {"updates", std::string(enum_name(options.updates))},
          {"block", fmt::to_string(task.block_words())},
          {"shared_negatives", fmt::to_string(options.noise_words())},
          {"noise_exponent", fmt::to_string(options.noise_exponent)},
          {"sample", fmt::to_string(options.sample)},
          {"epochs", fmt::to_string(options.epochs)},
          {"alpha", fmt::to_string(options.initial_alpha())},
          {"seed", fmt::to_string(options.seed)},
          {"corpus_words", fmt::to_string(task.corpus.words())},
          {"corpus_sentences", fmt::to_string(task.corpus.sentences())},
          {"positive_pairs", fmt::to_string(pairs)},
          {"mean_loss", fmt::format("{:.6g}", fmt::join(losses, " "))}};
}

constexpr std::string_view kAdvice =
    "training diverged; try a lower --alpha, and vectors of --init that are not too large";

// The steps of a block are computed from the same vectors and summed. Found by experiment: training
// stays stable while a pair of an input and a shared noise word weighs no more than kMaxWeight, in
// units of the step's length, and all pairs of a noise word no more than kMaxLoad.
constexpr double kMaxWeight = 0.1;
constexpr double kMaxLoad = 1.2;
// The same for an inner node of the tree.
constexpr double kMaxPathLoad = 0.5;

// The same for a word or node in a round of lockstep: the changes of the lanes are summed.
constexpr double kMaxRoundLoad = 6;

// The number of words that have a word in their windows.
double window_words(const Word2VecOptions& options) {
  return options.window_size == WindowSize::kFixed ? 2 * options.window : options.window + 1;
}

// alpha times the number of inputs that answer for a centre word.
double centre_load(const Word2VecOptions& options) {
  return options.initial_alpha() *
         (options.model == Word2VecModel::kCbow ? 1 : window_words(options));
}

// alpha times the number of noise words that an input would have pair by pair.
double noise_load(const Word2VecOptions& options) {
  return centre_load(options) * options.negative;
}

}  // namespace

int Word2VecOptions::noise_words() const {
  const double usual = model == Word2VecModel::kCbow ? 16 : 24;
  constexpr double kMost = 256;  // more would be slower than the pairs
  return shared_negatives.value_or(static_cast<int>(
      std::clamp(4 * std::ceil(noise_load(*this) / kMaxWeight / 4), usual, kMost)));
}

int Word2VecOptions::block_words(double largest_share) const {
  constexpr double kUsual = 16;
  const double repeats = std::max(1.0, largest_share * noise_words());
  const double weight = repeats * noise_load(*this) / noise_words();
  return block.value_or(
      static_cast<int>(std::clamp(4 * std::floor(kMaxLoad / weight / 4), 4.0, kUsual)));
}

int Word2VecOptions::path_words() const {
  constexpr double kMost = 64;
  return static_cast<int>(
      std::clamp(4 * std::floor(kMaxPathLoad / initial_alpha() / 4), 4.0, kMost));
}

int Word2VecOptions::round_words(double noise_share, double word_share) const {
  constexpr double kMost = 128;
  const double target_load =
      loss == Loss::kHierarchicalSoftmax
          ? centre_load(*this)  // of the root
          : noise_load(*this) * noise_share + centre_load(*this) * word_share;
  const double input_load = initial_alpha() * window_words(*this) * (negative + 1) * word_share;
  return static_cast<int>(
      std::clamp(std::floor(kMaxRoundLoad / std::max(target_load, input_load)), 1.0, kMost));
}

void Word2VecOptions::validate() const {
  check_range("--dim", dim, 1, 65'536);
  check_range("--window", window, 1, 10'000);
  check_range("--negative", negative, 1, 10'000);
  check_range("--noise-exponent", noise_exponent, -10.0, 10.0);
  check_range("--sample", sample, 0.0, 1e9);
  check_range("--epochs", epochs, 1, 1'000'000);
  check_range("--alpha", initial_alpha(), 1e-12, 1e6);
  check_range("--block", block_words(), 1, 64);
  check_range("--shared-negatives", noise_words(), 1, 10'000);
  check_range("--threads", threads, 0, 4096);
}

void check_start(const Embeddings& start, const Word2VecOptions& options) {
  if (start.dim() != static_cast<std::size_t>(options.dim)) {
    throw UsageError(fmt::format("the start vectors have {} dimensions; train with --dim {}",
                                 start.dim(), start.dim()));
  }
}

Embeddings train_word2vec(const EncodedCorpus& corpus, const Vocabulary& vocabulary,
                          const Word2VecOptions& options, const Monitor& monitor,
                          const Embeddings* start) {
  options.validate();
  if (corpus.words() == 0 || !vocabulary.has_counts()) {
    throw UsageError("training needs a corpus with words and a vocabulary with counts");
  }
  auto task = make_task(corpus, vocabulary, options, start);

  std::vector<Tally> epochs(static_cast<std::size_t>(options.epochs));
  Tally all;
  StageReporter reporter(monitor, "training", "words",
                         corpus.words() * static_cast<std::uint64_t>(options.epochs));
  Progress progress;
  const auto on_unit = [&](std::size_t unit, const Tally& tally) {
    auto& epoch = epochs[unit / corpus.chunks()];
    epoch += tally;
    all += tally;
    if (!std::isfinite(tally.loss)) {
      throw NumericError(fmt::format("training, epoch {}: the loss is not finite: {}",
                                     unit / corpus.chunks() + 1, kAdvice));
    }
    progress = {.done = all.words, .loss = epoch.mean_loss(), .learning_rate = task.rate(unit)};
    reporter.report(progress);
  };
  if (options.updates == Updates::kLockstep) {
    const auto make_lane = [&] {
      std::shared_ptr worker = make_word2vec_worker(task, RowUse::kCopied);
      return Lane{[worker](std::size_t unit) { worker->begin(unit); },
                  [worker] { return worker->run_round(); },
                  [worker](std::size_t shard) { worker->changes().apply(shard); },
                  [worker] { return worker->tally(); }};
    };
    run_lockstep(task.units(), options.threads, make_lane, on_unit, monitor.stop);
  } else {
    const auto make_worker = [&] {
      const bool alone = thread_count(options.threads) == 1;
      std::shared_ptr worker =
          make_word2vec_worker(task, alone ? RowUse::kShared : RowUse::kPrivate);
      return Worker([worker](std::size_t unit) { return worker->run(unit); });
    };
    run_hogwild(task.units(), options.threads, make_worker, on_unit, monitor.stop);
  }
  reporter.finish(progress);
  if (all.pairs == 0) {
    throw FormatError(
        "no sentence of the text has two words to learn from; lower --min-count, or raise "
        "--sample");
  }
  if (first_non_finite_row(task.input) || first_non_finite_row(task.output)) {
    throw NumericError(fmt::format("training: a vector is not finite: {}", kAdvice));
  }
  auto metadata = describe(task, epochs);
  return {vocabulary, std::move(task.input), task.noise ? std::move(task.output) : Matrix(),
          std::move(metadata)};
}

}  // namespace wordkin
