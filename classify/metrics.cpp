#include "classify/metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "common/error.h"

namespace wordkin {
namespace {

using Row = std::span<const double>;

constexpr std::size_t kCalibrationBins = 15;
constexpr double kSumTolerance = 1e-3;
constexpr double kLargestTemperature = 100;  // the smallest is its inverse

void check_shape(std::size_t values, std::size_t classes, std::span<const std::uint32_t> truth) {
  if (truth.empty()) throw UsageError("no texts to measure a classifier by");
  if (classes < 2)
    throw UsageError(fmt::format("{} classes, where at least 2 are needed", classes));
  if (values % classes != 0 || values / classes != truth.size()) {
    throw UsageError(fmt::format("{} values for {} texts of {} classes: expected one for each",
                                 values, truth.size(), classes));
  }
  const auto wrong = std::ranges::find_if(truth, [&](auto label) { return label >= classes; });
  if (wrong != truth.end()) {
    throw UsageError(fmt::format("text {} is of class {}, but there are only {} classes",
                                 wrong - truth.begin(), *wrong, classes));
  }
}

Row row_of(const Predictions& predictions, std::size_t text) {
  return Row(predictions.probabilities).subspan(text * predictions.classes, predictions.classes);
}

void check_distributions(const Predictions& predictions) {
  for (std::size_t text = 0; text < predictions.truth.size(); ++text) {
    const auto row = row_of(predictions, text);
    for (const double p : row) {
      if (!std::isfinite(p)) throw NumericError(fmt::format("text {} has probability {}", text, p));
      if (p < 0 || p > 1) {
        throw UsageError(
            fmt::format("text {} has probability {}: expected one from 0 to 1", text, p));
      }
    }
    const auto sum = std::accumulate(row.begin(), row.end(), 0.0);
    if (std::abs(sum - 1) > kSumTolerance) {
      throw UsageError(
          fmt::format("the probabilities of text {} sum to {}: expected 1", text, sum));
    }
  }
}

std::size_t predicted_class(Row row) {
  return static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
}

std::vector<std::vector<std::uint64_t>> confusion_of(const Predictions& predictions) {
  std::vector<std::vector<std::uint64_t>> confusion(
      predictions.classes, std::vector<std::uint64_t>(predictions.classes));
  for (std::size_t text = 0; text < predictions.truth.size(); ++text)
    ++confusion[predictions.truth[text]][predicted_class(row_of(predictions, text))];
  return confusion;
}

std::vector<ClassScores> class_scores(const std::vector<std::vector<std::uint64_t>>& confusion) {
  std::vector<ClassScores> classes;
  for (std::size_t k = 0; k < confusion.size(); ++k) {
    const auto right = confusion[k][k];
    const auto support = std::accumulate(confusion[k].begin(), confusion[k].end(), std::uint64_t{});
    std::uint64_t predicted = 0;
    for (const auto& row : confusion) predicted += row[k];
    classes.push_back(
        {{share(right, predicted), share(right, support), share(2 * right, predicted + support)},
         support});
  }
  return classes;
}

// `weight` of a class, from its scores; the weights sum to 1.
template <class Weight>
RetrievalScores weighted_mean(const std::vector<ClassScores>& classes, Weight weight) {
  RetrievalScores mean;
  for (const auto& one : classes) {
    mean.precision += weight(one) * one.scores.precision;
    mean.recall += weight(one) * one.scores.recall;
    mean.f1 += weight(one) * one.scores.f1;
  }
  return mean;
}

// The rank statistic of Mann and Whitney over its largest value. Ranks are multiples of a half, so
// that their sum is exact below 2^26 texts.
std::optional<double> auc_of_class(const Predictions& predictions, std::size_t k) {
  const auto texts = predictions.truth.size();
  std::vector<double> probabilities(texts);
  for (std::size_t text = 0; text < texts; ++text) {
    probabilities[text] = row_of(predictions, text)[k];
  }
  const auto rank = ranks(probabilities);
  double of_class = 0;
  double rank_sum = 0;
  for (std::size_t text = 0; text < texts; ++text) {
    if (predictions.truth[text] != k) continue;
    ++of_class;
    rank_sum += rank[text];
  }
  const auto of_others = static_cast<double>(texts) - of_class;
  if (of_class == 0 || of_others == 0) return std::nullopt;
  return (rank_sum - of_class * (of_class - 1) / 2) / (of_class * of_others);
}

std::optional<double> roc_auc(const Predictions& predictions) {
  if (predictions.classes == 2) return auc_of_class(predictions, 1);
  double sum = 0;
  std::uint64_t occurring = 0;
  for (std::size_t k = 0; k < predictions.classes; ++k) {
    if (const auto auc = auc_of_class(predictions, k)) {
      sum += *auc;
      ++occurring;
    }
  }
  if (occurring == 0) return std::nullopt;
  return sum / static_cast<double>(occurring);
}

double log_loss(const Predictions& predictions) {
  constexpr auto kEpsilon = std::numeric_limits<double>::epsilon();
  double sum = 0;
  for (std::size_t text = 0; text < predictions.truth.size(); ++text) {
    const auto p = row_of(predictions, text)[predictions.truth[text]];
    sum -= std::log(std::clamp(p, kEpsilon, 1 - kEpsilon));
  }
  return sum / static_cast<double>(predictions.truth.size());
}

double brier_score(const Predictions& predictions) {
  const std::size_t first = predictions.classes == 2 ? 1 : 0;
  double sum = 0;
  for (std::size_t text = 0; text < predictions.truth.size(); ++text) {
    const auto row = row_of(predictions, text);
    for (auto k = first; k < row.size(); ++k) {
      const auto distance = row[k] - (predictions.truth[text] == k ? 1 : 0);
      sum += distance * distance;
    }
  }
  return sum / static_cast<double>(predictions.truth.size());
}

double calibration_error(const Predictions& predictions) {
  // Of each bin: the texts classified rightly less the sum of their confidences.
  std::array<double, kCalibrationBins> surplus{};
  for (std::size_t text = 0; text < predictions.truth.size(); ++text) {
    const auto row = row_of(predictions, text);
    const auto predicted = predicted_class(row);
    const auto bin = static_cast<std::size_t>(std::ceil(row[predicted] * kCalibrationBins)) - 1;
    surplus[bin] += (predicted == predictions.truth[text] ? 1 : 0) - row[predicted];
  }
  double sum = 0;
  for (const double difference : surplus) sum += std::abs(difference);
  return sum / static_cast<double>(predictions.truth.size());
}

// The derivative with respect to s of the log loss of softmax(s * logits), summed over the texts:
// what the softmax expects the logit to be, less the logit of the truth.
double loss_slope(std::span<const float> logits, std::size_t classes,
                  std::span<const std::uint32_t> truth, double s) {
  double slope = 0;
  for (std::size_t text = 0; text < truth.size(); ++text) {
    const auto row = logits.subspan(text * classes, classes);
    const double largest = std::ranges::max(row);
    double weights = 0;
    double distances = 0;  // from the largest logit, which keeps exp() in range
    for (const double logit : row) {
      const auto weight = std::exp(s * (logit - largest));
      weights += weight;
      distances += weight * (logit - largest);
    }
    slope += distances / weights - (row[truth[text]] - largest);
  }
  return slope;
}

}  // namespace

Metrics measure(const Predictions& predictions) {
  check_shape(predictions.probabilities.size(), predictions.classes, predictions.truth);
  check_distributions(predictions);
  Metrics metrics;
  metrics.texts = predictions.truth.size();
  metrics.confusion = confusion_of(predictions);
  std::uint64_t correct = 0;
  for (std::size_t k = 0; k < predictions.classes; ++k) correct += metrics.confusion[k][k];
  metrics.accuracy = share(correct, metrics.texts);
  metrics.accuracy_interval = wilson_interval(correct, metrics.texts);
  metrics.classes = class_scores(metrics.confusion);
  metrics.macro = weighted_mean(metrics.classes,
                                [&](const ClassScores&) { return share(1, predictions.classes); });
  metrics.weighted = weighted_mean(
      metrics.classes, [&](const ClassScores& one) { return share(one.support, metrics.texts); });
  metrics.roc_auc = roc_auc(predictions);
  metrics.log_loss = log_loss(predictions);
  metrics.brier = brier_score(predictions);
  metrics.calibration_error = calibration_error(predictions);
  return metrics;
}

double fit_temperature(std::span<const float> logits, std::size_t classes,
                       std::span<const std::uint32_t> truth) {
  check_shape(logits.size(), classes, truth);
  const auto wrong = std::ranges::find_if_not(logits, [](float x) { return std::isfinite(x); });
  if (wrong != logits.end()) {
    throw NumericError(fmt::format("text {} has logit {}",
                                   static_cast<std::size_t>(wrong - logits.begin()) / classes,
                                   *wrong));
  }
  const auto slope_at = [&](double log_s) {
    return loss_slope(logits, classes, truth, std::exp(log_s));
  };
  auto high = std::log(kLargestTemperature);
  auto low = -high;
  if (slope_at(low) == 0 && slope_at(high) == 0) return 1;
  // Sure and right without a limit: such texts do not tell how sure it is right to be.
  if (slope_at(high) <= 0) return 1;
  // The loss is convex in s = 1 / T, so its slope changes sign at most once: bisection, over the
  // logarithm of s, cannot miss the place.
  for (auto middle = 0.0; low < middle && middle < high; middle = std::midpoint(low, high))
    (slope_at(middle) <= 0 ? low : high) = middle;
  return std::exp(-std::midpoint(low, high));
}

}  // namespace wordkin
