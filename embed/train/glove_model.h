#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/matrix.h"
#include "embed/train/cooccurrence_tiles.h"
#include "embed/train/glove_kernels.h"

namespace wordkin {

// GloVe's parameters for all words in one role, as words or as contexts: vectors and biases, and
// for each of these numbers the sum of its squared steps.
//
// A bias is a coordinate like the others: a word's values are (w, b, 1) and a context's (u, 1, c),
// so that their product is w . u + b + c. The ones never change, because the sums of their squared
// steps are infinite.
class GloveParameters {
 public:
  enum class Role { kWord, kContext };

  // All values are 0.
  GloveParameters(Role role, WordParts parts, std::size_t dim);

  static std::size_t stride(std::size_t dim) { return padded(dim + 2); }

  const WordParts& parts() const { return parts_; }
  std::size_t dim() const { return dim_; }
  GloveRows part(std::size_t part) { return {row(begin_of(part)), stride_}; }

  std::span<float> vector(WordId word) { return {row(number_of(word)), dim_}; }
  std::span<const float> vector(WordId word) const { return {row(number_of(word)), dim_}; }
  float& bias(WordId word) { return row(number_of(word))[bias_at()]; }
  float bias(WordId word) const { return row(number_of(word))[bias_at()]; }
  // The sums of squared steps.
  std::span<float> vector_squares(WordId word) { return {row(number_of(word)) + stride_, dim_}; }
  std::span<const float> vector_squares(WordId word) const {
    return {row(number_of(word)) + stride_, dim_};
  }
  float& bias_square(WordId word) { return row(number_of(word))[stride_ + bias_at()]; }
  float bias_square(WordId word) const { return row(number_of(word))[stride_ + bias_at()]; }

 private:
  // Parts lie one after the other, so that the rows of one do not compete for places in the cache.
  std::size_t begin_of(std::size_t part) const {
    return part * (parts_.words() / parts_.parts()) +
           std::min<std::size_t>(part, parts_.words() % parts_.parts());
  }
  std::size_t number_of(WordId word) const {
    return begin_of(parts_.part_of(word)) + parts_.place_of(word);
  }
  float* row(std::size_t number) { return data_.data() + number * 2 * stride_; }
  const float* row(std::size_t number) const { return data_.data() + number * 2 * stride_; }
  std::size_t bias_at() const { return role_ == Role::kWord ? dim_ : dim_ + 1; }

  Role role_;
  WordParts parts_;
  std::size_t dim_;
  std::size_t stride_;
  FloatVector data_;  // [V, 2, stride]
};

// What training by GloVe changes, and all that it needs to go on.
struct GloveModel {
  // Bytes that the parameters take up, and at the end the vectors that are made of them.
  static std::uint64_t bytes_for(WordId words, std::size_t dim) {
    return std::uint64_t{words} * (4 * GloveParameters::stride(dim) + 2 * padded(dim)) *
           sizeof(float);
  }
  // As GloVe starts: uniform in (-0.5, 0.5) / dim, for `seed`; the sums of squares are 1.
  static GloveModel initial(WordParts parts, std::size_t dim, std::uint64_t seed);
  // The words are dealt out so that tiles of entries fit the caches.
  static WordParts parts_for(WordId words, std::size_t dim) {
    return WordParts::for_cache(words, 2 * GloveParameters::stride(dim) * sizeof(float));
  }

  // Epochs that are done, with the share of the one under way.
  static double epochs_done(std::size_t whole, std::size_t rounds, std::size_t parts) {
    return static_cast<double>(whole) + static_cast<double>(rounds) / static_cast<double>(parts);
  }
  double epochs_done() const { return epochs_done(losses.size(), rounds, words.parts().parts()); }

  GloveParameters words;
  GloveParameters contexts;
  std::vector<double> losses;  // the mean for each epoch so far
  // Of the epoch under way: rounds that are done, and the sum of the losses of their entries.
  std::size_t rounds = 0;
  double round_losses = 0;
};

}  // namespace wordkin
