#include "embed/train/hogwild_kernels.h"

#include <algorithm>
#include <array>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "embed/train/hogwild_kernels.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, which includes this file once for each instruction set.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "embed/train/block_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace wordkin::HWY_NAMESPACE {

// A logistic unit's answers to logits x, with labels y. With t = exp(-|x|), the sigmoid is 1 / (1 +
// t) for x >= 0 and t / (1 + t) otherwise, and -log sigmoid(-x) is max(x, 0) + log(1 + t); nothing
// overflows. Where x is not finite, x - x makes the loss NaN, on the side where it is 0 too.
struct Answer {
  Register error;   // y - sigmoid(x)
  Register margin;  // the loss is margin + log(1 + t)
  Register t;
};

HWY_INLINE Answer answer(Register x, Register y) {
  const Floats d;
  const auto zero = hn::Zero(d);
  const auto one = hn::Set(d, 1.0f);
  const auto t = hn::Exp(d, hn::Neg(hn::Abs(x)));
  const auto larger = hn::Div(one, hn::Add(one, t));
  const auto sigmoid = hn::IfThenElse(hn::Ge(x, zero), larger, hn::Mul(t, larger));
  const auto wrong_way = hn::IfThenElse(hn::Gt(y, zero), hn::Neg(x), x);
  return {hn::Sub(y, sigmoid), hn::Add(hn::Max(wrong_way, zero), hn::Sub(x, x)), t};
}

// Turns logits into steps, rate * weight * (y - sigmoid), in place and returns the weighted loss.
// Reads and writes whole registers.
double steps_from_logits(float* HWY_RESTRICT logits, const float* HWY_RESTRICT labels,
                         const float* HWY_RESTRICT weights, std::size_t count, float rate) {
  const Floats d;
  auto loss = hn::Zero(d);
  for (std::size_t i = 0; i < count; i += kLanes) {
    const auto weight = hn::IfThenElseZero(hn::FirstN(d, count - i), hn::LoadU(d, weights + i));
    const auto [error, margin, t] = answer(hn::Load(d, logits + i), hn::LoadU(d, labels + i));
    loss = hn::Add(loss, hn::Mul(weight, hn::Add(margin, hn::Log1p(d, t))));
    hn::Store(hn::Mul(hn::Mul(hn::Set(d, rate), weight), error), d, logits + i);
  }
  return hn::GetLane(hn::SumOfLanes(d, loss));
}

// So many factors 1 + t, each at most 2, have a product that does not overflow.
constexpr std::size_t kFactors = 100;

// The same for the logits of a group of inputs, which take turns, so that every fourth has the same
// weight. The logarithm is slow; it is taken of products.
double shared_steps(float* HWY_RESTRICT logits, const float* HWY_RESTRICT labels,
                    const float* HWY_RESTRICT weights, std::size_t count, float rate) {
  if constexpr (kLanes < kTileRows) {
    double loss = 0;
    for (std::size_t i = 0; i < count; ++i) {
      loss += steps_from_logits(logits + i, labels + i, weights + i % kTileRows, 1, rate);
    }
    return loss;
  }
  const Floats d;
  const auto one = hn::Set(d, 1.0f);
  const auto weight = hn::LoadDup128(d, weights);
  const auto scale = hn::Mul(hn::Set(d, rate), weight);
  auto loss = hn::Zero(d);
  for (std::size_t begin = 0; begin < count; begin += kFactors * kLanes) {
    const auto end = std::min(count, begin + kFactors * kLanes);
    auto product = one;
    for (auto i = begin; i < end; i += kLanes) {
      const auto used = hn::FirstN(d, end - i);
      const auto [error, margin, t] = answer(hn::Load(d, logits + i), hn::Load(d, labels + i));
      loss = hn::Add(loss, hn::IfThenElseZero(used, margin));
      product = hn::IfThenElse(used, hn::MulAdd(product, t, product), product);
      hn::Store(hn::IfThenElseZero(used, hn::Mul(scale, error)), d, logits + i);
    }
    loss = hn::Add(loss, hn::Log(d, product));
  }
  return hn::GetLane(hn::SumOfLanes(d, hn::Mul(weight, loss)));
}

// The four lowest bits of a number.
alignas(64) constexpr float kBits[16][4] = {{0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {1, 1, 0, 0},
                                            {0, 0, 1, 0}, {1, 0, 1, 0}, {0, 1, 1, 0}, {1, 1, 1, 0},
                                            {0, 0, 0, 1}, {1, 0, 0, 1}, {0, 1, 0, 1}, {1, 1, 0, 1},
                                            {0, 0, 1, 1}, {1, 0, 1, 1}, {0, 1, 1, 1}, {1, 1, 1, 1}};

// The same for logits with label 1 and weights that are 0 or 1.
double link_steps(float* HWY_RESTRICT logits, const std::uint64_t* links, std::size_t group,
                  std::size_t count, float rate) {
  const Floats d;
  const auto one = hn::Set(d, 1.0f);
  const auto scale = hn::Set(d, rate);
  auto loss = hn::Zero(d);
  for (std::size_t begin = 0; begin < count; begin += kFactors * kLanes) {
    const auto end = std::min(count, begin + kFactors * kLanes);
    auto product = one;
    for (auto i = begin; i < end; i += kLanes) {
      alignas(64) float weights[kGroup];
      for (std::size_t k = 0; k < kParts; ++k) {
        const auto bits = links[i / kTileRows + k] >> (kTileRows * group);
        std::copy_n(kBits[bits % 16], kTileRows, weights + kTileRows * k);
      }
      const auto link = hn::Load(d, kLanes < kTileRows ? weights + i % kTileRows : weights);
      const auto [error, margin, t] = answer(hn::Load(d, logits + i), one);
      loss = hn::MulAdd(link, margin, loss);
      product = hn::MulAdd(product, hn::Mul(link, t), product);
      hn::Store(hn::Mul(hn::Mul(scale, link), error), d, logits + i);
    }
    loss = hn::Add(loss, hn::Log(d, product));
  }
  return hn::GetLane(hn::SumOfLanes(d, loss));
}

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

// The computation of a block, step by step.
class BlockTrainer {
 public:
  BlockTrainer(LogisticBlock& block, float rate, std::span<const float* const> upcoming)
      : block_(block),
        upcoming_(upcoming),
        scratch_(block.scratch),
        rate_(rate),
        groups_(block.inputs.size() / kTileRows),
        zeros_(room(scratch_.padding, 2 * block.stride)),
        sink_(zeros_ + block.stride),
        shared_(list(block.shared, scratch_.shared)),
        neighbours_(list(block.neighbours, scratch_.neighbours)),
        inputs_(copy_inputs()),
        steps_(room(scratch_.steps, groups_ * steps_stride())),
        link_steps_(room(scratch_.link_steps, groups_ * links_stride())) {}

  double train() {
    const auto tiles = 2 * groups_ + shared_.size() / kTileRows +
                       (block_.neighbours.size() + kTileRows - 1) / kTileRows;
    fetch_size_ = tiles == 0 ? upcoming_.size() : (upcoming_.size() + tiles - 1) / tiles;
    if (tiles == 0) fetch();
    const auto loss = turn_logits_into_steps();
    add_to_inputs();
    add_to_shared();
    add_to_neighbours();
    return loss;
  }

 private:
  // Fetches a share of the upcoming rows, so that memory and arithmetic overlap.
  void fetch() {
    const auto rows = upcoming_.first(std::min(fetch_size_, upcoming_.size()));
    for (const float* row : rows) fetch_row(row, block_.stride);
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

  // With padding up to whole tiles.
  RowList list(std::span<const RowView> vectors, std::vector<const float*>& rows) const {
    rows.assign((vectors.size() + kTileRows - 1) / kTileRows * kTileRows, zeros_);
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      if (vectors[i].from != nullptr) rows[i] = vectors[i].from;
    }
    return rows;
  }

  RowList copy_inputs() const {
    const auto stride = block_.stride;
    float* to = room(scratch_.inputs, block_.inputs.size() * stride);
    scratch_.input_rows.clear();
    for (const auto& vector : block_.inputs) {
      scratch_.input_rows.push_back(to);
      CopyRow(vector.from != nullptr ? vector.from : zeros_, to, stride);
      to += stride;
    }
    return scratch_.input_rows;
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
  template <class... G>
  void add(std::span<const RowView> vectors, std::size_t first, const Product<G>&... products) {
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
      add(block_.inputs, q * kTileRows, Product<ByInput>{{steps(q), kMargin}, shared_},
          Product<ByInput>{{link_steps_of(q), kMargin}, neighbours_of(q)});
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

  LogisticBlock& block_;
  std::span<const float* const> upcoming_;
  std::size_t fetch_size_ = 0;
  LogisticBlock::Scratch& scratch_;
  float rate_;
  std::size_t groups_;
  float* zeros_;
  float* sink_;
  RowList shared_;
  RowList neighbours_;
  RowList inputs_;
  float* steps_;
  float* link_steps_;
};

double TrainBlock(LogisticBlock& block, float rate, std::span<const float* const> upcoming) {
  return BlockTrainer(block, rate, upcoming).train();
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
HWY_EXPORT(CopyRow);
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

double train_block(LogisticBlock& block, float rate, std::span<const float* const> upcoming) {
  return HWY_DYNAMIC_DISPATCH(TrainBlock)(block, rate, upcoming);
}

void add_rows(std::span<const float* const> rows, float factor, std::span<float> to) {
  HWY_DYNAMIC_DISPATCH(AddRows)(rows, factor, to);
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
