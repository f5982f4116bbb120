#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/matrix.h"

namespace wordkin {

// A vector: where its values are, and where steps for it are added.
struct RowView {
  RowView() = default;
  // In the same place.
  RowView(float* row) : from(row), to(row) {}  // NOLINT(google-explicit-constructor)
  RowView(const float* values, float* steps) : from(values), to(steps) {}

  const float* from = nullptr;
  float* to = nullptr;
};

// Logistic examples that are computed together, so that the work is products of small matrices
// instead of pairs of vectors. Inputs x_j answer three kinds of targets:
//
//   shared      o_k with labels y_k, which all inputs answer, with the weight w_j
//   neighbours  u_c with label 1, which input j answers with the weight m_jc, 1 or 0;
//               inputs come in groups of four, and group q may have the neighbours
//               4 q .. 4 q + band - 1
//   own         t_j with label 1, which input j alone answers, in place of neighbours
//
//   loss = sum_j w_j sum_k nll(y_k, x_j . o_k) + sum_jc m_jc nll(1, x_j . u_c)
//        + sum_j nll(1, x_j . t_j) - sum over exceptions (j, k) of nll(y_k, x_j . o_k) v
//
// where nll(y, z) = -log(y s(z) + (1 - y) s(-z)) and s is the sigmoid. train_block in
// hogwild_kernels.h computes it and adds the negative gradients, times the learning rate, to rows.
// A vector without values is zero, or no target of its own, and one without a place for steps gets
// none. All rows have the length `stride`.
struct LogisticBlock {
  static constexpr std::size_t kGroup = 4;  // inputs that have the same neighbours

  // An input that answers a shared target with less weight than its others. Several for the same
  // two add up, to no more than the input's weight.
  struct Exception {
    std::uint32_t input;
    std::uint32_t shared;
    float weight;
  };

  LogisticBlock() = default;
  explicit LogisticBlock(std::size_t row_stride) : stride(row_stride) {}

  // Keeps the stride, and memory for what comes next.
  void clear() {
    band = 0;
    inputs.clear();
    weights.clear();
    shared.clear();
    labels.clear();
    neighbours.clear();
    links.clear();
    own.clear();
    exceptions.clear();
  }

  std::size_t stride = 0;
  std::size_t band = 0;         // a multiple of 4
  std::vector<RowView> inputs;  // whole groups of them
  std::vector<float> weights;   // of the inputs
  std::vector<RowView> shared;
  std::vector<float> labels;         // of the shared targets
  std::vector<RowView> neighbours;   // as many as the last group reaches
  std::vector<std::uint64_t> links;  // of the neighbours: bit j is the weight m of input j
  std::vector<RowView> own;          // as many as inputs, or none
  std::vector<Exception> exceptions;
};

// Memory of train_block, for blocks of one stride after another. Belongs to one thread.
struct BlockScratch {
  FloatVector inputs;      // [inputs, stride], copies of those whose steps go to the same rows
  FloatVector labels;      // [shared targets, 4]
  FloatVector steps;       // [groups, shared targets, 4], first logits
  FloatVector link_steps;  // [groups, 4 + band + 4, 4], first logits; zeros around the band
  FloatVector own_steps;   // [own], padded, first logits
  FloatVector own_labels;  // [own], padded: 1 where there is one
  FloatVector padding;     // [2, stride]: zeros, and where the steps of padding go
  std::vector<float> exceptions;  // the parts of steps that they leave out
  std::vector<const float*> shared;
  std::vector<const float*> neighbours;
  std::vector<const float*> own;
  std::vector<const float*> input_rows;
};

}  // namespace wordkin
