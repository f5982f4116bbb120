#include "embed/train/hogwild_kernels.h"

#include <algorithm>
#include <array>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "embed/train/hogwild_kernels.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, which includes this file once for each instruction set.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "embed/train/block_math-inl.h"
#include "embed/train/block_trainer-inl.h"
#include "embed/train/logistic_steps-inl.h"

HWY_BEFORE_NAMESPACE();
namespace wordkin::HWY_NAMESPACE {

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

// Windows overlap: the sum of one is the difference of two sums from the first word on, however
// wide it is.
void AverageContexts(const ContextBlock& block, HiddenVectors& hidden) {
  const Floats d;
  const auto stride = hidden.means.stride();
  float* sums = hidden.sums.data();
  for_columns<8>(stride, [&]<std::size_t kWidth>(std::size_t column) HWY_ATTR {
    Register sum[kWidth];
    for (auto& part : sum) part = hn::Zero(d);
    float* to = sums + column;
    for (const float* row : block.rows) {
      for (std::size_t c = 0; c < kWidth; ++c) {
        hn::Store(sum[c], d, to + c * kLanes);
        sum[c] = hn::Add(sum[c], hn::Load(d, row + column + c * kLanes));
      }
      to += stride;
    }
    for (std::size_t c = 0; c < kWidth; ++c) hn::Store(sum[c], d, to + c * kLanes);
    for (std::size_t n = 0; n < block.windows.size(); ++n) {
      const auto share =
          hn::Set(d, 1.0f / static_cast<float>(std::max<std::size_t>(block.words(n), 1)));
      const float* first = sums + block.windows[n].first * stride + column;
      const float* last = sums + block.windows[n].last * stride + column;
      const float* centre = block.rows[block.centre(n)] + column;
      float* mean = hidden.means.padded_row(n).data() + column;
      float* error = hidden.error.padded_row(n).data() + column;
      for (std::size_t c = 0; c < kWidth; ++c) {
        const auto whole = hn::Sub(hn::Load(d, last + c * kLanes), hn::Load(d, first + c * kLanes));
        hn::Store(hn::Mul(share, hn::Sub(whole, hn::Load(d, centre + c * kLanes))), d,
                  mean + c * kLanes);
        hn::Store(hn::Zero(d), d, error + c * kLanes);
      }
    }
  });
}

// The way back: each window adds its step where it begins and takes it off where it ends.
void AddToContexts(const ContextBlock& block, HiddenVectors& hidden) {
  const Floats d;
  const auto stride = hidden.error.stride();
  float* changes = hidden.sums.data();
  std::fill_n(changes, (block.rows.size() + 1) * stride, 0.0f);
  for_columns<8>(stride, [&]<std::size_t kWidth>(std::size_t column) HWY_ATTR {
    for (std::size_t n = 0; n < block.windows.size(); ++n) {
      float* first = changes + block.windows[n].first * stride + column;
      float* last = changes + block.windows[n].last * stride + column;
      const float* error = hidden.error.padded_row(n).data() + column;
      for (std::size_t c = 0; c < kWidth; ++c, first += kLanes, last += kLanes, error += kLanes) {
        const auto step = hn::Load(d, error);
        hn::Store(hn::Add(hn::Load(d, first), step), d, first);
        hn::Store(hn::Sub(hn::Load(d, last), step), d, last);
      }
    }
    Register sum[kWidth];
    std::int32_t open = 0;  // windows
    for (std::size_t k = 0; k < block.rows.size(); ++k) {
      if (open == 0) {
        for (auto& part : sum) part = hn::Zero(d);
      }
      open += block.begun[k];
      float* to = block.rows[k] + column;
      const float* change = changes + k * stride + column;
      const auto n = k - block.first_centre;
      for (std::size_t c = 0; c < kWidth; ++c) {
        sum[c] = hn::Add(sum[c], hn::Load(d, change + c * kLanes));
      }
      const bool is_centre = n < block.windows.size();
      if (open == (is_centre ? 1 : 0)) continue;  // in no context
      if (is_centre) {
        const float* own = hidden.error.padded_row(n).data() + column;
        for (std::size_t c = 0; c < kWidth; ++c) {
          const auto others = hn::Sub(sum[c], hn::Load(d, own + c * kLanes));
          hn::Store(hn::Add(hn::Load(d, to + c * kLanes), others), d, to + c * kLanes);
        }
      } else {
        for (std::size_t c = 0; c < kWidth; ++c) {
          hn::Store(hn::Add(hn::Load(d, to + c * kLanes), sum[c]), d, to + c * kLanes);
        }
      }
    }
  });
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

void add_to_contexts(const ContextBlock& block, HiddenVectors& hidden) {
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
