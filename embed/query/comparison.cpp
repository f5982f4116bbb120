#include "embed/query/comparison.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "common/error.h"
#include "common/random.h"

namespace wordkin {
namespace {

// Words whose neighbours are asked for between two looks at whether to stop.
constexpr std::size_t kWordsInBatch = 512;

using Right = std::vector<std::uint32_t>;  // of each question: 1 if it is answered rightly, or 0

void check_same_words(const UnitVectors& a, const UnitVectors& b) {
  if (a.size() != b.size()) {
    throw UsageError(
        fmt::format("vectors of {} and {} words; only vectors of the same words are compared",
                    a.size(), b.size()));
  }
}

Embeddings select(const Embeddings& embeddings, std::span<const WordId> ids,
                  const Vocabulary& vocabulary) {
  const bool ascend = std::ranges::adjacent_find(ids, std::greater_equal{}) == ids.end();
  if (ascend && ids.size() == embeddings.size()) return {vocabulary, embeddings.vectors()};
  Matrix vectors(ids.size(), embeddings.dim());
  for (std::size_t i = 0; i < ids.size(); ++i)
    std::ranges::copy(embeddings.vector(ids[i]), vectors.row(i).begin());
  return {vocabulary, std::move(vectors)};
}

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// `statistic` of resamples of 0 .. items - 1.
template <class F>
std::optional<Interval> interval_of(std::size_t items, F&& statistic,
                                    const BootstrapOptions& options, const Monitor& monitor) {
  return bootstrap_interval(static_cast<std::uint32_t>(items), statistic, options, monitor);
}

PairedDifference compare_right(const Right& a, const Right& b, const BootstrapOptions& bootstrap,
                               const Monitor& monitor) {
  if (a.empty()) return {};
  const auto accuracy = [](const Right& right) {
    return share(std::accumulate(right.begin(), right.end(), std::uint64_t{}), right.size());
  };
  std::vector<std::int8_t> gains(a.size());
  std::ranges::transform(a, b, gains.begin(), [](std::uint32_t of_a, std::uint32_t of_b) {
    return static_cast<std::int8_t>(static_cast<int>(of_b) - static_cast<int>(of_a));
  });
  const auto mean_gain = [&](Resample items) -> std::optional<double> {
    std::int64_t sum = 0;
    for (const auto item : items) sum += gains[item];
    return static_cast<double>(sum) / static_cast<double>(items.size());
  };
  return {.a = accuracy(a),
          .b = accuracy(b),
          .difference = accuracy(b) - accuracy(a),
          .interval = interval_of(gains.size(), mean_gain, bootstrap, monitor),
          .p_value = mcnemar(Right(a.size(), 1), a, b).p_value};
}

// The values less their mean, of length 1.
std::vector<double> standardized(std::vector<double> values) {
  const auto mean = mean_of(values);
  for (double& value : values) value -= mean;
  const auto length =
      std::sqrt(std::inner_product(values.begin(), values.end(), values.begin(), 0.0));
  for (double& value : values) value /= length;
  return values;
}

// What each pair adds to the difference of the correlations of b and a with human scores.
std::vector<double> contributions(const std::vector<double>& human, const std::vector<double>& a,
                                  const std::vector<double>& b) {
  const auto z_human = standardized(human);
  const auto z_a = standardized(a);
  const auto z_b = standardized(b);
  std::vector<double> result(human.size());
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = z_human[i] * (z_b[i] - z_a[i]);
  return result;
}

// `correlation` is pearson or spearman of PairedSample, and `values` what it takes the products of.
template <class Correlation, class Values>
PairedDifference compare_correlations(const ScoredPairs& a, const ScoredPairs& b,
                                      Correlation correlation, Values values,
                                      const ComparisonOptions& options, const Monitor& monitor) {
  const PairedSample of_a(a.human, a.cosines);
  const PairedSample of_b(b.human, b.cosines);
  const auto difference = [&](Resample items) -> std::optional<double> {
    const auto by_a = std::invoke(correlation, of_a, items);
    const auto by_b = std::invoke(correlation, of_b, items);
    if (!by_a || !by_b) return std::nullopt;
    return *by_b - *by_a;
  };
  std::vector<std::uint32_t> all(a.human.size());
  std::iota(all.begin(), all.end(), 0U);
  PairedDifference result{.a = std::invoke(correlation, of_a, all),
                          .b = std::invoke(correlation, of_b, all),
                          .difference = difference(all),
                          .interval = {},
                          .p_value = {}};
  if (!result.difference) return result;
  result.interval = interval_of(all.size(), difference, options.bootstrap, monitor);
  monitor.throw_if_stopped();
  result.p_value =
      sign_flip_test(contributions(values(a.human), values(a.cosines), values(b.cosines)),
                     options.permutation)
          .p_value;
  return result;
}

// The words of a band whose neighbours are compared.
std::vector<WordId> drawn_words(const UnitVectors& a, const UnitVectors& b, FrequencyBand band,
                                const OverlapOptions& options) {
  const auto third = static_cast<std::uint64_t>(band);
  const auto begin = static_cast<WordId>(a.size() * third / 3);
  const auto end = static_cast<WordId>(a.size() * (third + 1) / 3);
  std::vector<WordId> words;
  for (const auto place : shuffled(end - begin, stream(options.seed, "overlap words", third))) {
    if (words.size() == options.words) break;
    const auto word = begin + place;
    if (a.scales()[word] != 0 && b.scales()[word] != 0) words.push_back(word);
  }
  return words;
}

std::vector<std::vector<Neighbor>> neighbors_of(const UnitVectors& vectors,
                                                std::span<const WordId> words, std::size_t top) {
  std::vector<Query> queries;
  for (const auto word : words) queries.push_back({vectors.unit(word), {word}});
  return nearest(vectors, queries, top);
}

double overlap_of(std::span<const Neighbor> a, std::span<const Neighbor> b) {
  const auto shared = std::ranges::count_if(a, [&](const Neighbor& neighbor) {
    return std::ranges::find(b, neighbor.word, &Neighbor::word) != b.end();
  });
  return share(static_cast<std::uint64_t>(shared), a.size());
}

}  // namespace

SharedVectors share_words(const Embeddings& a, const Embeddings& b, std::size_t restrict_to) {
  const auto size_of = [&](const Embeddings& embeddings) {
    return restrict_to == 0
               ? embeddings.size()
               : static_cast<WordId>(std::min<std::size_t>(restrict_to, embeddings.size()));
  };
  StringTable words;
  std::vector<std::uint64_t> counts;
  std::vector<WordId> in_a;
  std::vector<WordId> in_b;
  for (WordId id = 0; id < size_of(a); ++id) {
    const auto other = b.vocabulary().find(a.vocabulary().word(id));
    if (!other || *other >= size_of(b)) continue;
    words.insert(a.vocabulary().word(id));
    if (a.vocabulary().has_counts()) counts.push_back(a.vocabulary().count(id));
    in_a.push_back(id);
    in_b.push_back(*other);
  }
  if (in_a.empty()) {
    throw UsageError(fmt::format(
        "no word is in both files: the first has '{}', the second '{}'; are they of the same "
        "language and case?",
        excerpt(a.vocabulary().word(0)), excerpt(b.vocabulary().word(0))));
  }
  const Vocabulary vocabulary(std::move(words), std::move(counts));
  return {.a = select(a, in_a, vocabulary),
          .b = select(b, in_b, vocabulary),
          .only_in_a = size_of(a) - in_a.size(),
          .only_in_b = size_of(b) - in_b.size()};
}

AnalogyComparison compare_analogies(const UnitVectors& a, const UnitVectors& b,
                                    const std::vector<AnalogySection>& sections,
                                    const WordLookup& lookup, const ComparisonOptions& options,
                                    const Monitor& monitor) {
  check_same_words(a, b);
  const auto by_a = evaluate_analogies(a, sections, lookup, options.method, monitor);
  const auto by_b = evaluate_analogies(b, sections, lookup, options.method, monitor);
  const auto row = [&](std::string name, const Accuracy& accuracy, const Right& right_a,
                       const Right& right_b) -> AnalogyComparison::Row {
    return {std::move(name), accuracy.questions, accuracy.answered,
            compare_right(right_a, right_b, options.bootstrap, monitor)};
  };
  // The answers of all sections of a relation, or of all.
  const auto joined = [](const AnalogyScores& scores, std::optional<Relation> relation) {
    Right right;
    for (const auto& section : scores.sections) {
      if (relation && section.relation != *relation) continue;
      right.insert(right.end(), section.right.begin(), section.right.end());
    }
    return right;
  };
  const auto joined_row = [&](std::string name, const Accuracy& accuracy,
                              std::optional<Relation> relation) {
    return row(std::move(name), accuracy, joined(by_a, relation), joined(by_b, relation));
  };
  AnalogyComparison comparison{
      .sections = {},
      .semantic = joined_row("semantic", by_a.semantic, Relation::kSemantic),
      .syntactic = joined_row("syntactic", by_a.syntactic, Relation::kSyntactic),
      .total = joined_row("total", by_a.total, std::nullopt),
      .unknown = by_a.unknown};
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const auto& section = by_a.sections[i];
    comparison.sections.push_back(
        row(section.name, section.accuracy, section.right, by_b.sections[i].right));
  }
  return comparison;
}

SimilarityComparison compare_similarities(const UnitVectors& a, const UnitVectors& b,
                                          const std::vector<SimilarityPair>& pairs,
                                          const WordLookup& lookup,
                                          const ComparisonOptions& options,
                                          const Monitor& monitor) {
  check_same_words(a, b);
  const auto by_a = score_pairs(a, pairs, lookup);
  const auto by_b = score_pairs(b, pairs, lookup);
  return {.pairs = pairs.size(),
          .found = by_a.human.size(),
          .spearman = compare_correlations(
              by_a, by_b, &PairedSample::spearman,
              [](const std::vector<double>& values) { return ranks(values); }, options, monitor),
          .pearson = compare_correlations(by_a, by_b, &PairedSample::pearson, std::identity(),
                                          options, monitor),
          .unknown = by_a.unknown};
}

void OverlapOptions::validate() const {
  if (neighbors == 0) throw UsageError("--neighbors: expected at least 1, found 0");
  if (words == 0) throw UsageError("--words: expected at least 1, found 0");
}

std::vector<NeighborOverlap> compare_neighbors(const UnitVectors& a, const UnitVectors& b,
                                               const OverlapOptions& options,
                                               const BootstrapOptions& bootstrap,
                                               const Monitor& monitor) {
  options.validate();
  check_same_words(a, b);
  constexpr std::array kBands{FrequencyBand::kFrequent, FrequencyBand::kMiddling,
                              FrequencyBand::kRare};
  StageReporter reporter(monitor, "neighbours", "words", kBands.size() * options.words);
  std::vector<NeighborOverlap> result;
  for (const auto band : kBands) {
    const auto words = a.size() > 1 ? drawn_words(a, b, band, options) : std::vector<WordId>();
    std::vector<double> overlaps;
    for (std::size_t begin = 0; begin < words.size(); begin += kWordsInBatch) {
      monitor.throw_if_stopped();
      const auto batch =
          std::span(words).subspan(begin, std::min(kWordsInBatch, words.size() - begin));
      const auto by_a = neighbors_of(a, batch, options.neighbors);
      const auto by_b = neighbors_of(b, batch, options.neighbors);
      for (std::size_t i = 0; i < batch.size(); ++i)
        overlaps.push_back(overlap_of(by_a[i], by_b[i]));
      reporter.report(static_cast<std::uint64_t>(band) * options.words + overlaps.size());
    }
    NeighborOverlap overlap{.band = band, .words = words.size(), .overlap = {}, .interval = {}};
    if (!words.empty()) {
      overlap.overlap = mean_of(overlaps);
      const auto mean = [&](Resample items) -> std::optional<double> {
        double sum = 0;
        for (const auto item : items) sum += overlaps[item];
        return sum / static_cast<double>(items.size());
      };
      overlap.interval = interval_of(words.size(), mean, bootstrap, monitor);
    }
    result.push_back(overlap);
  }
  reporter.finish({.done = kBands.size() * options.words});
  return result;
}

}  // namespace wordkin
