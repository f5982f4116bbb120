#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "classify/packing.h"
#include "common/enum_names.h"
#include "common/matrix.h"
#include "common/packed_factor.h"

namespace wordkin {

enum class Cell { kRnn, kGru, kLstm };
template <>
inline constexpr std::array<std::string_view, 3> kEnumNames<Cell>{"rnn", "gru", "lstm"};

// Pre-activations of a unit.
constexpr std::size_t gate_count(Cell cell) {
  return cell == Cell::kRnn ? 1 : cell == Cell::kGru ? 3 : 4;
}

// Whether a layer reads a sequence from its first to its last step or the other way.
enum class Direction { kForward, kBackward };

// One direction of a layer; H = units, G = gate_count(cell).
struct LayerShape {
  Cell cell = Cell::kLstm;
  Direction direction = Direction::kForward;
  std::size_t inputs = 0;
  std::size_t units = 0;
};

// Its parameters, with the shapes, names and order of gates of PyTorch's RNN, GRU and LSTM; or
// their gradients. T is float or double, const where they are read.
template <class T>
struct LayerTensors {
  T* weight_ih = nullptr;  // [G H, inputs]
  T* weight_hh = nullptr;  // [G H, H]
  T* bias_ih = nullptr;    // [G H]
  T* bias_hh = nullptr;    // [G H]
  T* peepholes = nullptr;  // [3, H], or null for none: not in PyTorch
};

// Rows of numbers, `stride` apart.
template <class T>
struct Rows {
  T* data = nullptr;
  std::size_t stride = 0;

  T* row(std::size_t i) const { return data + i * stride; }
};

// What the steps of all sequences read: [rows, inputs], packed. In prediction steps may share rows,
// whose products with W_ih are then computed once: step row i has row index[i].
template <class T>
struct LayerInput {
  Rows<const T> rows;
  std::size_t count = 0;                      // of the rows
  std::span<const std::uint32_t> index = {};  // empty: each step has a row of its own
  AlignedVector<T>* products = nullptr;       // room for the products of shared rows

  bool is_shared() const { return !index.empty(); }
};

// Whether backward follows forward. In prediction a layer remembers of its steps only what the next
// ones need, which stays in the cache.
enum class Purpose { kTraining, kPrediction };

// What a layer remembers between forward and backward; made once, used for any number of batches.
template <class T>
struct LayerScratch {
  AlignedVector<T> gates;             // [rows, G H]; in prediction those of some steps
  AlignedVector<T> recurrent;         // GRU: [rows, G H], as gates
  AlignedVector<T> states;            // [rows, H]: what each step had as h_{t-1}, masked
  AlignedVector<T> cells;             // LSTM: [rows, H]; in prediction [sequences, H]
  AlignedVector<T> bias;              // [G H], of the gates
  PackedFactor<T> input_weights;      // W_ih transposed, backward W_ih
  PackedFactor<T> recurrent_weights;  // W_hh transposed, backward W_hh
  AlignedVector<T> carry;             // [sequences, H]
  AlignedVector<T> cell_carry;
  AlignedVector<T> product;  // [sequences, H], where states are masked
  AlignedVector<T> zeros;    // [H]
};

// h_t of all steps of all sequences of a batch. output: [rows, H], packed. state_mask: [sequences,
// H], what h_{t-1} is multiplied by in the recurrent product at every step (Gal and Ghahramani
// 2016), or null, as always in prediction. Thread-safe for different scratch and output.
template <class T>
void layer_forward(const LayerShape& shape, const LayerTensors<const T>& weights,
                   const Packing& packing, const LayerInput<T>& input, const T* state_mask,
                   Purpose purpose, LayerScratch<T>& scratch, Rows<T> output);

// Backpropagation through time, after layer_forward for training with the same arguments.
// output_gradient: [rows, H]. Adds to `gradients`, and writes or adds to `input_gradient`, [rows,
// inputs], unless its data is null. The gates in the scratch are used up.
template <class T>
void layer_backward(const LayerShape& shape, const LayerTensors<const T>& weights,
                    const Packing& packing, Rows<const T> input, const T* state_mask,
                    Rows<const T> output, Rows<const T> output_gradient, LayerScratch<T>& scratch,
                    const LayerTensors<T>& gradients, ProductTarget<T> input_gradient);

}  // namespace wordkin
