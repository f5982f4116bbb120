#include "embed/train/hogwild_kernels.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "embed/train/hogwild_kernels.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, which includes this file once for each instruction set.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "embed/train/block_math-inl.h"
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

double TrainBlock(const LogisticBlock& block, float rate, std::span<const float* const> upcoming,
                  BlockScratch& scratch) {
  return BlockTrainer(block, rate, upcoming, scratch).train();
}

// Logits are taken this many at a time; a sum of so many floats is still exact enough.
constexpr std::size_t kTogether = 64;

double LogisticStep(const float* input, std::span<float* const> targets,
                    std::span<const float> labels, float rate, std::span<float> error,
                    float* HWY_RESTRICT steps) {
  std::ranges::fill(error, 0.0f);
  alignas(64) std::array<float, kTogether> group_labels{};
  alignas(64) std::array<float, kTogether> weights;
  weights.fill(1);
  std::array<const float*, kTogether> rows;
  std::array<const float*, kGroup> inputs;
  inputs.fill(input);
  double loss = 0;
  for (std::size_t begin = 0; begin < targets.size(); begin += kTogether) {
    const auto size = std::min(kTogether, targets.size() - begin);
    std::copy_n(labels.data() + begin, size, group_labels.data());
    const auto whole = (size + kGroup - 1) / kGroup * kGroup;
    for (std::size_t k = 0; k < whole; ++k) rows[k] = targets[begin + std::min(k, size - 1)];
    for (std::size_t k = 0; k < whole; k += kGroup) {
      dot_each(inputs.data(), rows.data() + k, error.size(), steps + begin + k);
    }
    loss += steps_from_logits(steps + begin, group_labels.data(), weights.data(), size, rate);
    add_rows(
        std::span(rows).first(size), [&](std::size_t k) { return steps[begin + k]; }, error.data(),
        error.size());
  }
  // Only now, because a row may occur several times.
  for (std::size_t k = 0; k < targets.size(); ++k) {
    add_rows(
        {&input, 1}, [&](std::size_t) { return steps[k]; }, targets[k], error.size());
  }
  return loss;
}

void AddRows(std::span<const float* const> rows, float factor, std::span<float> to) {
  add_rows(
      rows, [factor](std::size_t) { return factor; }, to.data(), to.size());
}

void AverageContexts(const ContextBlock& block, HiddenVectors& hidden) {
  const Floats d;
  for (std::size_t n = 0; n < block.windows.size(); ++n) {
    const auto window = block.windows[n];
    if (window.words() == 0) continue;
    const auto share = hn::Set(d, 1.0f / static_cast<float>(window.words()));
    float* mean = hidden.means.padded_row(n).data();
    float* error = hidden.error.padded_row(n).data();
    for_columns<8>(hidden.means.stride(), [&]<std::size_t kWidth>(std::size_t column) HWY_ATTR {
      Register sums[kWidth];
      for (auto& sum : sums) sum = hn::Zero(d);
      for (auto k = window.first; k < window.last; ++k) {
        if (k == window.centre) continue;
        for (std::size_t c = 0; c < kWidth; ++c) {
          sums[c] = hn::Add(sums[c], hn::Load(d, block.rows[k] + column + c * kLanes));
        }
      }
      for (std::size_t c = 0; c < kWidth; ++c) {
        hn::Store(hn::Mul(share, sums[c]), d, mean + column + c * kLanes);
        hn::Store(hn::Zero(d), d, error + column + c * kLanes);
      }
    });
  }
}

void AddToContexts(const ContextBlock& block, const HiddenVectors& hidden) {
  const Floats d;
  const auto stride = hidden.error.stride();
  for (std::size_t k = 0; k < block.rows.size(); ++k) {
    if (block.centres[k] == 0) continue;
    for_columns<8>(stride, [&]<std::size_t kWidth>(std::size_t column) HWY_ATTR {
      float* to = block.rows[k] + column;
      Register sums[kWidth];
      for (std::size_t c = 0; c < kWidth; ++c) sums[c] = hn::Load(d, to + c * kLanes);
      for (auto centres = block.centres[k]; centres != 0; centres &= centres - 1) {
        const auto n = static_cast<std::size_t>(std::countr_zero(centres));
        const float* error = hidden.error.data() + n * stride + column;
        for (std::size_t c = 0; c < kWidth; ++c) {
          sums[c] = hn::Add(sums[c], hn::Load(d, error + c * kLanes));
        }
      }
      for (std::size_t c = 0; c < kWidth; ++c) hn::Store(sums[c], d, to + c * kLanes);
    });
  }
}

void ExchangeRow(std::span<float> copy, float* HWY_RESTRICT origin, float* HWY_RESTRICT row) {
  const Floats d;
  for (std::size_t i = 0; i < copy.size(); i += kLanes) {
    const auto change = hn::Sub(hn::Load(d, copy.data() + i), hn::Load(d, origin + i));
    const auto value = hn::Add(hn::Load(d, row + i), change);
    hn::Store(value, d, row + i);
    hn::Store(value, d, copy.data() + i);
    hn::Store(value, d, origin + i);
  }
}

const char* InstructionSet() { return hwy::TargetName(HWY_TARGET); }

}  // namespace wordkin::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wordkin {

HWY_EXPORT(LogisticStep);
HWY_EXPORT(AddRows);
HWY_EXPORT(AverageContexts);
HWY_EXPORT(AddToContexts);
HWY_EXPORT(CopyRow);
HWY_EXPORT(FetchRows);
HWY_EXPORT(TrainBlock);
HWY_EXPORT(ExchangeRow);
HWY_EXPORT(InstructionSet);

double logistic_step(const float* input, std::span<float* const> targets,
                     std::span<const float> labels, float rate, std::span<float> error) {
  // On the heap only where the targets are many.
  alignas(64) std::array<float, 64> few;
  FloatVector many(targets.size() <= few.size() ? 0 : padded(targets.size()));
  return HWY_DYNAMIC_DISPATCH(LogisticStep)(input, targets, labels, rate, error,
                                            many.empty() ? few.data() : many.data());
}

double train_block(const LogisticBlock& block, float rate, std::span<const float* const> upcoming,
                   BlockScratch& scratch) {
  return HWY_DYNAMIC_DISPATCH(TrainBlock)(block, rate, upcoming, scratch);
}

void fetch_rows(std::span<const float* const> rows, std::size_t stride) {
  HWY_DYNAMIC_DISPATCH(FetchRows)(rows, stride);
}

void add_rows(std::span<const float* const> rows, float factor, std::span<float> to) {
  HWY_DYNAMIC_DISPATCH(AddRows)(rows, factor, to);
}

void average_contexts(const ContextBlock& block, HiddenVectors& hidden) {
  HWY_DYNAMIC_DISPATCH(AverageContexts)(block, hidden);
}

void add_to_contexts(const ContextBlock& block, const HiddenVectors& hidden) {
  HWY_DYNAMIC_DISPATCH(AddToContexts)(block, hidden);
}

void copy_row(std::span<const float> row, float* to) {
  HWY_DYNAMIC_DISPATCH(CopyRow)(row.data(), to, row.size());
}

void exchange_row(std::span<float> copy, float* origin, float* row) {
  HWY_DYNAMIC_DISPATCH(ExchangeRow)(copy, origin, row);
}

std::string_view hogwild_instruction_set() { return HWY_DYNAMIC_DISPATCH(InstructionSet)(); }

}  // namespace wordkin
#endif
