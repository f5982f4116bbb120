#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/matrix.h"

namespace wordkin {

// The contexts of a block of CBOW, whose means are the inputs of a LogisticBlock.
struct ContextBlock {
  // The words first .. last - 1 without the centre, as numbers among `rows`.
  struct Window {
    std::size_t first;
    std::size_t last;
  };

  std::size_t centre(std::size_t input) const { return first_centre + input; }
  std::size_t words(std::size_t input) const {
    return windows[input].last - windows[input].first - 1;
  }

  std::vector<float*> rows;     // the words of all contexts, as in the text
  std::vector<Window> windows;  // of the inputs, whose centres follow each other
  std::size_t first_centre = 0;
  std::vector<std::int32_t> begun;  // of each word: windows that begin there, less those that end
};

// The inputs themselves.
struct HiddenVectors {
  Matrix means;  // [block, D], of the contexts
  Matrix error;  // [block, D], the steps for them
  Matrix sums;   // [words of all contexts + 1 or more, D]: of the words before, or of steps
};

}  // namespace wordkin
