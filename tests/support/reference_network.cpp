#include "tests/support/reference_network.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace wordkin::test {
namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// W x + b
Numbers affine(const Sequence& weight, const Numbers& x, const Numbers& bias) {
  Numbers result;
  for (std::size_t i = 0; i < weight.size(); ++i) {
    double sum = bias.at(i);
    for (std::size_t j = 0; j < x.size(); ++j) sum += weight[i].at(j) * x[j];
    result.push_back(sum);
  }
  return result;
}

Numbers masked(Numbers values, const Numbers& mask) {
  for (std::size_t i = 0; i < mask.size(); ++i) values.at(i) *= mask[i];
  return values;
}

const Numbers& mask_at(const Sequence& masks, std::size_t i) {
  static const Numbers none;
  return i < masks.size() ? masks[i] : none;
}

struct State {
  Numbers hidden;
  Numbers cell;
};

// `input` is W_ih x + b_ih, `recurrent` W_hh h + b_hh.
State rnn_step(const Numbers& input, const Numbers& recurrent, State state) {
  for (std::size_t u = 0; u < state.hidden.size(); ++u) {
    state.hidden[u] = std::tanh(input[u] + recurrent[u]);
  }
  return state;
}

State gru_step(const Numbers& input, const Numbers& recurrent, State state) {
  const auto units = state.hidden.size();
  for (std::size_t u = 0; u < units; ++u) {
    const auto r = sigmoid(input[u] + recurrent[u]);
    const auto z = sigmoid(input[units + u] + recurrent[units + u]);
    const auto n = std::tanh(input[2 * units + u] + r * recurrent[2 * units + u]);
    state.hidden[u] = (1 - z) * n + z * state.hidden[u];
  }
  return state;
}

State lstm_step(const Numbers& input, const Numbers& recurrent, const Sequence& peepholes,
                State state) {
  const auto units = state.hidden.size();
  for (std::size_t u = 0; u < units; ++u) {
    const auto gate = [&](std::size_t i) {
      return input[i * units + u] + recurrent[i * units + u];
    };
    const auto peephole = [&](std::size_t i) { return peepholes.empty() ? 0 : peepholes[i][u]; };
    const auto before = state.cell[u];
    const auto i = sigmoid(gate(0) + peephole(0) * before);
    const auto f = sigmoid(gate(1) + peephole(1) * before);
    const auto g = std::tanh(gate(2));
    const auto c = f * before + i * g;
    const auto o = sigmoid(gate(3) + peephole(2) * c);
    state.cell[u] = c;
    state.hidden[u] = o * std::tanh(c);
  }
  return state;
}

}  // namespace

ReferenceNetwork::ReferenceNetwork(NetworkOptions options, std::vector<NamedTensor> tensors,
                                   Numbers parameters)
    : options_(std::move(options)),
      tensors_(std::move(tensors)),
      parameters_(std::move(parameters)) {}

Sequence ReferenceNetwork::tensor(const std::string& name) const {
  const auto found = std::ranges::find(tensors_, name, &NamedTensor::name);
  if (found == tensors_.end()) throw std::runtime_error("no tensor " + name);
  const std::size_t rows = found->shape.size() == 1 ? 1 : found->shape[0];
  const std::size_t cols = found->shape.back();
  Sequence result(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < cols; ++j) {
      result[i].push_back(parameters_.at(found->offset + i * cols + j));
    }
  }
  return result;
}

Numbers ReferenceNetwork::logits(const Sequence& inputs, const SequenceMasks& masks) const {
  auto outputs = inputs;
  for (int number = 0; number < options_.layers; ++number) outputs = layer(number, outputs, masks);
  Numbers features;
  for (const auto readout : options_.readouts) {
    const auto part = read_out(readout, outputs);
    features.insert(features.end(), part.begin(), part.end());
  }
  return affine(tensor("output.weight"), masked(features, masks.features), vector("output.bias"));
}

Sequence ReferenceNetwork::layer(int number, const Sequence& inputs,
                                 const SequenceMasks& masks) const {
  const auto at = static_cast<std::size_t>(number);
  auto dropped = inputs;
  for (auto& step : dropped) step = masked(step, mask_at(masks.inputs, at));
  const auto suffix = "_l" + std::to_string(number);
  if (!options_.bidirectional) return direction(suffix, dropped, mask_at(masks.states, at));
  auto outputs = direction(suffix, dropped, mask_at(masks.states, 2 * at));
  std::ranges::reverse(dropped);
  auto backwards = direction(suffix + "_reverse", dropped, mask_at(masks.states, 2 * at + 1));
  std::ranges::reverse(backwards);
  for (std::size_t t = 0; t < outputs.size(); ++t) {
    outputs[t].insert(outputs[t].end(), backwards[t].begin(), backwards[t].end());
  }
  return outputs;
}

Sequence ReferenceNetwork::direction(const std::string& suffix, const Sequence& inputs,
                                     const Numbers& state_mask) const {
  const auto weight_ih = tensor("weight_ih" + suffix);
  const auto weight_hh = tensor("weight_hh" + suffix);
  const auto bias_ih = vector("bias_ih" + suffix);
  const auto bias_hh = vector("bias_hh" + suffix);
  const auto peepholes = options_.peepholes ? tensor("peepholes" + suffix) : Sequence{};
  const Numbers zeros(static_cast<std::size_t>(options_.units));
  State state{zeros, zeros};
  Sequence outputs;
  for (const auto& input : inputs) {
    const auto from_input = affine(weight_ih, input, bias_ih);
    const auto from_state = affine(weight_hh, masked(state.hidden, state_mask), bias_hh);
    switch (options_.cell) {
      case Cell::kRnn:
        state = rnn_step(from_input, from_state, state);
        break;
      case Cell::kGru:
        state = gru_step(from_input, from_state, state);
        break;
      case Cell::kLstm:
        state = lstm_step(from_input, from_state, peepholes, state);
        break;
    }
    outputs.push_back(state.hidden);
  }
  return outputs;
}

Numbers ReferenceNetwork::read_out(Readout readout, const Sequence& outputs) const {
  if (readout == Readout::kAttention) return attend(outputs);
  const auto units = static_cast<std::size_t>(options_.units);
  Numbers result;
  for (std::size_t i = 0; i < outputs.front().size(); ++i) {
    Numbers column;
    for (const auto& output : outputs) column.push_back(output[i]);
    switch (readout) {
      case Readout::kLast:
        result.push_back(i < units ? column.back() : column.front());
        break;
      case Readout::kMax:
        result.push_back(std::ranges::max(column));
        break;
      default: {
        double sum = 0;
        for (const auto x : column) sum += x;
        result.push_back(sum / static_cast<double>(column.size()));
      }
    }
  }
  return result;
}

Numbers ReferenceNetwork::attend(const Sequence& outputs) const {
  const auto weight = tensor("attention.weight");
  const auto bias = vector("attention.bias");
  const auto context = vector("attention.context");
  Numbers result(outputs.front().size());
  double sum = 0;
  for (const auto& output : outputs) {
    const auto keys = affine(weight, output, bias);
    double score = 0;
    for (std::size_t i = 0; i < keys.size(); ++i) score += context[i] * std::tanh(keys[i]);
    sum += std::exp(score);
    for (std::size_t i = 0; i < output.size(); ++i) result[i] += std::exp(score) * output[i];
  }
  for (auto& x : result) x /= sum;
  return result;
}

}  // namespace wordkin::test
