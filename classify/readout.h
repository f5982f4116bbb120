#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "classify/packing.h"
#include "classify/recurrent_layer.h"
#include "common/enum_names.h"
#include "common/matrix.h"
#include "common/packed_factor.h"

namespace wordkin {

// What is made of the outputs y_t of all steps of a sequence:
// last: the output after the whole sequence has been read, in each direction;
// mean, max: of each number over all steps;
// attention: sum of a_t y_t, a = softmax over t of v . tanh(W y_t + b) (Yang et al. 2016, eq. 5-7).
enum class Readout { kLast, kMean, kMax, kAttention };
template <>
inline constexpr std::array<std::string_view, 4> kEnumNames<Readout>{"last", "mean", "max",
                                                                     "attention"};

struct ReadoutShape {
  std::vector<Readout> readouts;  // their results are joined in this order
  std::size_t width = 0;          // of y_t: units of all directions
  std::size_t directions = 1;     // the first half of y_t is read forwards, the second backwards
  std::size_t attention_units = 0;

  std::size_t features() const { return readouts.size() * width; }
};

// Parameters of attention, or their gradients; null where there is none. A = attention_units.
template <class T>
struct AttentionTensors {
  T* weight = nullptr;   // [A, width]
  T* bias = nullptr;     // [A]
  T* context = nullptr;  // [A]
};

template <class T>
struct ReadoutScratch {
  std::vector<std::uint32_t> highest_rows;  // [sequences, width]: where max found its numbers
  AlignedVector<T> keys;                    // [rows, A]
  AlignedVector<T> weights;                 // [rows], a_t
  PackedFactor<T> weight;                   // of attention, transposed; backward as it is
};

// outputs: [rows, width], packed. features: [sequences, readouts * width].
template <class T>
void readout_forward(const ReadoutShape& shape, const AttentionTensors<const T>& attention,
                     const Packing& packing, const T* outputs, ReadoutScratch<T>& scratch,
                     T* features);

// After readout_forward with the same arguments: writes the gradient for the outputs, and adds to
// those of attention.
template <class T>
void readout_backward(const ReadoutShape& shape, const AttentionTensors<const T>& attention,
                      const Packing& packing, const T* outputs, const T* features,
                      const T* feature_gradients, ReadoutScratch<T>& scratch,
                      const AttentionTensors<T>& gradients, T* output_gradients);

}  // namespace wordkin
