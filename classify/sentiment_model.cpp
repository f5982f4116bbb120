#include "classify/sentiment_model.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "classify/loss.h"
#include "common/flush_denormals.h"
#include "common/parallel.h"

namespace wordkin {
namespace {

// The words of a batch, each once, found by hashing with linear probing.
class DistinctWords {
 public:
  // Finds them, and for each of `words` the place of its like among them.
  void find(std::span<const WordId> words, std::vector<std::uint32_t>& index) {
    places_.assign(std::bit_ceil(2 * words.size()), kNowhere);
    words_.clear();
    index.clear();
    for (const auto word : words) index.push_back(place_of(word));
  }
  std::span<const WordId> words() const { return words_; }

 private:
  static constexpr auto kNowhere = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t place_of(WordId word) {
    constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;  // spreads ids that follow each other
    auto slot = static_cast<std::size_t>((word * kGolden) >> 32) & (places_.size() - 1);
    while (places_[slot] != kNowhere && words_[places_[slot]] != word) {
      slot = (slot + 1) & (places_.size() - 1);
    }
    if (places_[slot] == kNowhere) {
      places_[slot] = static_cast<std::uint32_t>(words_.size());
      words_.push_back(word);
    }
    return places_[slot];
  }

  std::vector<std::uint32_t> places_;  // among words_
  std::vector<WordId> words_;
};

struct PredictionScratch {
  DistinctWords distinct;
  NetworkScratch<float> network;
};

// Lends each of the tasks that run at once a scratch of its own.
class ScratchPool {
 public:
  using Scratch = std::unique_ptr<PredictionScratch>;

  Scratch take() {
    const std::scoped_lock lock(mutex_);
    if (free_.empty()) return std::make_unique<PredictionScratch>();
    auto scratch = std::move(free_.back());
    free_.pop_back();
    return scratch;
  }
  void give_back(Scratch scratch) {
    const std::scoped_lock lock(mutex_);
    free_.push_back(std::move(scratch));
  }

 private:
  std::mutex mutex_;
  std::vector<Scratch> free_;
};

std::vector<std::uint32_t> lengths_of(const EncodedTexts& texts,
                                      std::span<const std::uint32_t> indices) {
  std::vector<std::uint32_t> lengths;
  for (const auto i : indices) lengths.push_back(static_cast<std::uint32_t>(texts.text(i).size()));
  return lengths;
}

}  // namespace

Metadata describe_network(const NetworkOptions& options) {
  std::vector<std::string_view> readouts;
  for (const auto readout : options.readouts) readouts.push_back(enum_name(readout));
  return {{"cell", std::string(enum_name(options.cell))},
          {"units", fmt::to_string(options.units)},
          {"layers", fmt::to_string(options.layers)},
          {"directions", options.bidirectional ? "2" : "1"},
          {"peepholes", options.peepholes ? "1" : "0"},
          {"readout", fmt::format("{}", fmt::join(readouts, " "))}};
}

Matrix with_unknown_word(MatrixView vectors) {
  Matrix rows(vectors.rows() + 1, vectors.cols());
  for (std::size_t i = 0; i < vectors.rows(); ++i) {
    std::ranges::copy(vectors.row(i), rows.row(i).begin());
  }
  return rows;
}

PackedTexts::PackedTexts(const EncodedTexts& texts, std::vector<std::uint32_t> of)
    : indices(std::move(of)), packing(lengths_of(texts, indices)) {
  words.reserve(packing.rows());
  for (std::size_t t = 0; t < packing.steps(); ++t) {
    for (std::size_t i = 0; i < packing.active(t); ++i) words.push_back(texts.text(indices[i])[t]);
  }
}

void gather_vectors(MatrixView vectors, std::span<const WordId> words,
                    AlignedVector<float>& inputs) {
  inputs.resize(words.size() * vectors.cols());
  auto* to = inputs.data();
  for (const auto word : words) to = std::ranges::copy(vectors.row(word), to).out;
}

FloatVector compute_logits(const Network& network, std::span<const float> parameters,
                           MatrixView vectors, const EncodedTexts& texts, const Monitor& monitor) {
  constexpr std::size_t kTextsTogether = 64;
  const auto classes = network.classes();
  FloatVector logits(texts.size() * classes);
  ScratchPool pool;
  const auto batches = sorted_batches(texts, kTextsTogether);
  parallel_for_ranges(batches.size(), 1, [&](std::size_t batch, std::size_t) {
    monitor.throw_if_stopped();
    const FlushDenormals flush;
    auto scratch = pool.take();
    const PackedTexts packed(texts, batches[batch]);
    auto& computed = scratch->network;
    scratch->distinct.find(packed.words, computed.input_index);
    gather_vectors(vectors, scratch->distinct.words(), computed.inputs);
    network.forward<float>(parameters, packed.packing, {}, computed, Purpose::kPrediction);
    for (std::size_t i = 0; i < packed.indices.size(); ++i) {
      std::copy_n(computed.logits.data() + i * classes, classes,
                  logits.data() + packed.indices[i] * classes);
    }
    pool.give_back(std::move(scratch));
  });
  return logits;
}

std::vector<double> probabilities_of(std::span<const float> logits, std::size_t classes,
                                     double temperature) {
  std::vector<double> probabilities(logits.begin(), logits.end());
  for (auto& logit : probabilities) {
    if (!std::isfinite(logit)) {
      throw NumericError("the model gives a logit that is not finite; train it again");
    }
    logit /= temperature;
  }
  for (std::size_t i = 0; i < probabilities.size(); i += classes) {
    softmax(std::span(probabilities).subspan(i, classes));
  }
  return probabilities;
}

std::vector<double> predict(const SentimentModel& model, const EncodedTexts& texts,
                            const Monitor& monitor) {
  return probabilities_of(
      compute_logits(model.network, model.parameters, model.vectors, texts, monitor),
      model.network.classes(), model.temperature);
}

}  // namespace wordkin
