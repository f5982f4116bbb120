#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "common/progress.h"

namespace wordkin {

// part / whole; 0 where the whole is 0.
double share(std::uint64_t part, std::uint64_t whole);

struct Interval {
  double low = 0;
  double high = 0;
  bool operator==(const Interval&) const = default;
};

// Wilson's score interval of 95 % for the share correct / total (Wilson, "Probable inference, the
// law of succession, and statistical inference", 1927); 0 to 1 where the total is 0.
Interval wilson_interval(std::uint64_t correct, std::uint64_t total);

// Whether two classifiers err differently on the same items.
struct McNemar {
  std::uint64_t only_a_right = 0;  // b of the paper
  std::uint64_t only_b_right = 0;  // c
  // Of the exact two-sided test: how likely discordant items are to be split at least this
  // unevenly if either side is equally likely. 1 where there are none.
  double p_value = 1;
};

// McNemar, "Note on the sampling error of the difference between correlated proportions or
// percentages", 1947, with the binomial distribution itself at any size. The spans are [items].
// Throws UsageError where they are empty or differ in size. Thread-safe.
McNemar mcnemar(std::span<const std::uint32_t> truth, std::span<const std::uint32_t> predicted_a,
                std::span<const std::uint32_t> predicted_b);

// The ranks of values, from 0; equal values have the mean of their ranks. No value may be NaN.
std::vector<double> ranks(std::span<const double> values);

// Pearson's correlation of two samples of equal size; nothing where one does not vary, and where
// sums of squares leave the range of doubles.
std::optional<double> pearson(std::span<const double> x, std::span<const double> y);
// Spearman's: Pearson's of the ranks.
std::optional<double> spearman(std::span<const double> x, std::span<const double> y);

// Numbers of items of a sample; items may be missing and repeated.
using Resample = std::span<const std::uint32_t>;

// x and y of the same items, whose correlation is asked for again and again, of other items each
// time. Reading is thread-safe.
class PairedSample {
 public:
  // x, y: [items]
  PairedSample(std::vector<double> x, std::vector<double> y);

  std::optional<double> pearson(Resample items) const;
  // Takes time in proportion to the number of items: the values have been sorted once.
  std::optional<double> spearman(Resample items) const;

 private:
  std::vector<double> x_, y_;
  std::vector<std::uint32_t> x_order_, y_order_;  // see dense_order()
};

struct BootstrapOptions {
  std::uint32_t resamples = 10'000;
  std::uint64_t seed = 1;

  void validate() const;  // throws UsageError for less than 40 resamples
};

// The percentile bootstrap's interval of 95 % for a statistic of a sample of `items` (Efron and
// Tibshirani, "An introduction to the bootstrap", 1993, chapter 13): the quantiles 2.5 % and
// 97.5 % of the statistic over resamples of as many items, drawn with replacement from
// stream(seed, "bootstrap", i). Nothing where the statistic is undefined in more than one resample
// of forty, as these could lie beyond either end, and where there are no items. The statistic is
// called by several threads at once; the result is the same for any number of them. Uses the
// threads of the arena that it is called in. Throws Interrupted.
std::optional<Interval> bootstrap_interval(
    std::uint32_t items, const std::function<std::optional<double>(Resample)>& statistic,
    const BootstrapOptions& options = {}, const Monitor& monitor = {});

}  // namespace wordkin
