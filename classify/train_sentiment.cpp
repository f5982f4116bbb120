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

namespace wordkin {
namespace {

// So many texts are computed by one thread.
constexpr std::size_t kShardTexts = 32;

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

// Sums over texts.
struct Tally {
  double loss = 0;
  std::size_t correct = 0;
  std::size_t texts = 0;

  void add(double text_loss, bool right) {
    loss += text_loss;
    correct += right ? 1 : 0;
    ++texts;
  }
  void add(const Tally& other) {
    loss += other.loss;
    correct += other.correct;
    texts += other.texts;
  }
  double mean_loss() const { return loss / static_cast<double>(texts); }
  double accuracy() const { return static_cast<double>(correct) / static_cast<double>(texts); }
};

bool is_right(std::span<const float> logits, std::uint32_t truth) {
  return std::ranges::max_element(logits) - logits.begin() == static_cast<std::ptrdiff_t>(truth);
}

class Trainer {
 public:
  Trainer(const EncodedTexts& train, const EncodedTexts& validation,
          const SentimentOptions& options, SentimentModel& model, const Monitor& monitor)
      : train_(train),
        validation_(validation),
        options_(options),
        model_(model),
        monitor_(monitor),
        parameter_state_(
            OptimizerState::for_numbers(options.optimizer, model.network.parameters())),
        vector_state_(OptimizerState::for_numbers(
            options.optimizer,
            options.frozen_epochs < 0 ? 0 : model.vectors.rows() * model.vectors.cols())),
        reporter_(monitor, "training", "words",
                  train.words() * static_cast<std::size_t>(options.epochs)) {
    const auto batch = static_cast<std::size_t>(options.batch);
    const auto shards = (batch + kShardTexts - 1) / kShardTexts;
    scratch_.resize(shards);
    gradients_.assign(shards, FloatVector(model.network.parameters()));
    steps_ = (train.size() + batch - 1) / batch * static_cast<std::size_t>(options.epochs);
  }

  TrainedSentiment run() {
    TrainedSentiment result;
    double best = -1;
    FloatVector best_parameters;
    Matrix best_vectors;
    for (int epoch = 0; epoch < options_.epochs; ++epoch) {
      auto figures = train_epoch(epoch);
      if (!figures) {
        if (best < 0) throw Interrupted();
        result.interrupted = true;
        break;
      }
      validate_epoch(*figures);
      result.epochs.push_back(*figures);
      if (figures->validation_accuracy > best) {
        best = figures->validation_accuracy;
        result.best_epoch = result.epochs.size() - 1;
        best_parameters = model_.parameters;
        if (options_.frozen_epochs >= 0) best_vectors = model_.vectors;
      }
      const auto waited = result.epochs.size() - 1 - result.best_epoch;
      if (options_.patience > 0 && waited >= static_cast<std::size_t>(options_.patience)) break;
    }
    reporter_.finish({.done = words_});
    model_.parameters = std::move(best_parameters);
    if (!best_vectors.empty()) model_.vectors = std::move(best_vectors);
    return result;
  }

 private:
  using Clock = std::chrono::steady_clock;

  bool is_frozen(int epoch) const {
    return options_.frozen_epochs < 0 || epoch < options_.frozen_epochs;
  }

  // Nothing when it was interrupted.
  std::optional<SentimentEpoch> train_epoch(int epoch) {
    const auto start = Clock::now();
    const auto words_before = words_;
    SentimentEpoch figures;
    Tally tally;
    const auto batches =
        random_batches(train_, static_cast<std::size_t>(options_.batch),
                       stream(options_.seed, "batches", static_cast<std::uint64_t>(epoch)));
    for (const auto& batch : batches) {
      if (monitor_.stop.stop_requested()) return std::nullopt;
      tally.add(train_batch(epoch, batch, figures));
      reporter_.report(
          {.done = words_, .loss = tally.mean_loss(), .learning_rate = figures.learning_rate});
    }
    const auto steps = static_cast<double>(batches.size());
    figures.gradient_norm /= steps;
    figures.clipped_steps /= steps;
    figures.train_loss = tally.mean_loss();
    figures.train_accuracy = tally.accuracy();
    const std::chrono::duration<double> seconds = Clock::now() - start;
    figures.words_per_second = static_cast<double>(words_ - words_before) / seconds.count();
    return figures;
  }

  Tally train_batch(int epoch, const Batch& batch, SentimentEpoch& figures) {
    auto shards = deal(train_, batch);
    std::vector<Tally> tallies(shards.size());
    parallel_for_ranges(shards.size(), 1, [&](std::size_t i, std::size_t) {
      const FlushDenormals flush;
      tallies[i] = run_shard(epoch, batch.size(), shards[i], scratch_[i], gradients_[i]);
    });
    Tally tally;
    for (const auto& part : tallies) tally.add(part);
    if (!std::isfinite(tally.loss)) {
      throw NumericError("training diverged: the loss is not finite; try a lower --rate");
    }
    apply_gradients(epoch, shards, figures);
    for (const auto& shard : shards) words_ += shard.words.size();
    return tally;
  }

  Tally run_shard(int epoch, std::size_t batch, PackedTexts& texts, NetworkScratch<float>& scratch,
                  FloatVector& gradients) const {
    const auto classes = model_.network.classes();
    std::vector<RandomStream> randoms;
    for (const auto text : texts.indices) {
      randoms.push_back(stream(options_.seed, "dropout",
                               static_cast<std::uint64_t>(epoch) * train_.size() + text));
    }
    drop_words(options_.dropout.words, model_.unknown_word(), randoms, texts);
    const auto masks = model_.network.draw_masks<float>(options_.dropout, randoms);
    gather_vectors(model_.vectors, texts.words, scratch.inputs);
    model_.network.forward<float>(model_.parameters, texts.packing, masks, scratch);
    scratch.logit_gradients.resize(scratch.logits.size());
    Tally tally;
    for (std::size_t i = 0; i < texts.indices.size(); ++i) {
      const std::span<const float> logits(scratch.logits.data() + i * classes, classes);
      const auto truth = train_.text_class(texts.indices[i]);
      const auto loss = softmax_cross_entropy<float>(
          logits, truth, options_.label_smoothing, 1 / static_cast<double>(batch),
          {scratch.logit_gradients.data() + i * classes, classes});
      tally.add(loss, is_right(logits, truth));
    }
    std::ranges::fill(gradients, 0.0f);
    model_.network.backward<float>(model_.parameters, texts.packing, masks, scratch, gradients);
    return tally;
  }

  void apply_gradients(int epoch, std::span<const PackedTexts> shards, SentimentEpoch& figures) {
    auto square = sum_gradients(std::span(gradients_).first(shards.size()));
    std::optional<WordGradients> words;
    if (!is_frozen(epoch)) {
      std::vector<WordGradients::Part> parts;
      for (std::size_t i = 0; i < shards.size(); ++i) {
        parts.push_back({shards[i].words, scratch_[i].input_gradients.data()});
      }
      words.emplace(parts, model_.vectors.cols());
      square += words->squared_norm();
    }
    const auto norm = std::sqrt(square);
    const auto limit = options_.optimizer.clip_norm;
    const bool clipped = limit > 0 && norm > limit;
    figures.gradient_norm += norm;
    figures.clipped_steps += clipped ? 1 : 0;
    figures.learning_rate = rate_factor_ * scheduled_rate(options_.optimizer, step_, steps_);
    ++step_;
    const OptimizerStep step{.rate = figures.learning_rate,
                             .step = step_,
                             .gradient_scale = clipped ? limit / norm : 1,
                             .weight_decay = options_.optimizer.weight_decay};
    step_parameters(step);
    if (words) step_vectors(step, *words);
  }

  void step_parameters(const OptimizerStep& step) {
    const auto& tensors = model_.network.tensors();
    parallel_for_ranges(tensors.size(), 1, [&](std::size_t i, std::size_t) {
      const auto& tensor = tensors[i];
      const auto part = [&](FloatVector& numbers) {
        return std::span(numbers).subspan(numbers.empty() ? 0 : tensor.offset,
                                          numbers.empty() ? 0 : tensor.size);
      };
      auto own = step;
      if (tensor.shape.size() < 2) own.weight_decay = 0;
      apply_step(options_.optimizer, own, part(gradients_.front()), part(parameter_state_.first),
                 part(parameter_state_.second), part(model_.parameters));
    });
  }

  void step_vectors(OptimizerStep step, const WordGradients& words) {
    step.weight_decay = 0;
    const auto dim = model_.vectors.cols();
    parallel_for_ranges(words.words().size(), 64, [&](std::size_t begin, std::size_t end) {
      for (auto i = begin; i < end; ++i) {
        const std::size_t word = words.words()[i];
        const auto part = [&](FloatVector& numbers) {
          return std::span(numbers).subspan(numbers.empty() ? 0 : word * dim,
                                            numbers.empty() ? 0 : dim);
        };
        apply_step(options_.optimizer, step, words.gradient(i), part(vector_state_.first),
                   part(vector_state_.second), model_.vectors.row(word));
      }
    });
  }

  void validate_epoch(SentimentEpoch& figures) {
    const auto classes = model_.network.classes();
    const auto logits =
        compute_logits(model_.network, model_.parameters, model_.vectors, validation_);
    Tally tally;
    std::vector<float> unused(classes);
    for (std::size_t i = 0; i < validation_.size(); ++i) {
      const std::span<const float> own(logits.data() + i * classes, classes);
      const auto truth = validation_.text_class(i);
      tally.add(softmax_cross_entropy<float>(own, truth, 0, 1, unused), is_right(own, truth));
    }
    figures.validation_loss = tally.mean_loss();
    figures.validation_accuracy = tally.accuracy();
    if (options_.optimizer.schedule == Schedule::kPlateau &&
        figures.validation_loss >= lowest_validation_loss_) {
      rate_factor_ /= 2;
    }
    lowest_validation_loss_ = std::min(lowest_validation_loss_, figures.validation_loss);
  }

  const EncodedTexts& train_;
  const EncodedTexts& validation_;
  const SentimentOptions& options_;
  SentimentModel& model_;
  const Monitor& monitor_;
  std::vector<NetworkScratch<float>> scratch_;  // of each shard
  std::vector<FloatVector> gradients_;          // of each shard
  OptimizerState parameter_state_;
  OptimizerState vector_state_;
  StageReporter reporter_;
  std::size_t step_ = 0;
  std::size_t steps_ = 0;
  std::size_t words_ = 0;
  double rate_factor_ = 1;
  double lowest_validation_loss_ = std::numeric_limits<double>::infinity();
};

}  // namespace

void SentimentOptions::validate() const {
  network.validate();
  dropout.validate();
  optimizer.validate();
  check_at_least("epochs", epochs, 1);
  check_at_least("batch", batch, 1);
  check_at_least("frozen-epochs", frozen_epochs, -1);
  check_at_least("patience", patience, 0);
  if (!(label_smoothing >= 0 && label_smoothing < 1)) {
    throw UsageError(fmt::format("--label-smoothing: expected a share from 0 to below 1, found {}",
                                 label_smoothing));
  }
}

TrainedSentiment train_sentiment(const EncodedTexts& train, const EncodedTexts& validation,
                                 const SentimentOptions& options, SentimentModel& model,
                                 const Monitor& monitor) {
  options.validate();
  if (train.size() == 0 || validation.size() == 0) {
    throw UsageError("training needs texts to train on and texts to validate with");
  }
  return Trainer(train, validation, options, model, monitor).run();
}

}  // namespace wordkin
