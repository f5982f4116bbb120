#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wordkin {

// The arithmetic of a time step of recurrent cells, element by element, between the matrix
// products. T is float or double; all sizes are in numbers, not bytes.
//
// Gates lie in PyTorch's order: LSTM i, f, g, o (input gate, forget gate, cell candidate, output
// gate); GRU r, z, n (reset gate, update gate, candidate).

// What a forward step reads and writes for `rows` sequences.
template <class T>
struct CellForward {
  std::size_t rows = 0;
  std::size_t units = 0;
  T* gates = nullptr;       // [rows, gates * units]: pre-activations less biases, then activations
  const T* bias = nullptr;  // [gates * units], of the gates; GRU: its input bias
  // Where inputs are shared, gates lack W_ih x: for row r it is row input_rows[r] of these, whose
  // rows are as long. Then nothing remembers the activations.
  const T* input_products = nullptr;
  const std::uint32_t* input_rows = nullptr;
  T* recurrent = nullptr;  // GRU: [rows, 3 * units], W_h h, which gates do not hold; then u
  const T* recurrent_bias = nullptr;  // GRU: [3 * units]
  // LSTM: c_{t-1}; GRU: h_{t-1}; a stride of 0 has one row for all.
  const T* previous = nullptr;
  std::size_t previous_stride = 0;
  const T* peepholes = nullptr;  // LSTM: [3, units] for i, f, o; or null
  T* cells = nullptr;            // LSTM: [rows, units], c_t
  T* hidden = nullptr;           // [rows, units], h_t
  std::size_t hidden_stride = 0;
};

// Elman: h = tanh(a).
void rnn_forward(const CellForward<float>& step);
void rnn_forward(const CellForward<double>& step);
// GRU (Cho et al. 2014, with the reset gate after the product, as in cuDNN and PyTorch):
// u = W_h h + b_h, r = s(a_r + u_r), z = s(a_z + u_z), n = tanh(a_n + r u_n),
// h = (1 - z) n + z h_{t-1}.
void gru_forward(const CellForward<float>& step);
void gru_forward(const CellForward<double>& step);
// LSTM (Hochreiter and Schmidhuber 1997; Gers et al. 2000): i = s(a_i + p_i c_{t-1}),
// f = s(a_f + p_f c_{t-1}), g = tanh(a_g), c = f c_{t-1} + i g, o = s(a_o + p_o c), h = o tanh(c).
void lstm_forward(const CellForward<float>& step);
void lstm_forward(const CellForward<double>& step);

// The same step backwards. What the forward step wrote is there unchanged.
template <class T>
struct CellBackward {
  std::size_t rows = 0;
  std::size_t units = 0;
  T* gates = nullptr;      // activations, then gradients of the pre-activations
  T* recurrent = nullptr;  // GRU: then gradients of the recurrent product
  const T* previous = nullptr;
  std::size_t previous_stride = 0;
  const T* peepholes = nullptr;
  const T* cells = nullptr;
  const T* hidden_gradient = nullptr;  // [rows, units], of h_t as an output
  std::size_t hidden_gradient_stride = 0;
  T* carry = nullptr;       // [rows, units], of h_t as a state; GRU: then z times h_t's gradient
  T* cell_carry = nullptr;  // LSTM: [rows, units], of c_t, then of c_{t-1}
};

void rnn_backward(const CellBackward<float>& step);
void rnn_backward(const CellBackward<double>& step);
void gru_backward(const CellBackward<float>& step);
void gru_backward(const CellBackward<double>& step);
void lstm_backward(const CellBackward<float>& step);
void lstm_backward(const CellBackward<double>& step);

// The name of the instruction set that these run on.
std::string_view cell_instruction_set();

}  // namespace wordkin
