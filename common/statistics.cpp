#include "common/statistics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>

#include <fmt/format.h>

#include "common/error.h"
#include "common/parallel.h"
#include "common/random.h"

namespace wordkin {
namespace {

// The standard normal distribution has 95 % within this distance of 0.
constexpr double kNormal95 = 1.959963984540054;
constexpr double kTail = 0.025;  // of an interval of 95 %, on either side
constexpr std::size_t kResamplesAtOnce = 16;

// How many ways there are, as a share of 2^n, to choose at most `most` of n things; 2 most < n.
// Sums outwards from the largest term, so that nothing overflows and small sums keep their digits.
double binomial_tail(std::uint64_t most, std::uint64_t n) {
  double log_largest = -static_cast<double>(n) * std::numbers::ln2;
  for (std::uint64_t i = 1; i <= most; ++i) log_largest += std::log(share(n - most + i, i));
  double sum = 0;
  double term = 1;
  for (auto k = most; term > 0; --k) {
    sum += term;
    term *= share(k, n - k + 1);
  }
  return std::exp(log_largest) * sum;
}

// Of each value, how many different values are smaller.
std::vector<std::uint32_t> dense_order(std::span<const double> values) {
  std::vector<std::uint32_t> by_value(values.size());
  std::iota(by_value.begin(), by_value.end(), 0U);
  std::ranges::sort(by_value, {}, [&](std::uint32_t i) { return values[i]; });
  std::vector<std::uint32_t> order(values.size());
  for (std::size_t i = 1; i < by_value.size(); ++i) {
    const auto one = by_value[i];
    const auto before = by_value[i - 1];
    order[one] = order[before] + (values[before] < values[one] ? 1 : 0);
  }
  return order;
}

// The mean ranks of values of which `order` is any numbering that rises with them.
std::vector<double> ranks_in_order(std::span<const std::uint32_t> order) {
  if (order.empty()) return {};
  std::vector<std::uint32_t> count(std::size_t{1} + std::ranges::max(order));
  for (const auto place : order) ++count[place];
  std::vector<double> rank_of(count.size());
  double smaller = 0;
  for (std::size_t place = 0; place < count.size(); ++place) {
    rank_of[place] = smaller + (count[place] - 1.0) / 2;
    smaller += count[place];
  }
  std::vector<double> result(order.size());
  std::ranges::transform(order, result.begin(), [&](auto place) { return rank_of[place]; });
  return result;
}

template <class T>
std::vector<T> select(std::span<const T> values, Resample items) {
  std::vector<T> selected(items.size());
  std::ranges::transform(items, selected.begin(), [&](auto item) { return values[item]; });
  return selected;
}

bool varies(std::span<const double> values) {
  return std::ranges::adjacent_find(values, std::not_equal_to<>()) != values.end();
}

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Of sorted values, with linear interpolation.
double quantile(std::span<const double> sorted, double probability) {
  const auto place = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

}  // namespace

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

Interval wilson_interval(std::uint64_t correct, std::uint64_t total) {
  if (total == 0) return {0, 1};
  const auto n = static_cast<double>(total);
  const auto p = share(correct, total);
  constexpr auto kSquare = kNormal95 * kNormal95;
  const auto centre = p + kSquare / (2 * n);
  const auto reach = kNormal95 * std::sqrt(p * (1 - p) / n + kSquare / (4 * n * n));
  const auto scale = 1 + kSquare / n;
  return {std::max(0.0, (centre - reach) / scale), std::min(1.0, (centre + reach) / scale)};
}

McNemar mcnemar(std::span<const std::uint32_t> truth, std::span<const std::uint32_t> predicted_a,
                std::span<const std::uint32_t> predicted_b) {
  if (truth.empty()) throw UsageError("no items to compare classifiers by");
  if (predicted_a.size() != truth.size() || predicted_b.size() != truth.size()) {
    throw UsageError(fmt::format("predictions for {} and {} items, where there are {}",
                                 predicted_a.size(), predicted_b.size(), truth.size()));
  }
  McNemar result;
  for (std::size_t item = 0; item < truth.size(); ++item) {
    const bool a_right = predicted_a[item] == truth[item];
    const bool b_right = predicted_b[item] == truth[item];
    if (a_right && !b_right) ++result.only_a_right;
    if (b_right && !a_right) ++result.only_b_right;
  }
  const auto fewer = std::min(result.only_a_right, result.only_b_right);
  if (result.only_a_right != result.only_b_right) {
    result.p_value =
        std::min(1.0, 2 * binomial_tail(fewer, result.only_a_right + result.only_b_right));
  }
  return result;
}

std::vector<double> ranks(std::span<const double> values) {
  return ranks_in_order(dense_order(values));
}

std::optional<double> pearson(std::span<const double> x, std::span<const double> y) {
  if (!varies(x) || !varies(y)) return std::nullopt;
  const auto mean_x = mean(x);
  const auto mean_y = mean(y);
  double xy = 0;
  double xx = 0;
  double yy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto dx = x[i] - mean_x;
    const auto dy = y[i] - mean_y;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  const auto norms = std::sqrt(xx) * std::sqrt(yy);
  if (!(norms > 0) || !std::isfinite(norms)) return std::nullopt;
  return std::clamp(xy / norms, -1.0, 1.0);
}

std::optional<double> spearman(std::span<const double> x, std::span<const double> y) {
  return pearson(ranks(x), ranks(y));
}

PairedSample::PairedSample(std::vector<double> x, std::vector<double> y)
    : x_(std::move(x)), y_(std::move(y)), x_order_(dense_order(x_)), y_order_(dense_order(y_)) {}

std::optional<double> PairedSample::pearson(Resample items) const {
  return wordkin::pearson(select<double>(x_, items), select<double>(y_, items));
}

std::optional<double> PairedSample::spearman(Resample items) const {
  return wordkin::pearson(ranks_in_order(select<std::uint32_t>(x_order_, items)),
                          ranks_in_order(select<std::uint32_t>(y_order_, items)));
}

void BootstrapOptions::validate() const {
  constexpr auto kLeast = 40;  // one of which lies beyond either end
  if (resamples < kLeast) {
    throw UsageError(
        fmt::format("a bootstrap of {} resamples: expected at least {}", resamples, kLeast));
  }
}

std::optional<Interval> bootstrap_interval(
    std::uint32_t items, const std::function<std::optional<double>(Resample)>& statistic,
    const BootstrapOptions& options, const Monitor& monitor) {
  options.validate();
  if (items == 0) return std::nullopt;
  std::vector<std::optional<double>> found(options.resamples);
  parallel_for_ranges(found.size(), kResamplesAtOnce, [&](std::size_t begin, std::size_t end) {
    monitor.throw_if_stopped();
    std::vector<std::uint32_t> resample(items);
    for (auto i = begin; i < end; ++i) {
      auto random = stream(options.seed, "bootstrap", i);
      for (auto& item : resample) item = random.below(items);
      found[i] = statistic(resample);
    }
  });
  std::vector<double> values;
  for (const auto& value : found) {
    if (value) values.push_back(*value);
  }
  const auto undefined = found.size() - values.size();
  if (static_cast<double>(undefined) > kTail * static_cast<double>(found.size())) {
    return std::nullopt;
  }
  std::ranges::sort(values);
  return Interval{quantile(values, kTail), quantile(values, 1 - kTail)};
}

}  // namespace wordkin
