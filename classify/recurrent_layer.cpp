#include "classify/recurrent_layer.h"

#include <algorithm>
#include <vector>

#include "classify/cell_kernels.h"
#include "common/gemm.h"

namespace wordkin {
namespace {

// The order in which a direction visits the steps of a batch, and what a step inherits.
class StepOrder {
 public:
  StepOrder(Direction direction, const Packing& packing)
      : direction_(direction), packing_(packing) {}

  // The step that is visited i-th.
  std::size_t step(std::size_t i) const {
    return direction_ == Direction::kForward ? i : packing_.steps() - 1 - i;
  }
  // The first row of the step visited before it; only where inherited(i) > 0.
  std::size_t previous_row(std::size_t i) const { return packing_.first_row(step(i - 1)); }
  // How many of its sequences have been visited before; the others start.
  std::size_t inherited(std::size_t i) const {
    return i == 0 ? 0 : std::min(packing_.active(step(i)), packing_.active(step(i - 1)));
  }

 private:
  Direction direction_;
  const Packing& packing_;
};

// Calls visit(first row, rows, where c_{t-1} or h_{t-1} of these rows lies) for the sequences of
// the i-th visited step that have a `previous` state, and for those that start from zeros.
template <class T, class F>
void for_parts(const StepOrder& order, const Packing& packing, std::size_t i,
               Rows<const T> previous, const AlignedVector<T>& zeros, F&& visit) {
  const auto t = order.step(i);
  const auto first = packing.first_row(t);
  const auto inherited = order.inherited(i);
  if (inherited > 0) visit(first, inherited, previous);
  if (packing.active(t) > inherited) {
    visit(first + inherited, packing.active(t) - inherited, Rows<const T>{zeros.data(), 0});
  }
}

template <class T>
void add_columns(Rows<const T> values, std::size_t rows, std::size_t width, T* sums) {
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < width; ++i) sums[i] += values.row(row)[i];
  }
}

// The weights of the forward products, and the bias of the gates, which is both biases but for the
// GRU.
template <class T>
void prepare_forward(const LayerShape& shape, const LayerTensors<const T>& weights,
                     LayerScratch<T>& scratch) {
  const auto width = gate_count(shape.cell) * shape.units;
  scratch.input_weights.pack(shape.inputs, width, transposed(weights.weight_ih, shape.inputs));
  scratch.recurrent_weights.pack(shape.units, width, transposed(weights.weight_hh, shape.units));
  scratch.bias.assign(weights.bias_ih, weights.bias_ih + width);
  if (shape.cell == Cell::kGru) return;
  for (std::size_t i = 0; i < width; ++i) scratch.bias[i] += weights.bias_hh[i];
}

// The weights of the backward products.
template <class T>
void prepare_backward(const LayerShape& shape, const LayerTensors<const T>& weights,
                      LayerScratch<T>& scratch) {
  const auto width = gate_count(shape.cell) * shape.units;
  scratch.input_weights.pack(width, shape.inputs, {weights.weight_ih, shape.inputs});
  scratch.recurrent_weights.pack(width, shape.units, {weights.weight_hh, shape.units});
}

// Steps are taken so many rows at a time, whose gates stay in the cache.
constexpr std::size_t kRowsTogether = 256;

// Consecutive rows, and the visits of the steps that they are of.
struct Stretch {
  std::size_t begin = 0;  // visits
  std::size_t end = 0;
  std::size_t first_row = 0;
  std::size_t rows = 0;
};

// The visits from `begin` on whose steps have kRowsTogether rows, or a few more.
Stretch stretch_from(const StepOrder& order, const Packing& packing, std::size_t begin) {
  Stretch stretch{begin, begin, packing.rows(), 0};
  while (stretch.end < packing.steps() && stretch.rows < kRowsTogether) {
    const auto t = order.step(stretch.end++);
    stretch.first_row = std::min(stretch.first_row, packing.first_row(t));
    stretch.rows += packing.active(t);
  }
  return stretch;
}

// What the recurrent product of the i-th step's sequences is of: their previous states, masked, in
// training copied for leave_rows. There the others of the step have zeros.
template <class T>
Rows<const T> previous_states(const LayerShape& shape, const StepOrder& order,
                              const Packing& packing, std::size_t i, const T* state_mask,
                              Purpose purpose, Rows<const T> output, LayerScratch<T>& scratch) {
  const auto units = shape.units;
  const auto inherited = order.inherited(i);
  if (purpose == Purpose::kPrediction) {
    return inherited == 0 ? Rows<const T>{}
                          : Rows<const T>{output.row(order.previous_row(i)), output.stride};
  }
  const auto t = order.step(i);
  T* states = scratch.states.data() + packing.first_row(t) * units;
  for (std::size_t row = 0; row < inherited; ++row) {
    const T* from = output.row(order.previous_row(i) + row);
    T* to = states + row * units;
    if (state_mask) {
      const T* mask = state_mask + row * units;
      for (std::size_t u = 0; u < units; ++u) to[u] = from[u] * mask[u];
    } else {
      std::copy_n(from, units, to);
    }
  }
  std::fill_n(states + inherited * units, (packing.active(t) - inherited) * units, T{0});
  return {states, units};
}

// Adds W_hh times `states` to the gates of a step, or has it beside them for the GRU. `row`: where
// the step's first row is in the scratch. `input_in_gates`: whether they have W_ih x by now.
template <class T>
void add_recurrent_product(const LayerShape& shape, std::size_t inherited, std::size_t starting,
                           Rows<const T> states, std::size_t row, bool input_in_gates,
                           LayerScratch<T>& scratch) {
  const auto width = gate_count(shape.cell) * shape.units;
  const bool gru = shape.cell == Cell::kGru;
  T* target = (gru ? scratch.recurrent : scratch.gates).data() + row * width;
  const auto write = input_in_gates && !gru ? Write::kAdd : Write::kReplace;
  if (write == Write::kReplace) std::fill_n(target + inherited * width, starting * width, T{0});
  if (inherited == 0) return;
  multiply(inherited, states.data, states.stride, scratch.recurrent_weights,
           {target, width, write});
}

template <class T>
void make_room(const LayerShape& shape, const Packing& packing, Purpose purpose,
               LayerScratch<T>& scratch) {
  const auto units = shape.units;
  const bool training = purpose == Purpose::kTraining;
  // A stretch exceeds kRowsTogether by less than a step.
  const auto rows =
      training ? packing.rows() : std::min(packing.rows(), kRowsTogether + packing.sequences());
  const auto grow = [](AlignedVector<T>& vector, std::size_t size) {
    if (vector.size() < size) vector = AlignedVector<T>(size);
  };
  grow(scratch.gates, rows * gate_count(shape.cell) * units);
  if (shape.cell == Cell::kGru) grow(scratch.recurrent, rows * 3 * units);
  if (shape.cell == Cell::kLstm) {
    grow(scratch.cells, (training ? rows : packing.sequences()) * units);
  }
  scratch.zeros.assign(units, T{0});
  if (!training) return;
  grow(scratch.states, rows * units);
  grow(scratch.carry, packing.sequences() * units);
  grow(scratch.product, packing.sequences() * units);
  if (shape.cell == Cell::kLstm) grow(scratch.cell_carry, packing.sequences() * units);
}

// Where row `row` of `width` numbers begins; null in a vector that the cell has no use for.
template <class T>
T* row_of(AlignedVector<T>& vector, std::size_t row, std::size_t width) {
  return vector.empty() ? nullptr : vector.data() + row * width;
}

// The states of the i-th step's sequences that the cell reads besides the recurrent product: their
// cells or outputs before it.
template <class T>
Rows<const T> remembered(const LayerShape& shape, const StepOrder& order, std::size_t i,
                         Purpose purpose, const LayerScratch<T>& scratch, Rows<const T> output) {
  if (order.inherited(i) == 0) return {};
  const Rows<const T> cells{scratch.cells.data(), shape.units};
  if (shape.cell == Cell::kLstm && purpose == Purpose::kPrediction) return cells;
  const auto& states = shape.cell == Cell::kLstm ? cells : output;
  return {states.row(order.previous_row(i)), states.stride};
}

// Adds what the masked W_hh^T product of the i-th step's gradients is to the states before it.
template <class T>
void carry_back(const LayerShape& shape, const StepOrder& order, const Packing& packing,
                std::size_t i, const T* state_mask, LayerScratch<T>& scratch) {
  const auto units = shape.units;
  const auto first = packing.first_row(order.step(i));
  const auto width = gate_count(shape.cell) * units;
  const auto& gradients = shape.cell == Cell::kGru ? scratch.recurrent : scratch.gates;
  // What the kernel left there is a part of the gradient only for the GRU.
  const auto write = shape.cell == Cell::kGru ? Write::kAdd : Write::kReplace;
  const auto rows = order.inherited(i);
  const T* gates = gradients.data() + first * width;
  if (!state_mask) {
    multiply(rows, gates, width, scratch.recurrent_weights, {scratch.carry.data(), units, write});
    return;
  }
  multiply(rows, gates, width, scratch.recurrent_weights, {scratch.product.data(), units});
  for (std::size_t at = 0; at < rows * units; ++at) {
    const auto through_mask = state_mask[at] * scratch.product[at];
    scratch.carry[at] = write == Write::kAdd ? scratch.carry[at] + through_mask : through_mask;
  }
}

// Adds the gradients of the peepholes p_i, p_f, p_o, whose inputs are the cells before and after.
template <class T>
void add_peephole_gradients(std::size_t units, std::size_t first, std::size_t rows,
                            Rows<const T> before, const LayerScratch<T>& scratch, T* peepholes) {
  for (std::size_t row = 0; row < rows; ++row) {
    const T* gates = scratch.gates.data() + (first + row) * 4 * units;
    const T* cells = scratch.cells.data() + (first + row) * units;
    for (std::size_t u = 0; u < units; ++u) {
      peepholes[u] += gates[u] * before.row(row)[u];
      peepholes[units + u] += gates[units + u] * before.row(row)[u];
      peepholes[2 * units + u] += gates[3 * units + u] * cells[u];
    }
  }
}

// Adds what the rows' gradients of pre-activations are to weights, biases and inputs.
template <class T>
void leave_rows(const LayerShape& shape, const Stretch& stretch, Rows<const T> input,
                const LayerScratch<T>& scratch, const LayerTensors<T>& gradients,
                ProductTarget<T> input_gradient) {
  const auto width = gate_count(shape.cell) * shape.units;
  const auto rows = stretch.rows;
  const auto first = stretch.first_row;
  const T* gates = scratch.gates.data() + first * width;
  const T* recurrent = shape.cell == Cell::kGru ? scratch.recurrent.data() + first * width : gates;
  multiply({width, shape.inputs, rows}, transposed(gates, width), {input.row(first), input.stride},
           {gradients.weight_ih, shape.inputs, Write::kAdd});
  multiply({width, shape.units, rows}, transposed(recurrent, width),
           {scratch.states.data() + first * shape.units, shape.units},
           {gradients.weight_hh, shape.units, Write::kAdd});
  add_columns<T>({gates, width}, rows, width, gradients.bias_ih);
  add_columns<T>({recurrent, width}, rows, width, gradients.bias_hh);
  if (input_gradient.data) {
    multiply(rows, gates, width, scratch.input_weights,
             {input_gradient.data + first * input_gradient.stride, input_gradient.stride,
              input_gradient.write});
  }
}

template <class T>
void run_forward(Cell cell, const CellForward<T>& step) {
  switch (cell) {
    case Cell::kRnn:
      return rnn_forward(step);
    case Cell::kGru:
      return gru_forward(step);
    case Cell::kLstm:
      return lstm_forward(step);
  }
}

template <class T>
void run_backward(Cell cell, const CellBackward<T>& step) {
  switch (cell) {
    case Cell::kRnn:
      return rnn_backward(step);
    case Cell::kGru:
      return gru_backward(step);
    case Cell::kLstm:
      return lstm_backward(step);
  }
}

// The cell's backward step for the sequences of the i-th visited step.
template <class T>
void step_back(const LayerShape& shape, const LayerTensors<const T>& weights,
               const StepOrder& order, const Packing& packing, std::size_t i, Rows<const T> output,
               Rows<const T> output_gradient, LayerScratch<T>& scratch, T* peephole_gradients) {
  const auto units = shape.units;
  const auto width = gate_count(shape.cell) * units;
  const auto step_row = packing.first_row(order.step(i));
  for_parts(order, packing, i, remembered(shape, order, i, Purpose::kTraining, scratch, output),
            scratch.zeros, [&](std::size_t first, std::size_t rows, Rows<const T> previous) {
              const auto sequence = first - step_row;
              run_backward<T>(shape.cell,
                              {.rows = rows,
                               .units = units,
                               .gates = row_of(scratch.gates, first, width),
                               .recurrent = row_of(scratch.recurrent, first, width),
                               .previous = previous.data,
                               .previous_stride = previous.stride,
                               .peepholes = weights.peepholes,
                               .cells = row_of(scratch.cells, first, units),
                               .hidden_gradient = output_gradient.row(first),
                               .hidden_gradient_stride = output_gradient.stride,
                               .carry = row_of(scratch.carry, sequence, units),
                               .cell_carry = row_of(scratch.cell_carry, sequence, units)});
              if (weights.peepholes) {
                add_peephole_gradients(units, first, rows, previous, scratch, peephole_gradients);
              }
            });
}

}  // namespace

template <class T>
void layer_forward(const LayerShape& shape, const LayerTensors<const T>& weights,
                   const Packing& packing, const LayerInput<T>& input, const T* state_mask,
                   Purpose purpose, LayerScratch<T>& scratch, Rows<T> output) {
  make_room(shape, packing, purpose, scratch);
  prepare_forward(shape, weights, scratch);
  const bool training = purpose == Purpose::kTraining;
  const auto units = shape.units;
  const auto width = gate_count(shape.cell) * units;
  const Rows<const T> written{output.data, output.stride};
  const StepOrder order(shape.direction, packing);
  if (input.is_shared()) {
    input.products->resize(input.count * width);
    multiply(input.count, input.rows.data, input.rows.stride, scratch.input_weights,
             {input.products->data(), width});
  }
  Stretch stretch;
  std::size_t unkept = 0;  // rows before those in the scratch
  for (std::size_t i = 0; i < packing.steps(); ++i) {
    if (i == stretch.end) {
      stretch = stretch_from(order, packing, i);
      if (!training) unkept = stretch.first_row;
      if (!input.is_shared()) {
        multiply(stretch.rows, input.rows.row(stretch.first_row), input.rows.stride,
                 scratch.input_weights,
                 {scratch.gates.data() + (stretch.first_row - unkept) * width, width});
      }
    }
    const auto t = order.step(i);
    const auto step_row = packing.first_row(t);
    const auto inherited = order.inherited(i);
    add_recurrent_product(
        shape, inherited, packing.active(t) - inherited,
        previous_states(shape, order, packing, i, state_mask, purpose, written, scratch),
        step_row - unkept, !input.is_shared(), scratch);
    for_parts(order, packing, i, remembered(shape, order, i, purpose, scratch, written),
              scratch.zeros, [&](std::size_t first, std::size_t rows, Rows<const T> previous) {
                run_forward<T>(
                    shape.cell,
                    {.rows = rows,
                     .units = units,
                     .gates = row_of(scratch.gates, first - unkept, width),
                     .bias = scratch.bias.data(),
                     .input_products = input.is_shared() ? input.products->data() : nullptr,
                     .input_rows = input.is_shared() ? &input.index[first] : nullptr,
                     .recurrent = row_of(scratch.recurrent, first - unkept, width),
                     .recurrent_bias = weights.bias_hh,
                     .previous = previous.data,
                     .previous_stride = previous.stride,
                     .peepholes = weights.peepholes,
                     .cells = row_of(scratch.cells, training ? first : first - step_row, units),
                     .hidden = output.row(first),
                     .hidden_stride = output.stride});
              });
  }
}

template <class T>
void layer_backward(const LayerShape& shape, const LayerTensors<const T>& weights,
                    const Packing& packing, Rows<const T> input, const T* state_mask,
                    Rows<const T> output, Rows<const T> output_gradient, LayerScratch<T>& scratch,
                    const LayerTensors<T>& gradients, ProductTarget<T> input_gradient) {
  std::ranges::fill(scratch.carry, T{0});
  std::ranges::fill(scratch.cell_carry, T{0});
  prepare_backward(shape, weights, scratch);
  const StepOrder order(shape.direction, packing);
  // The stretches of the forward pass, the last first.
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i < packing.steps(); i = stretches.back().end) {
    stretches.push_back(stretch_from(order, packing, i));
  }
  for (auto at = stretches.rbegin(); at != stretches.rend(); ++at) {
    const auto& stretch = *at;
    for (auto i = stretch.end; i-- > stretch.begin;) {
      step_back(shape, weights, order, packing, i, output, output_gradient, scratch,
                gradients.peepholes);
      carry_back(shape, order, packing, i, state_mask, scratch);
    }
    leave_rows(shape, stretch, input, scratch, gradients, input_gradient);
  }
}

template void layer_forward(const LayerShape&, const LayerTensors<const float>&, const Packing&,
                            const LayerInput<float>&, const float*, Purpose, LayerScratch<float>&,
                            Rows<float>);
template void layer_forward(const LayerShape&, const LayerTensors<const double>&, const Packing&,
                            const LayerInput<double>&, const double*, Purpose,
                            LayerScratch<double>&, Rows<double>);
template void layer_backward(const LayerShape&, const LayerTensors<const float>&, const Packing&,
                             Rows<const float>, const float*, Rows<const float>, Rows<const float>,
                             LayerScratch<float>&, const LayerTensors<float>&,
                             ProductTarget<float>);
template void layer_backward(const LayerShape&, const LayerTensors<const double>&, const Packing&,
                             Rows<const double>, const double*, Rows<const double>,
                             Rows<const double>, LayerScratch<double>&, const LayerTensors<double>&,
                             ProductTarget<double>);

}  // namespace wordkin
