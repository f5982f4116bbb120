#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "embed/vectors/embeddings.h"

namespace wordkin::test {

using WordVectors = std::vector<std::pair<std::string, std::vector<float>>>;

inline StringTable words_of(const WordVectors& rows) {
  StringTable words;
  for (const auto& row : rows) words.insert(row.first);
  return words;
}

inline Matrix matrix_of(const WordVectors& rows) {
  Matrix matrix(rows.size(), rows.front().second.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::ranges::copy(rows[i].second, matrix.row(i).begin());
  return matrix;
}

// The rows of a file without counts or context vectors.
inline Embeddings embeddings_of(const WordVectors& rows) {
  return {Vocabulary(words_of(rows), {}), matrix_of(rows)};
}

inline bool same_bits(MatrixView a, MatrixView b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return false;
  for (std::size_t i = 0; i < a.rows(); ++i) {
    if (std::memcmp(a.row(i).data(), b.row(i).data(), a.row(i).size_bytes()) != 0) return false;
  }
  return true;
}

// Checks that the words are the same, and their vectors bit for bit.
inline void check_same(const Embeddings& found, const Embeddings& expected) {
  BOOST_TEST(std::ranges::equal(found.vocabulary().bytes(), expected.vocabulary().bytes()));
  BOOST_TEST(std::ranges::equal(found.vocabulary().offsets(), expected.vocabulary().offsets()));
  BOOST_TEST(found.dim() == expected.dim());
  BOOST_TEST(same_bits(found.vectors(), expected.vectors()));
}

}  // namespace wordkin::test
