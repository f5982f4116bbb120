#include "common/permutation_test.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "common/error.h"
#include "common/parallel.h"
#include "common/random.h"

namespace wordkin {
namespace {

// Samples from one random stream.
constexpr std::uint64_t kSamplesAtOnce = 1024;

using Values = std::vector<double>;

void check_sample(std::span<const double> values, std::string_view what) {
  if (values.empty())
    throw UsageError(fmt::format("{} has no values; it needs at least one", what));
  if (!std::ranges::all_of(values, [](double x) { return std::isfinite(x); })) {
    throw NumericError(fmt::format("{} holds a value that is not finite", what));
  }
}

double sum_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

// What is reached by sums that equal `sum` but for rounding.
double threshold_for(double sum, std::span<const double> values) {
  constexpr double kRounding = 1e-12;
  double magnitude = 0;
  for (const double value : values) magnitude += std::abs(value);
  return sum - kRounding * magnitude;
}

// The sums of all subsets of `values` with at most `most` members, by the number of members;
// nothing when there are more than `limit`.
std::optional<std::vector<Values>> subset_sums(std::span<const double> values, std::size_t most,
                                               std::uint64_t limit) {
  std::vector<Values> sums(std::min(most, values.size()) + 1);
  sums[0] = {0};
  std::uint64_t count = 1;
  for (const double value : values) {
    for (auto size = sums.size() - 1; size > 0; --size) {
      count += sums[size - 1].size();
      if (count > limit) return std::nullopt;
      for (const double sum : sums[size - 1]) sums[size].push_back(sum + value);
    }
  }
  return sums;
}

// The pairs with a + b >= threshold. Sorts both.
std::uint64_t count_pairs(Values& a, Values& b, double threshold) {
  std::ranges::sort(a);
  std::ranges::sort(b);
  std::uint64_t count = 0;
  auto enough = b.end();  // from here on, b is enough for the present a
  for (const double x : a) {
    while (enough != b.begin() && x + *(enough - 1) >= threshold) --enough;
    count += static_cast<std::uint64_t>(b.end() - enough);
  }
  return count;
}

PermutationTest exact_result(std::uint64_t reached, std::uint64_t all) {
  return {.p_value = static_cast<double>(reached) / static_cast<double>(all),
          .standard_error = 0,
          .count = PermutationCount::kExact,
          .permutations = all};
}

// Every subset is one of the left half's with one of the right half's (Horowitz and Sahni 1974), so
// that 2^n subsets take the time of 2^(n/2).
struct Halves {
  std::vector<Values> left, right;
};

std::optional<Halves> split_sums(std::span<const double> values, std::size_t most,
                                 std::uint64_t limit) {
  const auto middle = values.size() / 2;
  auto left = subset_sums(values.first(middle), most, limit);
  auto right = left ? subset_sums(values.subspan(middle), most, limit) : std::nullopt;
  if (!right) return std::nullopt;
  return Halves{*std::move(left), *std::move(right)};
}

// Over the subsets with `members` members.
PermutationTest count_partitions(Halves& halves, std::size_t members, double threshold) {
  std::uint64_t reached = 0;
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < halves.left.size(); ++i) {
    if (i > members || members - i >= halves.right.size()) continue;
    auto& left = halves.left[i];
    auto& right = halves.right[members - i];
    reached += count_pairs(left, right, threshold);
    all += left.size() * right.size();
  }
  return exact_result(reached, all);
}

Values joined(const std::vector<Values>& parts) {
  Values all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// Draws samples with `reaches(random)`, on all threads.
template <class F>
PermutationTest sample(const PermutationOptions& options, std::string_view what, F&& reaches) {
  std::atomic<std::uint64_t> reached = 0;
  parallel_for_ranges(options.samples, kSamplesAtOnce, [&](std::size_t begin, std::size_t end) {
    auto random = stream(options.seed, what, begin / kSamplesAtOnce);
    auto trial = reaches;
    std::uint64_t own = 0;
    for (auto i = begin; i < end; ++i) own += trial(random) ? 1 : 0;
    reached += own;
  });
  const auto draws = static_cast<double>(options.samples);
  const auto p = (static_cast<double>(reached) + 1) / (draws + 1);
  return {.p_value = p,
          .standard_error = std::sqrt(p * (1 - p) / draws),
          .count = PermutationCount::kSampled,
          .permutations = options.samples};
}

// Whether a random subset of `members` values reaches the threshold.
struct RandomSubset {
  Values values;
  std::size_t members;
  double threshold;

  bool operator()(RandomStream& random) {
    double sum = 0;
    for (std::size_t i = 0; i < members; ++i) {
      const auto left = static_cast<std::uint32_t>(values.size() - i);
      std::swap(values[i], values[i + random.below(left)]);
      sum += values[i];
    }
    return sum >= threshold;
  }
};

// Whether the values with random signs sum to something at least so far from 0.
struct RandomSigns {
  std::span<const double> values;
  double threshold;

  bool operator()(RandomStream& random) const {
    double sum = 0;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i % 64 == 0) bits = random();
      sum += (bits & 1) != 0 ? values[i] : -values[i];
      bits >>= 1;
    }
    return std::abs(sum) >= threshold;
  }
};

}  // namespace

void PermutationOptions::validate() const {
  if (samples == 0) throw UsageError("samples: expected at least 1, found 0");
}

PermutationTest partition_test(std::span<const double> first, std::span<const double> second,
                               const PermutationOptions& options) {
  options.validate();
  check_sample(first, "the first sample");
  check_sample(second, "the second sample");
  // The subsets of the smaller group are fewer; a large sum in one is a small one in the other.
  if (first.size() > second.size()) {
    Values negated_first(second.size());
    Values negated_second(first.size());
    std::ranges::transform(second, negated_first.begin(), std::negate<>());
    std::ranges::transform(first, negated_second.begin(), std::negate<>());
    return partition_test(negated_first, negated_second, options);
  }
  Values values(first.begin(), first.end());
  values.insert(values.end(), second.begin(), second.end());
  const auto threshold = threshold_for(sum_of(first), values);
  if (auto halves = split_sums(values, first.size(), options.exact_sums)) {
    return count_partitions(*halves, first.size(), threshold);
  }
  return sample(options, "partition test", RandomSubset{values, first.size(), threshold});
}

PermutationTest sign_flip_test(std::span<const double> differences,
                               const PermutationOptions& options) {
  options.validate();
  check_sample(differences, "the sample of differences");
  const auto threshold = threshold_for(std::abs(sum_of(differences)), differences);
  if (const auto halves = split_sums(differences, differences.size(), options.exact_sums)) {
    auto left = joined(halves->left);
    auto right = joined(halves->right);
    const auto all = left.size() * right.size();
    if (threshold <= 0) return exact_result(all, all);
    // A subset is the differences that keep their sign: the sum with all signs is 2 S - total. The
    // sums lie symmetrically around 0.
    const auto total = sum_of(differences);
    return exact_result(2 * count_pairs(left, right, (total + threshold) / 2), all);
  }
  return sample(options, "sign flip test", RandomSigns{differences, threshold});
}

}  // namespace wordkin
