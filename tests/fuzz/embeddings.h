#pragma once

// What must hold of vectors that were read.

#include <algorithm>
#include <cmath>
#include <optional>

#include "embed/vectors/vector_file.h"
#include "tests/fuzz/fuzz.h"

namespace wordkin::fuzz {

inline void check_vocabulary(const Vocabulary& vocabulary) {
  const auto offsets = vocabulary.offsets();
  check(offsets.size() == vocabulary.size() + std::size_t{1}, "each word has its place");
  check(std::ranges::is_sorted(offsets), "offsets ascend");
  check(offsets.back() <= vocabulary.bytes().size(), "words lie within their bytes");
  check(!vocabulary.has_counts() || vocabulary.counts().size() == vocabulary.size(),
        "each word has a count, or none");
  auto left = vocabulary.total();
  for (const auto count : vocabulary.counts()) {
    check(count <= left, "counts add up to their total");
    left -= count;
  }
  check(left == 0, "counts add up to their total");
}

inline void check_unique(const Vocabulary& vocabulary) {
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    check(vocabulary.find(vocabulary.word(id)) == id, "words are unique, and found");
  }
}

inline void check_finite(MatrixView matrix) {
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    check(std::ranges::all_of(matrix.row(i), [](float x) { return std::isfinite(x); }),
          "values are finite");
  }
}

inline void check_sizes(const Embeddings& embeddings) {
  check_vocabulary(embeddings.vocabulary());
  check(embeddings.size() > 0 && embeddings.dim() > 0, "there are vectors");
  check(embeddings.vectors().rows() == embeddings.size(), "each word has a vector");
  check(embeddings.norms().size() == embeddings.size(), "each vector has a length");
  check(!embeddings.has_context() || (embeddings.context().rows() == embeddings.size() &&
                                      embeddings.context().cols() == embeddings.dim()),
        "context vectors are as many and as long");
}

inline void check_whole(const Embeddings& embeddings) {
  check_sizes(embeddings);
  check_unique(embeddings.vocabulary());
  check_finite(embeddings.vectors());
  check_finite(embeddings.context());
  check(std::ranges::all_of(embeddings.norms(), [](double x) { return std::isfinite(x); }),
        "lengths are finite");
}

inline void check_same_words(const Vocabulary& a, const Vocabulary& b) {
  check(a.size() == b.size(), "words are kept");
  for (WordId id = 0; id < a.size(); ++id) check(a.word(id) == b.word(id), "words are kept");
  check(std::ranges::equal(a.counts(), b.counts()), "counts are kept");
}

inline void check_same(const Embeddings& a, const Embeddings& b) {
  check_same_words(a.vocabulary(), b.vocabulary());
  check(a.vectors() == b.vectors(), "vectors are kept");
}

// The bytes of the vectors in the format, if it can represent their words.
inline std::optional<std::string> saved(const Embeddings& embeddings, VectorFormat format) {
  return accepted(0, [&] {
    return written(
        [&](const std::filesystem::path& path) { save_embeddings(path, embeddings, format); });
  });
}

// Vectors of a few words, and as the bytes of a file.
inline Embeddings some_embeddings(std::vector<std::uint64_t> counts = {}) {
  StringTable words;
  for (const auto* word : {"the", "n\xc3\xa4ive", "cat", "7"}) words.insert(word);
  Matrix vectors(words.size(), 3);
  float value = -2.5f;
  for (std::size_t i = 0; i < vectors.rows(); ++i) {
    for (float& x : vectors.row(i)) x = value += 0.75f;
  }
  auto context = vectors;
  if (counts.empty()) return {Vocabulary(std::move(words), {}), std::move(vectors)};
  return {Vocabulary(std::move(words), std::move(counts)),
          std::move(vectors),
          std::move(context),
          {{"model", "skipgram"}}};
}

}  // namespace wordkin::fuzz
