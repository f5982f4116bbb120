#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "embed/text/vocabulary.h"

namespace wordkin {

// An inner node of the tree, which is a row of the output matrix, and what a logistic unit should
// answer there.
struct Branch {
  WordId node;
  float label;
};

// The binary Huffman tree over a vocabulary that hierarchical softmax walks (Morin and Bengio 2005;
// Mikolov et al. 2013, section 2.1): frequent words have short paths. Among equal counts, lower ids
// and leaves come first, so the tree is the same everywhere. Immutable, thread-safe.
class HuffmanTree {
 public:
  // Throws UsageError for no words.
  explicit HuffmanTree(std::span<const std::uint64_t> counts);

  // The inner nodes from the root, which is 0, to the word; frequent ones have low numbers. Label 1
  // where the path takes the branch of the rarer child, and 0 otherwise. Empty for the only word of
  // a vocabulary.
  std::span<const Branch> path(WordId word) const {
    return std::span(branches_).subspan(begin_[word], begin_[word + 1] - begin_[word]);
  }
  static std::size_t inner_nodes(std::size_t words) { return words > 0 ? words - 1 : 0; }

 private:
  std::vector<Branch> branches_;
  std::vector<std::size_t> begin_;  // of each word's path in branches_, and the end
};

// No path through the tree is longer (Katona and Nemetz, "Huffman codes and self-information",
// 1976).
double longest_path(std::span<const std::uint64_t> counts);

}  // namespace wordkin
