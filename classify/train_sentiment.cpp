#include "classify/train_sentiment.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "classify/gradients.h"
#include "classify/loss.h"
#include "common/flush_denormals.h"
#include "common/parallel.h"
#include "embed/vectors/embeddings.h"

namespace wordkin {
namespace {

// So many texts are computed by one thread.
constexpr std::size_t kShardTexts = 16;

void check_at_least(std::string_view option, int value, int least) {
  if (value >= least) return;
  throw UsageError(
      fmt::format("--{}: expected a number not below {}, found {}", option, least, value));
}

// Deals the texts of a batch, which are sorted by length, out to shards that are alike.
std::vector<PackedTexts> deal(const EncodedTexts& texts, const Batch& batch) {
  const auto shards = (batch.size() + kShardTexts - 1) / kShardTexts;
  std::vector<PackedTexts> result;
  for (std::size_t shard = 0; shard < shards; ++shard) {
    std::vector<std::uint32_t> indices;
    for (auto i = shard; i < batch.size(); i += shards) indices.push_back(batch[i]);
    result.emplace_back(texts, std::move(indices));
  }
  return result;
}

// Replaces a share of the words by the unknown one, each text's by its own random stream.
void drop_words(double rate, WordId unknown, std::span<RandomStream> randoms, PackedTexts& texts) {
  if (rate == 0) return;
  for (std::size_t sequence = 0; sequence < texts.indices.size(); ++sequence) {
    for (std::size_t t = 0; t < texts.packing.length(sequence); ++t) {
      if (randoms[sequence].uniform() < rate) {
        texts.words[texts.packing.row(sequence, t)] = unknown;
      }
    }
  }
}

bool is_right(std::span<const float> logits, std::uint32_t truth) {
  return std::ranges::max_element(logits) - logits.begin() == static_cast<std::ptrdiff_t>(truth);
}

// None of a vector that the optimizer has no use for.
std::span<float> part_of(FloatVector& numbers, std::size_t offset, std::size_t size) {
  return numbers.empty() ? std::span<float>() : std::span(numbers).subspan(offset, size);
}

// Nothing that was learned makes a text's class so unlikely, in the mean of a batch.
constexpr double kMaxLoss = 100;

NumericError diverged(const SentimentOptions& options) {
  return NumericError(
      fmt::format("training diverged: the loss is too high or not finite; try --rate {:.2g}",
                  std::min(OptimizerOptions{}.rate, options.optimizer.rate / 4)));
}

// By accuracy, and of the same accuracy by loss.
bool is_better(const SentimentEpoch& a, const SentimentEpoch& b) {
  if (a.validation_accuracy != b.validation_accuracy) {
    return a.validation_accuracy > b.validation_accuracy;
  }
  return a.validation_loss < b.validation_loss;
}

class Trainer {
 public:
  Trainer(const EncodedTexts& train, const EncodedTexts& validation,
          const SentimentOptions& options, const SentimentModel& model, SentimentState state,
          const Monitor& monitor, Checkpoint<SentimentState> checkpoint)
      : train_(train),
        validation_(validation),
        options_(options),
        network_(model.network),
        unknown_word_(model.unknown_word()),
        state_(std::move(state)),
        monitor_(monitor),
        checkpoint_(std::move(checkpoint)),
        reporter_(monitor, "training", "words",
                  train.words() * static_cast<std::size_t>(options.epochs), words()) {
    const auto batch = static_cast<std::size_t>(options.batch);
    const auto shards = (std::min(batch, train.size()) + kShardTexts - 1) / kShardTexts;
    scratch_.resize(shards);
    gradients_.assign(shards, FloatVector(network_.parameters()));
    const auto batches = (train.size() + batch - 1) / batch;
    step_ = batches * state_.epochs.size() + std::min(state_.under_way.batches, batches);
    steps_ = batches * static_cast<std::size_t>(options.epochs);
  }

  // False when it was interrupted.
  bool run(const EpochObserver& on_epoch) {
    if (is_over()) save_state();  // nothing is left to be done, but it may go elsewhere
    while (!is_over()) {
      train_epoch();
      auto figures = figures_of(state_.under_way);
      if (monitor_.stop.stop_requested() || !validate_epoch(figures)) {
        save_state();
        if (state_.epochs.empty()) throw Interrupted();
        return false;
      }
      state_.epochs.push_back(figures);
      state_.under_way = {};
      if (is_first() || is_better(figures, state_.epochs[state_.best_epoch])) keep_epoch();
      if (on_epoch) on_epoch(state_);
      save_state();
    }
    reporter_.finish({.done = words()});
    return true;
  }

  SentimentState take() { return std::move(state_); }

 private:
  using Clock = std::chrono::steady_clock;

  bool is_over() const {
    return state_.is_over(static_cast<std::size_t>(options_.epochs),
                          static_cast<std::size_t>(options_.patience));
  }

  void keep_epoch() {
    state_.best_epoch = state_.epochs.size() - 1;
    state_.best_parameters = state_.parameters;
    if (options_.frozen_epochs >= 0) state_.best_vectors = state_.vectors;
  }

  bool is_frozen(int epoch) const {
    return options_.frozen_epochs < 0 || epoch < options_.frozen_epochs;
  }

  bool is_first() const { return state_.epochs.size() == 1; }

  // Trained so far.
  std::size_t words() const {
    return state_.epochs.size() * train_.words() + state_.under_way.words;
  }

  // Saves no number that is not finite.
  void save_state() {
    if (!checkpoint_) return;
    const auto is_finite = [](const FloatVector& numbers) {
      return std::ranges::all_of(numbers, [](float x) { return std::isfinite(x); });
    };
    const auto& [first, second] = state_.parameter_optimizer;
    const auto& [vectors_first, vectors_second] = state_.vector_optimizer;
    if (!is_finite(state_.parameters) || !is_finite(first) || !is_finite(second) ||
        !is_finite(vectors_first) || !is_finite(vectors_second) ||
        first_non_finite_row(state_.vectors)) {
      throw diverged(options_);
    }
    checkpoint_.save(state_);
  }

  // Goes on with the epoch under way, to its end unless a stop is requested.
  void train_epoch() {
    auto& under_way = state_.under_way;
    const auto epoch = state_.epochs.size();
    const auto batches = random_batches(train_, static_cast<std::size_t>(options_.batch),
                                        stream(options_.seed, "batches", epoch));
    while (under_way.batches < batches.size() && !monitor_.stop.stop_requested()) {
      if (checkpoint_.is_due()) save_state();
      const auto start = Clock::now();
      under_way.tally += train_batch(static_cast<int>(epoch), batches[under_way.batches]);
      ++under_way.batches;
      under_way.seconds += std::chrono::duration<double>(Clock::now() - start).count();
      reporter_.report({.done = words(),
                        .loss = under_way.tally.mean_loss(),
                        .learning_rate = under_way.learning_rate});
    }
  }

  static SentimentEpoch figures_of(const EpochUnderWay& done) {
    const auto steps = static_cast<double>(done.batches);
    return {.train_loss = done.tally.mean_loss(),
            .train_accuracy = done.tally.accuracy(),
            .learning_rate = done.learning_rate,
            .gradient_norm = done.gradient_norms / steps,
            .clipped_steps = static_cast<double>(done.clipped_steps) / steps,
            .words_per_second = static_cast<double>(done.words) / std::max(done.seconds, 1e-9)};
  }

  TextTally train_batch(int epoch, const Batch& batch) {
    auto shards = deal(train_, batch);
    std::vector<TextTally> tallies(shards.size());
    parallel_for_ranges(shards.size(), 1, [&](std::size_t i, std::size_t) {
      const FlushDenormals flush;
      tallies[i] = run_shard(epoch, batch.size(), shards[i], scratch_[i], gradients_[i]);
    });
    TextTally tally;
    for (const auto& part : tallies) tally += part;
    if (!(tally.mean_loss() <= kMaxLoss)) throw diverged(options_);
    apply_gradients(epoch, shards);
    for (const auto& shard : shards) state_.under_way.words += shard.words.size();
    return tally;
  }

  TextTally run_shard(int epoch, std::size_t batch, PackedTexts& texts,
                      NetworkScratch<float>& scratch, FloatVector& gradients) const {
    const auto classes = network_.classes();
    std::vector<RandomStream> randoms;
    for (const auto text : texts.indices) {
      randoms.push_back(stream(options_.seed, "dropout",
                               static_cast<std::uint64_t>(epoch) * train_.size() + text));
    }
    drop_words(options_.dropout.words, unknown_word_, randoms, texts);
    const auto masks = network_.draw_masks<float>(options_.dropout, randoms);
    gather_vectors(state_.vectors, texts.words, scratch.inputs);
    network_.forward<float>(state_.parameters, texts.packing, masks, scratch);
    scratch.logit_gradients.resize(scratch.logits.size());
    TextTally tally;
    for (std::size_t i = 0; i < texts.indices.size(); ++i) {
      const std::span<const float> logits(scratch.logits.data() + i * classes, classes);
      const auto truth = train_.text_class(texts.indices[i]);
      const auto loss = softmax_cross_entropy<float>(
          logits, truth, options_.label_smoothing, 1 / static_cast<double>(batch),
          {scratch.logit_gradients.data() + i * classes, classes});
      tally += {loss, is_right(logits, truth), 1};
    }
    std::ranges::fill(gradients, 0.0f);
    network_.backward<float>(state_.parameters, texts.packing, masks, scratch, gradients);
    return tally;
  }

  void apply_gradients(int epoch, std::span<const PackedTexts> shards) {
    auto square = sum_gradients(std::span(gradients_).first(shards.size()));
    std::optional<WordGradients> words;
    if (!is_frozen(epoch)) {
      std::vector<WordGradients::Part> parts;
      for (std::size_t i = 0; i < shards.size(); ++i) {
        parts.push_back({shards[i].words, scratch_[i].input_gradients.data()});
      }
      words.emplace(parts, state_.vectors.cols());
      square += words->squared_norm();
    }
    if (!std::isfinite(square)) throw diverged(options_);
    const auto norm = std::sqrt(square);
    const auto limit = options_.optimizer.clip_norm;
    const bool clipped = limit > 0 && norm > limit;
    auto& under_way = state_.under_way;
    under_way.gradient_norms += norm;
    under_way.clipped_steps += clipped ? 1 : 0;
    under_way.learning_rate =
        state_.rate_factor * scheduled_rate(options_.optimizer, step_, steps_);
    ++step_;
    const OptimizerStep step{.rate = under_way.learning_rate,
                             .step = step_,
                             .gradient_scale = clipped ? limit / norm : 1,
                             .weight_decay = options_.optimizer.weight_decay};
    step_parameters(step);
    if (words) step_vectors(step, *words);
  }

  void step_parameters(const OptimizerStep& step) {
    const auto& tensors = network_.tensors();
    parallel_for_ranges(tensors.size(), 1, [&](std::size_t i, std::size_t) {
      const auto& tensor = tensors[i];
      const auto part = [&](FloatVector& numbers) {
        return part_of(numbers, tensor.offset, tensor.size);
      };
      auto own = step;
      if (tensor.shape.size() < 2) own.weight_decay = 0;
      apply_step(options_.optimizer, own, part(gradients_.front()),
                 part(state_.parameter_optimizer.first), part(state_.parameter_optimizer.second),
                 part(state_.parameters));
    });
  }

  void step_vectors(OptimizerStep step, const WordGradients& words) {
    step.weight_decay = 0;
    const auto dim = state_.vectors.cols();
    parallel_for_ranges(words.words().size(), 64, [&](std::size_t begin, std::size_t end) {
      for (auto i = begin; i < end; ++i) {
        const std::size_t word = words.words()[i];
        const auto part = [&](FloatVector& numbers) { return part_of(numbers, word * dim, dim); };
        apply_step(options_.optimizer, step, words.gradient(i), part(state_.vector_optimizer.first),
                   part(state_.vector_optimizer.second), state_.vectors.row(word));
      }
    });
  }

  // False when it was interrupted.
  bool validate_epoch(SentimentEpoch& figures) {
    const auto classes = network_.classes();
    FloatVector logits;
    try {
      logits = compute_logits(network_, state_.parameters, state_.vectors, validation_, monitor_);
    } catch (const Interrupted&) {
      return false;
    }
    TextTally tally;
    std::vector<float> unused(classes);
    for (std::size_t i = 0; i < validation_.size(); ++i) {
      const std::span<const float> own(logits.data() + i * classes, classes);
      const auto truth = validation_.text_class(i);
      tally += {softmax_cross_entropy<float>(own, truth, 0, 1, unused), is_right(own, truth), 1};
    }
    if (!std::isfinite(tally.loss)) throw diverged(options_);
    figures.validation_loss = tally.mean_loss();
    figures.validation_accuracy = tally.accuracy();
    const auto lowest =
        std::ranges::min_element(state_.epochs, {}, &SentimentEpoch::validation_loss);
    if (options_.optimizer.schedule == Schedule::kPlateau && lowest != state_.epochs.end() &&
        figures.validation_loss >= lowest->validation_loss) {
      state_.rate_factor /= 2;
    }
    return true;
  }

  const EncodedTexts& train_;
  const EncodedTexts& validation_;
  const SentimentOptions& options_;
  const Network& network_;
  WordId unknown_word_;
  SentimentState state_;
  const Monitor& monitor_;
  Checkpoint<SentimentState> checkpoint_;
  StageReporter reporter_;
  std::vector<NetworkScratch<float>> scratch_;  // of each shard
  std::vector<FloatVector> gradients_;          // of each shard
  std::size_t step_ = 0;                        // so many are done
  std::size_t steps_ = 0;                       // of the whole training
};

}  // namespace

void SentimentOptions::validate() const {
  network.validate();
  dropout.validate();
  optimizer.validate();
  check_at_least("epochs", epochs, 1);
  check_at_least("batch", batch, 1);
  check_at_least("thaw-after", frozen_epochs, -1);
  check_at_least("patience", patience, 0);
  if (!(label_smoothing >= 0 && label_smoothing < 1)) {
    throw UsageError(fmt::format("--label-smoothing: expected a share from 0 to below 1, found {}",
                                 label_smoothing));
  }
}

TextTally& TextTally::operator+=(const TextTally& other) {
  loss += other.loss;
  correct += other.correct;
  texts += other.texts;
  return *this;
}

bool SentimentState::is_over(std::size_t most_epochs, std::size_t patience) const {
  return epochs.size() >= most_epochs || (patience > 0 && epochs.size() > best_epoch + patience);
}

SentimentState SentimentState::initial(const SentimentModel& model,
                                       const SentimentOptions& options) {
  SentimentState state;
  state.parameters = model.parameters;
  state.vectors = copy_of(model.vectors);
  state.parameter_optimizer =
      OptimizerState::for_numbers(options.optimizer, model.parameters.size());
  state.vector_optimizer = OptimizerState::for_numbers(
      options.optimizer,
      options.frozen_epochs < 0 ? 0 : model.vectors.rows() * model.vectors.cols());
  return state;
}

TrainedSentiment train_sentiment(const EncodedTexts& train, const EncodedTexts& validation,
                                 const SentimentOptions& options, SentimentModel& model,
                                 const Monitor& monitor, std::optional<SentimentState> resume,
                                 const EpochObserver& on_epoch,
                                 Checkpoint<SentimentState> checkpoint) {
  options.validate();
  if (train.size() == 0 || validation.size() == 0) {
    throw UsageError("training needs texts to train on and texts to validate with");
  }
  auto start = resume ? *std::move(resume) : SentimentState::initial(model, options);
  Trainer trainer(train, validation, options, model, std::move(start), monitor,
                  std::move(checkpoint));
  const bool finished = trainer.run(on_epoch);
  auto state = trainer.take();
  model.parameters = std::move(state.best_parameters);
  model.vectors = std::move(state.best_vectors.empty() ? state.vectors : state.best_vectors);
  return {std::move(state.epochs), state.best_epoch, !finished};
}

}  // namespace wordkin
