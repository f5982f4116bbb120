#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "embed/train/hogwild_kernels.h"
#include "embed/train/logistic_block.h"
#include "tests/support/reference.h"
#include "tests/support/rows.h"

namespace wordkin::test {

// What a random block is like.
struct BlockShape {
  std::size_t dim = 16;
  std::size_t inputs = 8;  // before padding to whole groups
  std::size_t shared = 0;
  std::size_t band = 0;
  double logit = 1;     // about how large logits are
  bool without = true;  // some vectors are null, some weights 0
  bool own = false;     // inputs have targets of their own
};

// A block over random rows, and its examples one by one. Rows occur several times: as inputs, as
// shared targets, as neighbours or inputs' own targets, and as several of these.
class RandomBlock {
 public:
  // The last row of both matrices stays zero and stands for null vectors.
  explicit RandomBlock(const BlockShape& shape)
      : input(0, shape.dim), output(0, shape.dim), block(padded(shape.dim)), shape_(shape) {
    auto random =
        stream(3, "random block",
               shape.dim * 1'000'003 + shape.inputs * 10'007 + shape.shared * 101 + shape.band);
    const double scale = 3 * shape.logit / std::sqrt(static_cast<double>(shape.dim));
    input = random_matrix(shape.inputs / 2 + 2, shape.dim, 1, random);
    output = random_matrix((shape.shared + shape.band) / 2 + 5, shape.dim,
                           static_cast<float>(scale), random);
    for (auto* matrix : {&input, &output}) std::ranges::fill(matrix->row(null_of(*matrix)), 0.0f);
    choose_rows(random);
    fill_block(random);
    list_examples();
  }

  RandomBlock(const RandomBlock&) = delete;
  RandomBlock& operator=(const RandomBlock&) = delete;

  // Fills `to`, which may have been used for another block, with this block's content.
  void copy_to(LogisticBlock& to) const {
    to.clear();
    to.band = block.band;
    to.inputs = block.inputs;
    to.weights = block.weights;
    to.shared = block.shared;
    to.labels = block.labels;
    to.neighbours = block.neighbours;
    to.links = block.links;
    to.own = block.own;
    to.exceptions = block.exceptions;
  }

  // The numbers of the rows of the block's vectors.
  std::vector<WordId> inputs;
  std::vector<WordId> shared;
  std::vector<WordId> neighbours;
  std::vector<WordId> own;
  Matrix input;
  Matrix output;
  LogisticBlock block;  // its rows are those of `input` and `output`
  std::vector<Example> examples;
  double gross_weight = 0;  // of all examples, exceptions not subtracted

 private:
  static WordId null_of(const Matrix& matrix) { return static_cast<WordId>(matrix.rows() - 1); }

  std::vector<RowView> views(Matrix& matrix, const std::vector<WordId>& rows) const {
    auto result = views_of(matrix, rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i] == null_of(matrix)) result[i] = {};
    }
    return result;
  }

  void choose_rows(RandomStream& random) {
    const auto choose = [&](const Matrix& matrix, std::vector<WordId>& rows, std::size_t count,
                            bool without) {
      for (std::size_t i = 0; i < count; ++i) {
        const bool null = without && random.below(8) == 0;
        rows.push_back(null ? null_of(matrix) : random.below(null_of(matrix)));
      }
    };
    choose(input, inputs, shape_.inputs, shape_.without);
    inputs.resize((shape_.inputs + 3) / 4 * 4, null_of(input));
    choose(output, shared, shape_.shared, false);
    if (shape_.band > 0) {
      choose(output, neighbours, inputs.size() - 4 + shape_.band, shape_.without);
    }
    if (shape_.own) choose(output, own, inputs.size(), shape_.without);
    for (std::size_t j = 0; j < own.size(); ++j) {
      if (inputs[j] == null_of(input)) own[j] = null_of(output);
    }
  }

  void fill_block(RandomStream& random) {
    block.band = shape_.band;
    block.inputs = views(input, inputs);
    block.shared = views(output, shared);
    block.neighbours = views(output, neighbours);
    block.own = views(output, own);
    for (const auto row : inputs) {
      const bool counts = row != null_of(input) && !(shape_.without && random.below(8) == 0);
      block.weights.push_back(counts ? 0.25f * static_cast<float>(1 + random.below(12)) : 0.0f);
    }
    for (std::size_t k = 0; k < shared.size(); ++k) {
      block.labels.push_back(static_cast<float>(random.below(2)));
    }
    for (std::size_t n = 0; n < neighbours.size(); ++n) {
      std::uint64_t links = 0;
      for (std::size_t j = 0; j < shape_.inputs; ++j) {
        const auto first = j / 4 * 4;
        const bool reaches = n >= first && n < first + shape_.band;
        const bool both = inputs[j] != null_of(input) && neighbours[n] != null_of(output);
        if (reaches && both && random.below(2) == 0) links |= std::uint64_t{1} << j;
      }
      block.links.push_back(links);
    }
    // Up to the whole weight of an input, all at once or in two parts.
    for (std::uint32_t j = 0; j < inputs.size(); ++j) {
      for (std::uint32_t k = 0; k < shared.size(); ++k) {
        if (block.weights[j] == 0 || random.below(20) != 0) continue;
        const auto part = block.weights[j] / static_cast<float>(1 + random.below(2));
        block.exceptions.push_back({j, k, part});
        if (random.below(3) == 0) {
          block.exceptions.back().weight /= 2;
          block.exceptions.push_back({j, k, part / 2});
        }
      }
    }
  }

  void list_examples() {
    for (std::size_t j = 0; j < inputs.size(); ++j) {
      const double weight = block.weights[j];
      for (std::size_t k = 0; k < shared.size() && weight > 0; ++k) {
        examples.push_back({inputs[j], shared[k], block.labels[k], weight});
        gross_weight += weight;
      }
    }
    for (const auto& [j, k, weight] : block.exceptions) {
      examples.push_back({inputs[j], shared[k], block.labels[k], -weight});
    }
    for (std::size_t j = 0; j < own.size(); ++j) {
      if (own[j] == null_of(output)) continue;
      examples.push_back({inputs[j], own[j], 1, 1});
      ++gross_weight;
    }
    for (std::size_t n = 0; n < neighbours.size(); ++n) {
      for (auto links = block.links[n]; links != 0; links &= links - 1) {
        examples.push_back(
            {inputs[static_cast<std::size_t>(std::countr_zero(links))], neighbours[n], 1, 1});
        ++gross_weight;
      }
    }
  }

  BlockShape shape_;
};

}  // namespace wordkin::test
