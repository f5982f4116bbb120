#include "embed/train/word2vec.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/error.h"
#include "common/parallel.h"
#include "common/random.h"
#include "common/version.h"
#include "embed/train/check_range.h"
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

// Times the loss of vectors that have learned nothing, in an epoch so far or since the last state,
// from so many pairs on. Found by experiment: where training recovers, that of an epoch stays
// below 1.5.
constexpr double kMaxLoss = 4;
constexpr std::uint64_t kEnoughPairs = 1000;

NumericError diverged(const Word2VecTask& task, std::size_t unit, std::string_view what) {
  const auto& options = task.options;
  auto usual = options;
  usual.alpha.reset();
  return NumericError(fmt::format(
      "training, epoch {}: {}: training diverged; try --alpha {:.2g}, or shorter vectors "
      "where --init was given",
      unit / task.corpus.chunks() + 1, what,
      std::min(usual.initial_alpha(), options.initial_alpha() / 4)));
}

void check_finite(const Word2VecTask& task, std::size_t unit) {
  if (first_non_finite_row(task.input) || first_non_finite_row(task.output)) {
    throw diverged(task, unit, "a vector is not finite");
  }
}

// The steps of a block are computed from the same vectors and summed. Found by experiment, in units
// of the step's length: training stays stable while a pair of an input and a shared noise word
// weighs no more than kMaxWeight, all pairs of a noise word no more than kMaxLoad, and all pairs of
// the block with noise no more than kMaxBlockLoad.
constexpr double kMaxWeight = 0.1;
constexpr double kMaxLoad = 1.2;
constexpr double kMaxBlockLoad = 36;
// The same for an inner node of the tree.
constexpr double kMaxPathLoad = 0.5;

constexpr int kWholeBlock = 4;  // kernels compute four rows at a time

// The same for a word, or for the root of the tree, in a lane's part of a round of lockstep: the
// changes of the lanes, computed from the same vectors, are summed.
constexpr double kMaxRoundLoad = 0.7;
constexpr double kMaxRoundPathLoad = 3;

// alpha times the number of inputs that answer for a centre word.
double centre_load(const Word2VecOptions& options) {
  return options.initial_alpha() *
         (options.model == Word2VecModel::kCbow ? 1 : options.mean_contexts());
}

// alpha times the number of noise words that an input would have pair by pair.
double noise_load(const Word2VecOptions& options) {
  return centre_load(options) * options.negative;
}

// Trains units from `first` on, and returns the first that was not done.
std::size_t train_units(Word2VecTask& task, UnitRun run, std::size_t first,
                        const std::function<void(std::size_t, const Tally&)>& on_unit) {
  run.first = first;
  if (task.options.updates == Updates::kLockstep) {
    LockstepRows rows(task.input, task.output, kLockstepLanes);
    const auto make_lane = [&, lanes = std::size_t{0}]() mutable {
      std::shared_ptr worker = make_word2vec_worker(task, RowUse::kShared);
      auto& lane_rows = rows.lane(lanes++);
      return Lane{[worker](std::size_t unit) { worker->begin(unit); },
                  [worker, &lane_rows](std::uint64_t round) {
                    lane_rows.begin_round(round);
                    return worker->collect_round(lane_rows);
                  },
                  [worker, &lane_rows] {
                    lane_rows.forget_copies();
                    worker->train_round(lane_rows);
                  },
                  [worker] { return worker->tally(); }};
    };
    return run_lockstep(
        run, make_lane, [&](std::size_t shard) { rows.add(shard); }, on_unit);
  }
  const auto make_worker = [&] {
    const bool alone = thread_count(run.threads) == 1;
    std::shared_ptr worker = make_word2vec_worker(task, alone ? RowUse::kShared : RowUse::kPrivate);
    return Worker([worker](std::size_t unit) { return worker->run(unit); });
  };
  return run_hogwild(run, make_worker, on_unit);
}

}  // namespace

double untrained_loss(const Vocabulary& vocabulary, const Word2VecOptions& options) {
  const double answers = options.loss == Loss::kHierarchicalSoftmax
                             ? longest_path(vocabulary.counts())
                             : options.negative + 1;
  return answers * std::numbers::ln2;
}

LargestShares LargestShares::of(const Vocabulary& vocabulary, const Word2VecOptions& options) {
  const auto counts = vocabulary.counts();
  const bool has_noise = options.loss == Loss::kNegativeSampling;
  return {.noise = has_noise ? NegativeSampler(counts, options.noise_exponent).largest_share() : 0,
          .word = Subsampler(counts, options.sample).largest_share()};
}

int Word2VecOptions::noise_words() const {
  const double usual = model == Word2VecModel::kCbow ? 16 : 24;
  constexpr double kMost = 256;  // more would be slower than the pairs
  return shared_negatives.value_or(static_cast<int>(
      std::clamp(4 * std::ceil(noise_load(*this) / kMaxWeight / 4), usual, kMost)));
}

bool Word2VecOptions::trains_blocks(LargestShares shares) const {
  if (sharing == Sharing::kNone) return false;
  // The hidden vectors of CBOW have each a path of their own through the tree: nothing is shared.
  if (loss == Loss::kHierarchicalSoftmax) return model == Word2VecModel::kSkipGram;
  return block || updates == Updates::kLockstep || block_words(shares) >= kWholeBlock;
}

int Word2VecOptions::block_words(LargestShares shares) const {
  if (block) return *block;
  const double repeats = std::max(1.0, shares.noise * noise_words());
  const double weight = repeats * noise_load(*this) / noise_words();
  const double most = std::min(kMaxLoad / weight, kMaxBlockLoad / noise_load(*this));
  const int words = static_cast<int>(std::clamp(most, 1.0, 16.0));
  const int fitting = updates == Updates::kLockstep ? std::min(words, round_words(shares)) : words;
  return fitting < kWholeBlock ? fitting : fitting / kWholeBlock * kWholeBlock;
}

int Word2VecOptions::path_words() const {
  constexpr double kMost = 64;
  return static_cast<int>(
      std::clamp(4 * std::floor(kMaxPathLoad / initial_alpha() / 4), 4.0, kMost));
}

int Word2VecOptions::round_words(LargestShares shares) const {
  constexpr double kUsual = 64;
  // A context word of CBOW counts for its part of the mean, and for what else moves with it.
  const double part =
      model == Word2VecModel::kCbow ? std::max(1 / mean_contexts(), std::sqrt(shares.word)) : 1;
  const bool is_softmax = loss == Loss::kHierarchicalSoftmax;
  constexpr double kPath = 6;  // nodes of a path that are still far from what they learn
  const double answers = is_softmax ? kPath : negative + 1;
  const double input_load = initial_alpha() * mean_contexts() * answers * shares.word * part;
  double most = kMaxRoundLoad / input_load;
  if (!is_softmax) {
    const double target_load = noise_load(*this) * shares.noise + centre_load(*this) * shares.word;
    most = std::min(most, kMaxRoundLoad / target_load);
  } else if (model == Word2VecModel::kCbow) {
    most = std::min(most, kMaxRoundPathLoad / centre_load(*this));
  } else {
    most = kMaxRoundPathLoad / centre_load(*this);
  }
  return static_cast<int>(std::clamp(std::floor(most), 1.0, kUsual));
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

Word2VecState Word2VecState::initial(const Vocabulary& vocabulary, const Word2VecOptions& options,
                                     const Embeddings* start) {
  const auto dim = static_cast<std::size_t>(options.dim);
  const bool has_contexts = options.loss == Loss::kNegativeSampling;
  const auto words = vocabulary.size();
  Word2VecState state{.input = Matrix(words, dim),
                      .output = Matrix(has_contexts ? words : HuffmanTree::inner_nodes(words), dim),
                      .unit = 0,
                      .epochs = std::vector<Tally>(static_cast<std::size_t>(options.epochs))};
  initialise(state.input, options.seed);
  if (start == nullptr) return state;
  check_start(*start, options);
  copy_known_rows(*start, start->vectors(), vocabulary, state.input);
  if (has_contexts && start->has_context()) {
    copy_known_rows(*start, start->context(), vocabulary, state.output);
  }
  return state;
}

Word2VecState train_word2vec(const EncodedCorpus& corpus, const Vocabulary& vocabulary,
                             const Word2VecOptions& options, Word2VecState state,
                             const Monitor& monitor, Checkpoint<Word2VecState> checkpoint) {
  options.validate();
  if (corpus.words() == 0 || !vocabulary.has_counts()) {
    throw UsageError("training needs a corpus with words and a vocabulary with counts");
  }
  auto task = Word2VecTask::of(corpus, vocabulary, options, state);

  const auto untrained = untrained_loss(vocabulary, options);
  auto all = state.done();
  StageReporter reporter(monitor, "training", "words",
                         corpus.words() * static_cast<std::uint64_t>(options.epochs), all.words);
  Progress progress{.done = all.words};
  Tally since_state;
  const auto check_loss = [&](const Tally& tally, std::size_t unit) {
    const auto loss = tally.mean_loss();
    if (!std::isfinite(loss) || (loss > kMaxLoss * untrained && tally.pairs >= kEnoughPairs)) {
      throw diverged(
          task, unit,
          std::isfinite(loss) ? fmt::format("the loss is {:.3g}", loss) : "the loss is not finite");
    }
  };
  const auto on_unit = [&](std::size_t unit, const Tally& tally) {
    auto& epoch = state.epochs[unit / corpus.chunks()];
    epoch += tally;
    all += tally;
    since_state += tally;
    check_loss(epoch, unit);
    const auto loss = epoch.mean_loss();
    progress = {.done = all.words, .loss = loss, .learning_rate = task.rate(unit)};
    reporter.report(progress);
  };
  // Without a checkpoint a stop interrupts at once; with one, it waits for a state to be saved.
  const UnitRun run{.units = task.units(),
                    .threads = options.threads,
                    .stop = checkpoint ? std::stop_token() : monitor.stop,
                    .pause = [&] {
                      return checkpoint.is_due() || (checkpoint && monitor.stop.stop_requested());
                    }};
  while (state.unit < task.units()) {
    state.unit = train_units(task, run, state.unit, on_unit);
    check_finite(task, state.unit - 1);
    check_loss(std::exchange(since_state, {}), state.unit - 1);  // or a good state would be lost
    if (state.unit == task.units() || !checkpoint) break;
    checkpoint.save(state);
    monitor.throw_if_stopped();
  }
  reporter.finish(progress);
  if (all.pairs == 0) {
    throw FormatError(
        "no sentence of the text has two words to learn from; give longer sentences, a lower "
        "--min-count, or --sample 0, which keeps all words");
  }
  return state;
}

Metadata word2vec_metadata(const EncodedCorpus& corpus, const Word2VecOptions& options) {
  return {{"program", fmt::format("wordkin {}", kVersion)},
          {"model", std::string(enum_name(options.model))},
          {"loss", std::string(enum_name(options.loss))},
          {"dim", fmt::to_string(options.dim)},
          {"window", fmt::to_string(options.window)},
          {"window_size", std::string(enum_name(options.window_size))},
          {"negative", fmt::to_string(options.negative)},
          {"sharing", std::string(enum_name(options.sharing))},
          {"updates", std::string(enum_name(options.updates))},
          {"shared_negatives", fmt::to_string(options.noise_words())},
          {"noise_exponent", fmt::to_string(options.noise_exponent)},
          {"sample", fmt::to_string(options.sample)},
          {"epochs", fmt::to_string(options.epochs)},
          {"alpha", fmt::to_string(options.initial_alpha())},
          {"seed", fmt::to_string(options.seed)},
          {"corpus_words", fmt::to_string(corpus.words())},
          {"corpus_sentences", fmt::to_string(corpus.sentences())}};
}

Embeddings word2vec_embeddings(const std::shared_ptr<const Word2VecState>& state,
                               const EncodedCorpus& corpus, const Vocabulary& vocabulary,
                               const Word2VecOptions& options) {
  const bool has_contexts = options.loss == Loss::kNegativeSampling;
  std::vector<double> losses;
  for (const auto& epoch : state->epochs) losses.push_back(epoch.mean_loss());
  auto metadata = word2vec_metadata(corpus, options);
  const auto shares = LargestShares::of(vocabulary, options);
  if (options.trains_blocks(shares)) {
    metadata["block"] = fmt::to_string(options.block_words(shares));
  } else {
    metadata["sharing"] = enum_name(Sharing::kNone);
  }
  metadata["positive_pairs"] = fmt::to_string(state->done().pairs);
  metadata["mean_loss"] = fmt::format("{:.6g}", fmt::join(losses, " "));
  return {vocabulary, SharedMatrix(state->input, state),
          has_contexts ? SharedMatrix(state->output, state) : SharedMatrix(), std::move(metadata)};
}

Embeddings train_word2vec(const EncodedCorpus& corpus, const Vocabulary& vocabulary,
                          const Word2VecOptions& options, const Monitor& monitor,
                          const Embeddings* start) {
  options.validate();
  const auto state = std::make_shared<const Word2VecState>(train_word2vec(
      corpus, vocabulary, options, Word2VecState::initial(vocabulary, options, start), monitor));
  return word2vec_embeddings(state, corpus, vocabulary, options);
}

}  // namespace wordkin
