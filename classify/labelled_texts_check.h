#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "classify/labelled_texts.h"

namespace wordkin {

// Texts of a kind, and the number of the first, from 1.
struct TextsFound {
  std::size_t count = 0;
  std::size_t first = 0;

  void add(std::size_t number) {
    if (count++ == 0) first = number;
  }
};

// What labelled texts are like, before a classifier learns from them.
struct LabelledTextFacts {
  std::vector<std::size_t> texts;          // of each label
  std::vector<std::string> unseen_labels;  // that only the other texts have
  TextsFound without_words;
  TextsFound invalid_utf8;
  TextsFound repeated;       // those that were there before, byte for byte
  TextsFound contradicting;  // those that were there before with another label
  TextsFound shared;         // those that are also in the other texts
};

// `others`, if given, are for validation, where none of `texts` should be. On all threads.
LabelledTextFacts check_labelled_texts(const LabelledTexts& texts,
                                       const LabelledTexts* others = nullptr);

}  // namespace wordkin
