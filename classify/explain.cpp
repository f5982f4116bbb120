#include "classify/explain.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "classify/loss.h"
#include "common/flush_denormals.h"

namespace wordkin {
namespace {

// log(p / (1 - p)) of class c, which is its logit less the logarithm of the sum of the others'
// exponentials, all logits over the temperature; its gradient for the logits takes their place.
double log_odds_gradient(std::span<float> logits, std::uint32_t c, double temperature) {
  std::vector<double> others(logits.begin(), logits.end());
  for (auto& logit : others) logit /= temperature;
  const auto own = others[c];
  others.erase(others.begin() + c);
  const auto highest = *std::ranges::max_element(others);
  double sum = 0;
  for (const auto logit : others) sum += std::exp(logit - highest);
  const auto log_odds = own - highest - std::log(sum);
  softmax(std::span(others));
  for (std::size_t k = 0, other = 0; k < logits.size(); ++k) {
    logits[k] = static_cast<float>((k == c ? 1 : -others[other++]) / temperature);
  }
  return log_odds;
}

// A text, and the points on the way to it from the baseline.
class Path {
 public:
  Path(const SentimentModel& model, std::span<const WordId> ids) : model_(model) {
    const auto dim = model.vectors.cols();
    gather_vectors(model.vectors, ids, text_);
    const std::vector<WordId> unknown(ids.size(), model.unknown_word());
    gather_vectors(model.vectors, unknown, baseline_);
    length_ = text_.size() / dim;
  }

  std::vector<double> probabilities() {
    run({1});
    std::vector<double> p(scratch_.logits.begin(), scratch_.logits.end());
    for (auto& logit : p) logit /= model_.temperature;
    softmax(std::span(p));
    return p;
  }

  double log_odds(double at, std::uint32_t predicted) {
    run({at});
    return log_odds_gradient(scratch_.logits, predicted, model_.temperature);
  }

  // The mean over `steps` points, at the middles of equal parts of the way, of the gradient, times
  // the way: of each word.
  std::vector<double> contributions(std::size_t steps, std::uint32_t predicted) {
    constexpr std::size_t kTogether = 16;
    const auto dim = model_.vectors.cols();
    std::vector<double> sums(length_);
    for (std::size_t begin = 0; begin < steps; begin += kTogether) {
      std::vector<double> points;
      for (auto i = begin; i < std::min(begin + kTogether, steps); ++i) {
        points.push_back((static_cast<double>(i) + 0.5) / static_cast<double>(steps));
      }
      const auto packing = run(points);
      const auto classes = model_.network.classes();
      scratch_.logit_gradients = scratch_.logits;
      for (std::size_t i = 0; i < points.size(); ++i) {
        log_odds_gradient({scratch_.logit_gradients.data() + i * classes, classes}, predicted,
                          model_.temperature);
      }
      FloatVector unused(model_.network.parameters());
      model_.network.backward<float>(model_.parameters, packing, {}, scratch_, unused);
      for (std::size_t row = 0; row < packing.rows(); ++row) {
        const auto word = row / points.size();
        for (std::size_t k = 0; k < dim; ++k) {
          const double way = double{text_[word * dim + k]} - baseline_[word * dim + k];
          sums[word] += way * scratch_.input_gradients[row * dim + k];
        }
      }
    }
    for (auto& sum : sums) sum /= static_cast<double>(steps);
    return sums;
  }

 private:
  Packing run(const std::vector<double>& points) {
    Packing packing(std::vector<std::uint32_t>(points.size(), static_cast<std::uint32_t>(length_)));
    const auto dim = model_.vectors.cols();
    scratch_.inputs.resize(packing.rows() * dim);
    for (std::size_t row = 0; row < packing.rows(); ++row) {
      const auto word = row / points.size();
      const auto at = static_cast<float>(points[row % points.size()]);
      for (std::size_t k = 0; k < dim; ++k) {
        const auto from = baseline_[word * dim + k];
        scratch_.inputs[row * dim + k] = from + at * (text_[word * dim + k] - from);
      }
    }
    model_.network.forward<float>(model_.parameters, packing, {}, scratch_);
    return packing;
  }

  const SentimentModel& model_;
  FloatVector text_;      // [length, dim]
  FloatVector baseline_;  // [length, dim]
  std::size_t length_ = 0;
  NetworkScratch<float> scratch_;
};

}  // namespace

double Explanation::gap() const {
  const auto sum = std::accumulate(contributions.begin(), contributions.end(), 0.0);
  return std::abs(sum - (log_odds - baseline_log_odds));
}

Explanation explain(const SentimentModel& model, std::string_view text) {
  constexpr std::size_t kFewestSteps = 32;
  constexpr std::size_t kMostSteps = 1024;
  const FlushDenormals flush;
  auto encoded = encode_text(text, model.encoding, model.vocabulary);
  Path path(model, encoded.ids);
  Explanation result;
  result.probabilities = path.probabilities();
  result.words = std::move(encoded.words);
  result.predicted = static_cast<std::uint32_t>(std::ranges::max_element(result.probabilities) -
                                                result.probabilities.begin());
  result.log_odds = path.log_odds(1, result.predicted);
  result.baseline_log_odds = path.log_odds(0, result.predicted);
  const auto allowed = 0.01 * std::abs(result.log_odds - result.baseline_log_odds) + 1e-6;
  for (auto steps = kFewestSteps; steps <= kMostSteps; steps *= 2) {
    result.steps = steps;
    result.contributions = path.contributions(steps, result.predicted);
    if (result.gap() <= allowed) break;
  }
  return result;
}

}  // namespace wordkin
