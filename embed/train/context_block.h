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
    std::size_t centre;
    std::size_t last;

    std::size_t words() const { return last - first - 1; }
  };

  std::vector<float*> rows;            // the words of all contexts, as in the text
  std::vector<std::uint64_t> centres;  // of each: bit j says that it is in the context of input j
  std::vector<Window> windows;         // of the inputs
};

// The inputs themselves.
struct HiddenVectors {
  Matrix means;  // [block, D], of the contexts
  Matrix error;  // [block, D], the steps for them
};

}  // namespace wordkin
