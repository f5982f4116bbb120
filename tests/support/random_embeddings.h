#pragma once

#include <string>

#include "common/random.h"
#include "tests/support/embeddings.h"

namespace wordkin::test {

// Words w0, w1, ... with vectors uniform in a cube.
inline Embeddings random_embeddings(std::size_t size, std::size_t dim) {
  auto random = stream(1, "random embeddings", size);
  WordVectors rows(size);
  for (std::size_t i = 0; i < size; ++i) {
    rows[i].first = "w" + std::to_string(i);
    for (std::size_t k = 0; k < dim; ++k) rows[i].second.push_back(2 * random.uniform() - 1);
  }
  return embeddings_of(rows);
}

}  // namespace wordkin::test
