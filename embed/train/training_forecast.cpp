#include "embed/train/training_forecast.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <functional>
#include <numeric>
#include <stop_token>
#include <string_view>

#include "common/error.h"
#include "common/mapping.h"

namespace wordkin {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The probability that of `count` occurrences `least` or more are in a random half of the text.
double probability_in_half(std::uint64_t count, std::uint64_t least) {
  constexpr std::uint64_t kMany = 100;  // about normally distributed
  const auto n = static_cast<double>(count);
  if (count >= kMany) {
    const auto deviation = std::sqrt(n) / 2;
    return std::erfc((static_cast<double>(least) - 0.5 - n / 2) / deviation / std::sqrt(2.0)) / 2;
  }
  double probability = std::exp2(-n);  // of k occurrences
  double fewer = 0;
  for (std::uint64_t k = 0; k < std::min(least, count + 1); ++k) {
    fewer += probability;
    probability *= static_cast<double>(count - k) / static_cast<double>(k + 1);
  }
  return 1 - fewer;
}

// The words that a random half of the text would leave in the vocabulary.
double words_in_half(const Vocabulary& vocabulary, std::uint64_t min_count) {
  const auto counts = vocabulary.counts();
  return std::transform_reduce(
      counts.begin(), counts.end(), 0.0, std::plus<>(),
      [&](std::uint64_t count) { return probability_in_half(count, min_count); });
}

// Grows with the power that it grew with when the text was doubled.
double extrapolate(double half, double whole, double scale) {
  if (half <= 0 || whole <= 0) return whole * scale;
  return whole * std::pow(scale, std::clamp(std::log2(whole / half), 0.0, 1.0));
}

// Runs a trainer until it is done or has been in its stage "training" for `most_seconds`.
TrainerProbe probe(const std::function<void(const Monitor&)>& train, double most_seconds,
                   const Monitor& monitor) {
  std::stop_source source;
  const std::stop_callback forward(monitor.stop, [&] { source.request_stop(); });
  const auto start = std::chrono::steady_clock::now();
  TrainerProbe result;
  bool began = false;
  const auto on_progress = [&](const Progress& progress) {
    if (monitor.on_progress) monitor.on_progress(progress);
    if (progress.stage != "training") return;
    if (!began) result.setup_seconds = seconds_since(start);
    began = true;
    if (progress.done > 0) result.rate = progress.rate;
    if (seconds_since(start) - result.setup_seconds > most_seconds) source.request_stop();
  };
  try {
    train({on_progress, source.get_token()});
  } catch (const Interrupted&) {
    monitor.throw_if_stopped();
  }
  return result;
}

// The first `size` ids.
EncodedCorpus first_ids(const EncodedCorpus& corpus, std::size_t size) {
  auto memory = Mapping::reserve(size * sizeof(WordId));
  if (memory.size() == 0) throw Error("out of memory: cannot copy a part of the text");
  std::memcpy(memory.data(), corpus.ids().data(), size * sizeof(WordId));
  return {std::move(memory), size};
}

}  // namespace

TextForecast forecast_text(const Corpus& sample, double scale, const VocabularyOptions& options) {
  const double words = sample.vocabulary.size();
  const auto half = words_in_half(sample.vocabulary, options.min_count);
  auto vocabulary = scale > 1 ? extrapolate(half, words, scale) : words;
  const auto growth = vocabulary / words;
  if (options.max_words > 0) {
    vocabulary = std::min(vocabulary, static_cast<double>(options.max_words));
  }
  const auto& text = sample.statistics;
  return {.scale = scale,
          .vocabulary = vocabulary,
          .words = scale * static_cast<double>(sample.ids.words()),
          .ids = scale * static_cast<double>(sample.ids.ids().size()),
          .raw_ids = scale * static_cast<double>(text.tokens + sample.ids.sentences()),
          .word_memory = growth * static_cast<double>(text.word_memory)};
}

TrainerProbe probe_word2vec(const Corpus& sample, const Word2VecOptions& options, double seconds,
                            const Monitor& monitor) {
  return probe([&](const Monitor& m) { train_word2vec(sample.ids, sample.vocabulary, options, m); },
               seconds, monitor);
}

GloveProbe probe_glove(const Corpus& sample, const TextForecast& text,
                       const CooccurrenceOptions& counting, const GloveOptions& options,
                       double seconds, const Monitor& monitor) {
  constexpr std::size_t kMostIds = 8'000'000;
  const auto words = sample.vocabulary.size();
  const auto size = std::min(kMostIds, sample.ids.ids().size());
  // Counts twice, to see how the number of co-occurrences grows.
  const auto half = first_ids(sample.ids, size / 2);
  const auto nothing = [](const CooccurrenceRow&) {};
  const auto half_nonzeros =
      half.words() == 0 ? 0 : count_cooccurrences(half, words, counting, nothing, monitor).nonzeros;
  CooccurrenceTiles tiles(GloveModel::parts_for(words, static_cast<std::size_t>(options.dim)),
                          counting.memory, counting.temporary_folder);
  const auto part = first_ids(sample.ids, size);
  const auto start = std::chrono::steady_clock::now();
  const auto counted = count_cooccurrences(
      part, words, counting, [&](const CooccurrenceRow& row) { tiles.add(row); }, monitor);
  tiles.finish();
  const auto counting_seconds = seconds_since(start);
  const auto scale = text.ids / static_cast<double>(size);
  return {.counting_seconds = scale * counting_seconds,
          .nonzeros = extrapolate(static_cast<double>(half_nonzeros),
                                  static_cast<double>(counted.nonzeros), scale),
          .training = probe(
              [&](const Monitor& m) {
                auto model = GloveModel::initial(
                    tiles.parts(), static_cast<std::size_t>(options.dim), options.seed);
                train_glove(tiles, sample.vocabulary, options, std::move(model), m);
              },
              seconds, monitor)};
}

}  // namespace wordkin
