#include "classify/nbsvm.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <linear.h>

#include "common/error.h"
#include "common/hash.h"
#include "common/openmp.h"
#include "common/parallel.h"
#include "common/random.h"

namespace wordkin {
namespace {

// liblinear stops where the gradient has shrunk to this much of what it was, times the share of the
// rarer side; the default for this solver.
constexpr double kTolerance = 0.01;
constexpr std::size_t kTextsPerTask = 64;

using Hashes = std::vector<std::uint64_t>;

std::uint64_t word_hash(std::string_view word) {
  Fnv1a hash;
  hash.add(word);
  return RandomStream::split_mix(hash.value());
}

// The hashes of the words and of the pairs of neighbours among them, ascending, each once.
Hashes ngrams(std::span<const std::string> words) {
  Hashes hashes;
  hashes.reserve(2 * words.size());
  for (const auto& word : words) hashes.push_back(word_hash(word));
  for (std::size_t i = 1; i < words.size(); ++i) {
    // Not symmetric, so that "a b" is not "b a".
    hashes.push_back(RandomStream::split_mix(std::rotl(hashes[i - 1], 1) + hashes[i]));
  }
  std::ranges::sort(hashes);
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  return hashes;
}

// Which n-grams occur in which texts, in the form that liblinear reads.
struct NgramRows {
  Hashes features;  // ascending
  // The rows of all texts, one after the other: a node for each n-gram, with its number from 1,
  // then one for the bias, then an end mark of index -1.
  std::vector<feature_node> nodes;
  std::vector<std::size_t> begins;  // [texts + 1], in nodes

  std::span<feature_node> ngrams_of(std::size_t text) {
    return std::span(nodes).subspan(begins[text], begins[text + 1] - begins[text] - 2);
  }
};

Hashes distinct(const std::vector<Hashes>& texts) {
  Hashes all;
  all.reserve(
      std::accumulate(texts.begin(), texts.end(), std::size_t{0},
                      [](std::size_t sum, const Hashes& text) { return sum + text.size(); }));
  for (const auto& text : texts) all.insert(all.end(), text.begin(), text.end());
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return {all.begin(), all.end()};
}

NgramRows read_corpus(std::span<const std::vector<std::string>> texts) {
  std::vector<Hashes> hashes(texts.size());
  parallel_for_ranges(texts.size(), kTextsPerTask, [&](std::size_t begin, std::size_t end) {
    for (auto text = begin; text < end; ++text) hashes[text] = ngrams(texts[text]);
  });
  NgramRows corpus;
  corpus.features = distinct(hashes);
  if (corpus.features.empty()) throw UsageError("no words in the texts to train by");
  // liblinear counts in ints.
  if (std::max(texts.size(), corpus.features.size()) >= std::numeric_limits<int>::max() - 1U) {
    throw UsageError(fmt::format("{} texts of {} n-grams: expected fewer than 2^31 of either",
                                 texts.size(), corpus.features.size()));
  }
  corpus.begins.push_back(0);
  for (const auto& text : hashes) corpus.begins.push_back(corpus.begins.back() + text.size() + 2);
  corpus.nodes.resize(corpus.begins.back());
  const auto bias_index = static_cast<int>(corpus.features.size()) + 1;
  parallel_for_ranges(texts.size(), kTextsPerTask, [&](std::size_t begin, std::size_t end) {
    for (auto text = begin; text < end; ++text) {
      auto node = corpus.nodes.begin() + static_cast<std::ptrdiff_t>(corpus.begins[text]);
      auto feature = corpus.features.begin();
      for (const auto hash : hashes[text]) {
        feature = std::lower_bound(feature, corpus.features.end(), hash);
        *node++ = {static_cast<int>(feature - corpus.features.begin()) + 1, 0};
      }
      *node++ = {bias_index, 1};
      *node = {-1, 0};
    }
  });
  return corpus;
}

// The log-count ratio r of each n-gram between texts of class `positive` and the others (section
// 2 of the paper): positive where the n-gram speaks for the class.
std::vector<double> log_count_ratios(NgramRows& corpus, std::span<const std::uint32_t> classes,
                                     std::uint32_t positive, double alpha) {
  std::vector<double> p(corpus.features.size(), alpha);
  std::vector<double> q(corpus.features.size(), alpha);
  for (std::size_t text = 0; text < classes.size(); ++text) {
    auto& counts = classes[text] == positive ? p : q;
    for (const auto& node : corpus.ngrams_of(text)) counts[node.index - 1] += 1;
  }
  const auto norms = std::log(std::reduce(p.begin(), p.end()) / std::reduce(q.begin(), q.end()));
  for (std::size_t i = 0; i < p.size(); ++i) p[i] = std::log(p[i] / q[i]) - norms;
  return p;
}

struct DestroyModel {
  void operator()(model* trained) const { free_and_destroy_model(&trained); }
};
using Model = std::unique_ptr<model, DestroyModel>;

// liblinear prints its progress unless told otherwise, for the whole process.
void silence_liblinear() {
  static const bool once = [] {
    set_print_string_function([](const char*) {});
    return true;
  }();
  static_cast<void>(once);
}

// The support vector machine with squared loss that tells class `positive` from the others, its
// features the n-grams of `corpus` scaled by `ratios`. The solver, of the primal problem, takes
// Newton steps from 0 in a trust region: unlike the dual ones it draws no random numbers, so its
// result is always the same.
Model train_machine(NgramRows& corpus, std::span<const std::uint32_t> classes,
                    std::uint32_t positive, std::span<const double> ratios, double c) {
  std::vector<feature_node*> rows;
  std::vector<double> labels;
  for (std::size_t text = 0; text < classes.size(); ++text) {
    for (auto& node : corpus.ngrams_of(text)) node.value = ratios[node.index - 1];
    rows.push_back(&corpus.nodes[corpus.begins[text]]);
    labels.push_back(classes[text] == positive ? 1 : -1);
  }
  const problem machine{.l = static_cast<int>(rows.size()),
                        .n = static_cast<int>(ratios.size()) + 1,
                        .y = labels.data(),
                        .x = rows.data(),
                        .bias = 1};
  parameter how{};
  how.solver_type = L2R_L2LOSS_SVC;
  how.eps = kTolerance;
  how.C = c;
  silence_liblinear();
  const OneOpenMpThread one_thread;  // of the BLAS that liblinear may be linked with
  return Model(::train(&machine, &how));
}

void check_arguments(std::size_t texts, std::span<const std::uint32_t> classes,
                     std::size_t class_count, const NbsvmOptions& options) {
  if (!(options.c > 0 && std::isfinite(options.c)))
    throw UsageError(fmt::format("c is {}: expected a number above 0", options.c));
  if (!(options.alpha > 0 && std::isfinite(options.alpha)))
    throw UsageError(fmt::format("alpha is {}: expected a number above 0", options.alpha));
  if (!(options.beta >= 0 && options.beta <= 1))
    throw UsageError(fmt::format("beta is {}: expected a number from 0 to 1", options.beta));
  if (class_count < 2)
    throw UsageError(fmt::format("{} classes, where at least 2 are needed", class_count));
  if (texts != classes.size())
    throw UsageError(fmt::format("{} texts with {} classes", texts, classes.size()));
  std::vector<bool> occurs(class_count);
  for (const auto label : classes) {
    if (label >= class_count)
      throw UsageError(fmt::format("class {}, but there are only {}", label, class_count));
    occurs[label] = true;
  }
  const auto missing = std::ranges::find(occurs, false);
  if (missing != occurs.end()) {
    throw UsageError(fmt::format("no text of class {} to train by", missing - occurs.begin()));
  }
}

}  // namespace

Nbsvm Nbsvm::train(std::span<const std::vector<std::string>> texts,
                   std::span<const std::uint32_t> classes, std::size_t class_count,
                   const NbsvmOptions& options) {
  check_arguments(texts.size(), classes, class_count, options);
  auto corpus = read_corpus(texts);
  const auto machines = class_count == 2 ? std::size_t{1} : class_count;
  const auto features = corpus.features.size();
  Nbsvm result;
  result.weights_.resize(features * machines);
  for (std::size_t machine = 0; machine < machines; ++machine) {
    const auto positive = static_cast<std::uint32_t>(class_count == 2 ? 1 : machine);
    const auto ratios = log_count_ratios(corpus, classes, positive, options.alpha);
    const auto trained = train_machine(corpus, classes, positive, ratios, options.c);
    // liblinear puts +1 before -1, so the weights are those of the class.
    const std::span w(trained->w, features + 1);
    double mean = 0;
    for (const double weight : w.first(features)) mean += std::abs(weight);
    mean /= static_cast<double>(features);
    for (std::size_t i = 0; i < features; ++i) {
      // w' of the paper, section 2, times the value that the feature has where it is present.
      const auto weight = (1 - options.beta) * mean + options.beta * w[i];
      result.weights_[i * machines + machine] = weight * ratios[i];
    }
    result.biases_.push_back(w[features]);
  }
  result.features_ = std::move(corpus.features);
  return result;
}

std::uint32_t Nbsvm::predict(std::span<const std::string> words) const {
  const auto values = decision_values(words);
  return static_cast<std::uint32_t>(std::ranges::max_element(values) - values.begin());
}

std::vector<double> Nbsvm::decision_values(std::span<const std::string> words) const {
  auto values = biases_;
  auto feature = features_.begin();
  for (const auto hash : ngrams(words)) {
    feature = std::lower_bound(feature, features_.end(), hash);
    if (feature == features_.end()) break;
    if (*feature != hash) continue;
    const auto row = static_cast<std::size_t>(feature - features_.begin()) * values.size();
    for (std::size_t machine = 0; machine < values.size(); ++machine)
      values[machine] += weights_[row + machine];
  }
  if (values.size() == 1) values.insert(values.begin(), -values.front());
  return values;
}

}  // namespace wordkin
