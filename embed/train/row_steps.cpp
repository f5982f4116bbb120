#include "embed/train/row_steps.h"

#include "embed/train/hogwild_kernels.h"

namespace wordkin {

float* DeferredSteps::add(Matrix& matrix, WordId row) {
  if (size_ == steps_.size()) steps_.emplace_back();
  auto& step = steps_[size_++];
  step.delta.assign(matrix.stride(), 0.0f);
  step.row = matrix.padded_row(row).data();
  step.id = row;
  return step.delta.data();
}

void DeferredSteps::apply(std::size_t shard, std::size_t shards) const {
  for (std::size_t i = 0; i < size_; ++i) {
    const auto& step = steps_[i];
    if (step.id % shards == shard) add_to_row(step.delta, step.row);
  }
}

}  // namespace wordkin
