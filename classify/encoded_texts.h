#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/random.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

// Texts as word ids, with the number of each text's class. No text is empty: one without words is
// the unknown word.
class EncodedTexts {
 public:
  void add(std::span<const WordId> words, std::uint32_t text_class) {
    words_.insert(words_.end(), words.begin(), words.end());
    ends_.push_back(words_.size());
    classes_.push_back(text_class);
  }

  std::size_t size() const { return classes_.size(); }
  std::size_t words() const { return words_.size(); }
  std::span<const WordId> text(std::size_t i) const {
    const auto begin = i == 0 ? 0 : ends_[i - 1];
    return {words_.data() + begin, ends_[i] - begin};
  }
  std::uint32_t text_class(std::size_t i) const { return classes_[i]; }
  const std::vector<std::uint32_t>& classes() const { return classes_; }

 private:
  std::vector<WordId> words_;
  std::vector<std::size_t> ends_;
  std::vector<std::uint32_t> classes_;
};

// Indices of texts that are computed together.
using Batch = std::vector<std::uint32_t>;

// All texts in batches of up to `size`, each of texts of similar length, the longest first; in
// random order for training.
std::vector<Batch> random_batches(const EncodedTexts& texts, std::size_t size, RandomStream random);
// In order of length.
std::vector<Batch> sorted_batches(const EncodedTexts& texts, std::size_t size);

}  // namespace wordkin
