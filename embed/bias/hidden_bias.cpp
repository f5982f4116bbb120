#include "embed/bias/hidden_bias.h"

#include <algorithm>

#include "common/error.h"
#include "common/parallel.h"
#include "common/random.h"
#include "embed/bias/rbf_classifier.h"
#include "embed/bias/two_means.h"
#include "embed/query/nearest.h"

namespace wordkin {
namespace {

constexpr std::size_t kClassifierFactor = 5;
constexpr std::size_t kFewestToClassify = 10;

// The words with the highest scores above 0.
std::vector<WordId> farthest(std::span<const float> scores, std::span<const WordId> excluded,
                             std::size_t top) {
  std::vector<WordId> words;
  for (const auto& [word, score] : highest(scores, excluded, top)) {
    if (score > 0) words.push_back(word);
  }
  return words;
}

std::vector<WordId> both(std::span<const WordId> a, std::span<const WordId> b) {
  std::vector<WordId> words(a.begin(), a.end());
  words.insert(words.end(), b.begin(), b.end());
  return words;
}

double cluster_accuracy(const DenseVectors& vectors, std::uint64_t seed) {
  const auto clusters = two_means(vectors, seed);
  std::size_t right = 0;
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    right += (clusters[i] == 0) == (i < clusters.size() / 2) ? 1 : 0;
  }
  const auto accuracy = static_cast<double>(right) / static_cast<double>(clusters.size());
  return std::max(accuracy, 1 - accuracy);  // which cluster is which is not known
}

void classify(const Embeddings& embeddings, const BiasedWords& words, std::uint64_t seed,
              HiddenBias& result) {
  const auto on_side = words.positive.size();
  const auto order = shuffled(static_cast<std::uint32_t>(on_side), stream(seed, "biased words", 0));
  const auto learned = on_side / kClassifierFactor;
  const auto pick = [&](std::size_t begin, std::size_t end) {
    BiasedWords part;
    for (auto i = begin; i < end; ++i) {
      part.positive.push_back(words.positive[order[i]]);
      part.negative.push_back(words.negative[order[i]]);
    }
    return unit_vectors_of(embeddings, both(part.positive, part.negative));
  };
  const RbfClassifier classifier(pick(0, learned));
  const auto asked = pick(learned, on_side);
  result.trained = 2 * learned;
  result.tested = asked.size();
  result.classifier_accuracy = classifier.accuracy(asked);
}

}  // namespace

void HiddenBiasOptions::validate() const {
  if (words < 2) throw UsageError("most biased words: expected at least 2 on each side");
}

BiasedWords most_biased_words(const Embeddings& embeddings, std::span<const double> direction,
                              std::span<const WordId> excluded, const HiddenBiasOptions& options) {
  options.validate();
  const auto size = options.restrict_to == 0
                        ? embeddings.size()
                        : std::min<std::size_t>(options.restrict_to, embeddings.size());
  std::vector<float> scores(size);
  std::vector<float> negated(size);
  parallel_for_ranges(size, 4096, [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) {
      const auto vector = unit_vector_of(embeddings, static_cast<WordId>(i));
      scores[i] = static_cast<float>(dot(vector, direction));
      negated[i] = -scores[i];
    }
  });
  const auto most = options.words * kClassifierFactor;
  return balanced({farthest(scores, excluded, most), farthest(negated, excluded, most)});
}

BiasedWords balanced(BiasedWords words) {
  const auto on_side = std::min(words.positive.size(), words.negative.size());
  words.positive.resize(on_side);
  words.negative.resize(on_side);
  return words;
}

std::optional<HiddenBias> hidden_bias(const Embeddings& embeddings, const BiasedWords& words,
                                      const HiddenBiasOptions& options) {
  options.validate();
  const auto clustered = std::min(options.words, words.positive.size());
  if (clustered < 2) return std::nullopt;
  const auto most =
      both(std::span(words.positive).first(clustered), std::span(words.negative).first(clustered));
  HiddenBias result{
      .clustered = most.size(),
      .cluster_accuracy = cluster_accuracy(unit_vectors_of(embeddings, most), options.seed),
      .trained = 0,
      .tested = 0,
      .classifier_accuracy = {}};
  if (words.positive.size() >= kFewestToClassify) {
    classify(embeddings, words, options.seed, result);
  }
  return result;
}

}  // namespace wordkin
