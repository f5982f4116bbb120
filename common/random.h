#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

#include "common/hash.h"

namespace wordkin {

// A stream of pseudo-random numbers: xoshiro256++ (Blackman and Vigna, "Scrambled linear
// pseudorandom number generators", 2021), its state filled by SplitMix64. A
// std::uniform_random_bit_generator. The numbers are the same on every machine and compiler.
class RandomStream {
 public:
  using result_type = std::uint64_t;

  explicit constexpr RandomStream(std::uint64_t key) {
    for (auto& word : state_) word = split_mix(key += 0x9e3779b97f4a7c15);
  }

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }

  constexpr result_type operator()() {
    const auto result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const auto shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // Uniform in [0, 1), a multiple of 2^-24.
  constexpr float uniform() { return static_cast<float>((*this)() >> 40) * 0x1p-24f; }

  // Uniform in 0 .. n-1, off by at most n / 2^32 (multiply-shift); n > 0.
  constexpr std::uint32_t below(std::uint32_t n) {
    return static_cast<std::uint32_t>((((*this)() >> 32) * n) >> 32);
  }

  // The finaliser of SplitMix64: a bijection on 64-bit words that mixes every bit.
  static constexpr std::uint64_t split_mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

 private:
  std::array<std::uint64_t, 4> state_{};
};

// The stream for item `index` of the purpose `what` ("samples", "input vectors", ...) under
// `seed`. Streams are keyed by what they are for, never by thread, so results that draw from them
// do not depend on how the work is spread.
constexpr RandomStream stream(std::uint64_t seed, std::string_view what, std::uint64_t index) {
  Fnv1a purpose;
  purpose.add(what);
  const auto key = RandomStream::split_mix(seed ^ RandomStream::split_mix(purpose.value()));
  return RandomStream(RandomStream::split_mix(key + index * 0x9e3779b97f4a7c15));
}

// The numbers 0 .. count - 1 in random order (Fisher and Yates).
inline std::vector<std::uint32_t> shuffled(std::uint32_t count, RandomStream random) {
  std::vector<std::uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0U);
  for (auto left = count; left > 1; --left) {
    std::swap(numbers[left - 1], numbers[random.below(left)]);
  }
  return numbers;
}

}  // namespace wordkin
