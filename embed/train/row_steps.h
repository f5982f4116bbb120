#pragma once

#include <cstddef>
#include <vector>

#include "common/matrix.h"
#include "embed/text/vocabulary.h"

namespace wordkin {

// A row of a matrix as a worker uses it: where its values are, and where steps for it are added.
// Both are the shared row in Hogwild training; in lockstep the steps go to a row of DeferredSteps.
struct RowView {
  const float* from = nullptr;
  float* to = nullptr;
};

// Steps that are computed now and added to the rows later, all in the order of their making.
class DeferredSteps {
 public:
  // A row of zeros for a step to matrix row `row`; stays where it is until clear().
  float* add(Matrix& matrix, WordId row);
  void clear() { size_ = 0; }

  // Adds the steps for rows whose number is `shard` modulo `shards`. Different shards may be
  // applied by different threads at the same time.
  void apply(std::size_t shard, std::size_t shards) const;

 private:
  struct Step {
    FloatVector delta;
    float* row = nullptr;
    WordId id = 0;
  };
  std::vector<Step> steps_;  // of which the first size_ are in use; the others keep their memory
  std::size_t size_ = 0;
};

}  // namespace wordkin
