// The computation of a block of logistic examples, for hogwild_kernels.cpp: compiled once for each
// instruction set, hence the unusual guard (see Highway's documentation of -inl.h files).
#if defined(WORDKIN_EMBED_TRAIN_BLOCK_TRAINER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef WORDKIN_EMBED_TRAIN_BLOCK_TRAINER_INL_H_
#undef WORDKIN_EMBED_TRAIN_BLOCK_TRAINER_INL_H_
#else
#define WORDKIN_EMBED_TRAIN_BLOCK_TRAINER_INL_H_
#endif

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <hwy/highway.h>

#include "embed/train/block_math-inl.h"
#include "embed/train/logistic_block.h"
#include "embed/train/logistic_steps-inl.h"

HWY_BEFORE_NAMESPACE();
namespace wordkin::HWY_NAMESPACE {

void CopyRow(const float* HWY_RESTRICT from, float* HWY_RESTRICT to, std::size_t stride) {
  const Floats d;
  for (std::size_t i = 0; i < stride; i += kLanes) hn::Store(hn::Load(d, from + i), d, to + i);
}

// Room for `count` floats.
float* room(FloatVector& memory, std::size_t count) {
  if (memory.size() < count) memory.resize(count);
  return memory.data();
}

// Brings a row here and takes it from the other cores.
HWY_INLINE void fetch_row(const float* row, std::size_t stride) {
  constexpr std::size_t kLine = 16;
  for (std::size_t i = 0; i < stride; i += kLine) {
#if HWY_ARCH_X86_64
    // The compiler's own builtin knows the instruction only for some processors; all 64-bit ones
    // take it.
    asm volatile("prefetchw %0" : : "m"(row[i]));
#else
    __builtin_prefetch(row + i, 1);
#endif
  }
}

void FetchRows(std::span<const float* const> rows, std::size_t stride) {
  for (const float* row : rows) fetch_row(row, stride);
}

// The computation of a block, step by step.
class BlockTrainer {
 public:
  BlockTrainer(const LogisticBlock& block, float rate, std::span<const float* const> upcoming,
               BlockScratch& scratch)
      : block_(block),
        upcoming_(upcoming),
        scratch_(scratch),
        rate_(rate),
        groups_(block.inputs.size() / kTileRows),
        zeros_(room(scratch_.padding, 2 * block.stride)),
        sink_(zeros_ + block.stride),
        shared_(list(block.shared, scratch_.shared)),
        neighbours_(list(block.neighbours, scratch_.neighbours)),
        own_(list(block.own, scratch_.own, kGroup)),
        inputs_(list_inputs()),
        steps_(room(scratch_.steps, groups_ * steps_stride())),
        link_steps_(room(scratch_.link_steps, groups_ * links_stride())),
        own_steps_(room(scratch_.own_steps, own_.size())) {}

  double train() {
    const auto tiles = 2 * groups_ + shared_.size() / kTileRows +
                       (block_.neighbours.size() + kTileRows - 1) / kTileRows +
                       block_.own.size() / kTileRows;
    fetch_size_ = tiles == 0 ? upcoming_.size() : (upcoming_.size() + tiles - 1) / tiles;
    if (tiles == 0) fetch();
    const auto loss = turn_logits_into_steps();
    add_to_inputs();
    add_to_shared();
    add_to_neighbours();
    add_to_own();
    return loss;
  }

 private:
  // Fetches a share of the upcoming rows, so that memory and arithmetic overlap.
  void fetch() {
    const auto rows = upcoming_.first(std::min(fetch_size_, upcoming_.size()));
    FetchRows(rows, block_.stride);
    upcoming_ = upcoming_.subspan(rows.size());
  }

  static constexpr std::size_t kMargin = kTileRows * kTileRows;

  std::size_t steps_stride() const { return shared_.size() * kTileRows; }
  std::size_t band_stride() const { return block_.band * kTileRows; }
  std::size_t links_stride() const { return band_stride() + 2 * kMargin; }
  float* steps(std::size_t group) const { return steps_ + group * steps_stride(); }
  float* link_steps_of(std::size_t group) const {
    return link_steps_ + group * links_stride() + kMargin;
  }
  RowList inputs_of(std::size_t group) const {
    return inputs_.subspan(group * kTileRows, kTileRows);
  }
  RowList neighbours_of(std::size_t group) const {
    return block_.band == 0 ? RowList() : neighbours_.subspan(group * kTileRows, block_.band);
  }

  // With padding up to a multiple.
  RowList list(std::span<const RowView> vectors, std::vector<const float*>& rows,
               std::size_t multiple = kTileRows) const {
    rows.assign((vectors.size() + multiple - 1) / multiple * multiple, zeros_);
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      if (vectors[i].from != nullptr) rows[i] = vectors[i].from;
    }
    return rows;
  }

  // With copies of those that steps go to.
  RowList list_inputs() const {
    const auto rows = list(block_.inputs, scratch_.input_rows, kGroup).first(block_.inputs.size());
    float* copy = room(scratch_.inputs, rows.size() * block_.stride);
    for (std::size_t j = 0; j < rows.size(); ++j, copy += block_.stride) {
      if (rows[j] != block_.inputs[j].to) continue;
      CopyRow(rows[j], copy, block_.stride);
      scratch_.input_rows[j] = copy;
    }
    return rows;
  }

  double turn_logits_into_steps() {
    float* labels = room(scratch_.labels, steps_stride());
    for (std::size_t k = 0; k < block_.shared.size(); ++k) {
      std::fill_n(labels + kTileRows * k, kTileRows, block_.labels[k]);
    }
    for (std::size_t q = 0; q < groups_; ++q) {
      fetch();
      multiply(inputs_of(q), shared_, block_.stride, steps(q));
      multiply(inputs_of(q), neighbours_of(q), block_.stride, link_steps_of(q));
    }
    double loss = -loss_of_exceptions();
    for (std::size_t q = 0; q < groups_; ++q) {
      loss += shared_steps(steps(q), labels, block_.weights.data() + q * kTileRows,
                           block_.shared.size() * kTileRows, rate_);
      if (block_.band == 0) continue;
      std::fill_n(link_steps_of(q) - kMargin, kMargin, 0.0f);
      loss += link_steps(link_steps_of(q), block_.links.data() + q * kTileRows, q, band_stride(),
                         rate_);
      std::fill_n(link_steps_of(q) + band_stride(), kMargin, 0.0f);
    }
    loss += own_logits_into_steps();
    // First all, then the steps less them: an input may have several exceptions for a target.
    scratch_.exceptions.clear();
    for (const auto& [input, shared, weight] : block_.exceptions) {
      scratch_.exceptions.push_back(step(input, shared) * (weight / block_.weights[input]));
    }
    for (std::size_t i = 0; i < block_.exceptions.size(); ++i) {
      step(block_.exceptions[i].input, block_.exceptions[i].shared) -= scratch_.exceptions[i];
    }
    return loss;
  }

  double own_logits_into_steps() {
    float* labels = room(scratch_.own_labels, own_.size());
    for (std::size_t j = 0; j < own_.size(); j += kGroup) {
      dot_each(inputs_.data() + j, own_.data() + j, block_.stride, own_steps_ + j);
    }
    for (std::size_t j = 0; j < own_.size(); ++j) labels[j] = own_[j] != zeros_;
    return steps_from_logits(own_steps_, labels, labels, own_.size(), rate_);
  }

  float& step(std::size_t input, std::size_t shared) {
    return steps(input / kTileRows)[shared * kTileRows + input % kTileRows];
  }

  double loss_of_exceptions() {
    double loss = 0;
    for (const auto& [input, shared, weight] : block_.exceptions) {
      const double x = step(input, shared);
      const double wrong_way = block_.labels[shared] > 0 ? -x : x;
      loss += weight * (std::max(wrong_way, 0.0) + std::log1p(std::exp(-std::abs(x))));
    }
    return loss;
  }

  // Adds to where the steps of four vectors go.
  template <class... Products>
  void add(std::span<const RowView> vectors, std::size_t first, const Products&... products) {
    fetch();
    float* to[kTileRows];
    for (std::size_t r = 0; r < kTileRows; ++r) {
      const auto i = first + r;
      to[r] = i < vectors.size() && vectors[i].to != nullptr ? vectors[i].to : sink_;
    }
    add_products(block_.stride, to, products...);
  }

  void add_to_inputs() {
    for (std::size_t q = 0; q < groups_; ++q) {
      const auto first = q * kTileRows;
      const Product<ByInput> shared{{steps(q), kMargin}, shared_};
      if (!own_.empty()) {
        add(block_.inputs, first, shared, OwnProduct{own_steps_ + first, &own_[first]});
      } else {
        add(block_.inputs, first, shared,
            Product<ByInput>{{link_steps_of(q), kMargin}, neighbours_of(q)});
      }
    }
  }

  void add_to_own() {
    for (std::size_t j = 0; j < block_.own.size(); j += kTileRows) {
      add(block_.own, j, OwnProduct{own_steps_ + j, &inputs_[j]});
    }
  }

  void add_to_shared() {
    for (std::size_t k = 0; k < shared_.size(); k += kTileRows) {
      add(block_.shared, k, Product<ByTarget>{{steps(0) + k * kTileRows, steps_stride()}, inputs_});
    }
  }

  void add_to_neighbours() {
    const auto bands = block_.band / kTileRows;
    for (std::size_t tile = 0; tile * kTileRows < block_.neighbours.size(); ++tile) {
      // The groups that have these four among their neighbours.
      const auto first = tile + 1 - std::min(tile + 1, bands);
      const auto last = std::min(tile + 1, groups_);
      const auto row = (tile - first) * kTileRows;
      add(block_.neighbours, tile * kTileRows,
          Product<ByTarget>{{link_steps_of(first) + row * kTileRows, links_stride() - kMargin},
                            inputs_.subspan(first * kTileRows, (last - first) * kTileRows)});
    }
  }

  const LogisticBlock& block_;
  std::span<const float* const> upcoming_;
  std::size_t fetch_size_ = 0;
  BlockScratch& scratch_;
  float rate_;
  std::size_t groups_;
  float* zeros_;
  float* sink_;
  RowList shared_;
  RowList neighbours_;
  RowList own_;
  RowList inputs_;
  float* steps_;
  float* link_steps_;
  float* own_steps_;
};

}  // namespace wordkin::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
