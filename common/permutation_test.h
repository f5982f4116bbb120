#pragma once

#include <cstdint>
#include <span>

namespace wordkin {

// How far permutation tests count exactly, and how they sample beyond that.
struct PermutationOptions {
  // Of either half of the values, at most so many sums of subsets are held for an exact count. The
  // default covers all partitions of 42 values, 10^12 of them, in a fraction of a second.
  std::uint64_t exact_sums = std::uint64_t{1} << 21;
  std::uint64_t samples = 100'000;
  std::uint64_t seed = 1;

  void validate() const;  // throws UsageError
};

enum class PermutationCount { kExact, kSampled };

struct PermutationTest {
  double p_value = 1;
  double standard_error = 0;  // of p_value; 0 when exact
  PermutationCount count = PermutationCount::kExact;
  std::uint64_t permutations = 0;  // that were counted or drawn
};

// The one-sided test of two samples: p is the share of the partitions of all values into groups of
// the same sizes whose first group has at least the sum that `first` has. Sums that differ by
// rounding alone are equal. Where exact_sums does not allow to count them all, partitions are drawn
// from stream(seed, "partition test", i), and p = (b + 1) / (samples + 1) with b of them at least
// the sum observed, so that it is never 0 (Phipson and Smyth 2010). The same for any number of
// threads. Throws UsageError for an empty sample and NumericError for values that are not finite.
PermutationTest partition_test(std::span<const double> first, std::span<const double> second,
                               const PermutationOptions& options = {});

// The two-sided test of paired samples, by their differences: p is the share of all choices of
// signs for the differences with a sum at least as far from 0 as that observed. Counts, samples
// from stream(seed, "sign flip test", i), and throws as above.
PermutationTest sign_flip_test(std::span<const double> differences,
                               const PermutationOptions& options = {});

}  // namespace wordkin
