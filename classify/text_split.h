#pragma once

#include <cstddef>
#include <cstdint>

#include "classify/labelled_texts.h"

namespace wordkin {

// Both have all labels, and the texts in their former order.
struct TextSplit {
  LabelledTexts train;
  LabelledTexts validation;
};

// Takes `fraction` of each class for validation, rounded, but at least one text and not all of
// them; a class of one text stays in train. Which ones depends on nothing but `seed` and the places
// of the class's texts among each other. Throws UsageError unless 0 < fraction < 1.
TextSplit split_texts(LabelledTexts texts, double fraction, std::uint64_t seed);

// How many texts of `validation` are, byte for byte, also in `train`.
std::size_t count_shared(const LabelledTexts& train, const LabelledTexts& validation);

}  // namespace wordkin
