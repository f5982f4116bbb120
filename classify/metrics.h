#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/statistics.h"

namespace wordkin {

// What a classifier says of labelled texts. Classes are the numbers 0 .. classes - 1. The class
// that is predicted is the first of those with the largest probability.
struct Predictions {
  std::size_t classes = 0;            // at least 2
  std::vector<double> probabilities;  // [texts, classes]; rows sum to 1
  std::vector<std::uint32_t> truth;   // [texts]
};

// Each figure is 0 where its denominator is, as with scikit-learn's zero_division=0.
struct RetrievalScores {
  double precision = 0;
  double recall = 0;
  double f1 = 0;
};

struct ClassScores {
  RetrievalScores scores;
  std::uint64_t support = 0;  // texts that are of this class
};

struct Metrics {
  std::uint64_t texts = 0;
  double accuracy = 0;
  Interval accuracy_interval;
  std::vector<ClassScores> classes;
  RetrievalScores macro;     // the mean over all classes, those without texts included
  RetrievalScores weighted;  // the mean over classes weighted by their support
  std::vector<std::vector<std::uint64_t>> confusion;  // [truth][predicted], texts
  // The area under the ROC curve as a rank statistic: the share of pairs of a text of the class and
  // a text of the others in which the former has the larger probability, ties counting half. With
  // two classes that of class 1; with more, the mean of one class against the rest over the
  // classes that occur. Nothing where only one class occurs.
  std::optional<double> roc_auc;
  // The mean of -log p(truth) in nats, p clipped to [2^-52, 1 - 2^-52], as scikit-learn clips
  // doubles.
  double log_loss = 0;
  // With two classes the mean of (p_1 - y)^2, as scikit-learn has it; with more, the sum of
  // (p_k - y_k)^2 over the classes, averaged over the texts (Brier 1950), whose range is 0 to 2.
  double brier = 0;
  // The mean distance of accuracy and confidence, over 15 bins of the highest probability, equally
  // wide and open to the left (Guo et al., "On calibration of modern neural networks", 2017,
  // equation 3).
  double calibration_error = 0;
};

// Throws UsageError where there are no texts, fewer than two classes, sizes that do not match, a
// class that is out of range, or a row that is no distribution (a probability outside 0 to 1, or a
// sum that is more than 0.001 from 1); NumericError for a probability that is not finite.
// Thread-safe.
Metrics measure(const Predictions& predictions);

// Temperature scaling (Guo et al. 2017, section 4.2): the T for which softmax(logits / T) has the
// smallest log loss, up to 100, where the logits are worse than none. 1 where the loss falls down
// to T = 0.01, which is when every text is classified rightly, and when T makes no difference in
// double precision. `logits` is [truth.size(), classes]. Deterministic; thread-safe. Throws as
// measure() does.
double fit_temperature(std::span<const float> logits, std::size_t classes,
                       std::span<const std::uint32_t> truth);

}  // namespace wordkin
