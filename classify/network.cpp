#include "classify/network.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include <fmt/format.h>

#include "common/error.h"
#include "common/gemm.h"

namespace wordkin {
namespace {

double normal(RandomStream& random) {
  const auto radius = std::sqrt(-2 * std::log(1 - static_cast<double>(random.uniform())));
  return radius * std::cos(2 * std::numbers::pi * static_cast<double>(random.uniform()));
}

// Fills a [size, size] matrix with orthonormal rows: those of random normal numbers, made
// orthogonal one after the other (Gram and Schmidt), twice, because once is not exact.
void fill_orthogonal(RandomStream& random, std::size_t size, float* matrix) {
  std::vector<std::vector<double>> rows;
  while (rows.size() < size) {
    std::vector<double> row(size);
    for (auto& value : row) value = normal(random);
    for (int pass = 0; pass < 2; ++pass) {
      for (const auto& other : rows) {
        double product = 0;
        for (std::size_t i = 0; i < size; ++i) product += row[i] * other[i];
        for (std::size_t i = 0; i < size; ++i) row[i] -= product * other[i];
      }
    }
    double square = 0;
    for (const auto value : row) square += value * value;
    if (square < 1e-12) continue;
    for (auto& value : row) value /= std::sqrt(square);
    matrix =
        std::ranges::transform(row, matrix, [](double x) { return static_cast<float>(x); }).out;
    rows.push_back(std::move(row));
  }
}

void fill_uniform(RandomStream& random, std::size_t fan_in, std::size_t fan_out,
                  std::span<float> values) {
  const auto limit = static_cast<float>(std::sqrt(6.0 / static_cast<double>(fan_in + fan_out)));
  for (auto& value : values) value = limit * (2 * random.uniform() - 1);
}

// Multiplies every packed row by its sequence's row of the mask.
template <class T>
void apply_mask(const Packing& packing, std::size_t width, const T* mask, const T* from, T* to) {
  for (std::size_t t = 0; t < packing.steps(); ++t) {
    const auto size = packing.active(t) * width;
    const auto first = packing.first_row(t) * width;
    for (std::size_t i = 0; i < size; ++i) to[first + i] = from[first + i] * mask[i];
  }
}

template <class T>
AlignedVector<T> draw_rows(double rate, std::span<RandomStream> randoms, std::size_t width) {
  if (rate == 0) return {};
  AlignedVector<T> mask(randoms.size() * width);
  for (std::size_t row = 0; row < randoms.size(); ++row) {
    draw_mask(rate, randoms[row], mask.data() + row * width, width);
  }
  return mask;
}

}  // namespace

void NetworkOptions::validate() const {
  if (units < 1 || units > 65536) {
    throw UsageError(fmt::format("--units: expected a number from 1 to 65536, found {}", units));
  }
  if (layers < 1 || layers > 64) {
    throw UsageError(fmt::format("--layers: expected a number from 1 to 64, found {}", layers));
  }
  if (peepholes && cell != Cell::kLstm) {
    throw UsageError("--peepholes: only the LSTM has them; use --cell lstm");
  }
  for (const auto readout : readouts) {
    if (std::ranges::count(readouts, readout) > 1) {
      throw UsageError(fmt::format("--readout: '{}' is given twice", enum_name(readout)));
    }
  }
  if (readouts.empty()) throw UsageError("--readout: expected one at least");
}

Network::Network(const NetworkOptions& options, std::size_t inputs, std::size_t classes)
    : options_(options), inputs_(inputs), classes_(classes) {
  options.validate();
  const auto units = static_cast<std::size_t>(options.units);
  for (std::size_t layer = 0; layer < static_cast<std::size_t>(options.layers); ++layer) {
    for (std::size_t direction = 0; direction < directions(); ++direction) {
      const auto shape = layer_shape(layer, direction);
      const auto width = gate_count(shape.cell) * units;
      const auto suffix = fmt::format("_l{}{}", layer, direction == 0 ? "" : "_reverse");
      first_tensors_.push_back(add_tensor("weight_ih" + suffix, {width, shape.inputs}));
      add_tensor("weight_hh" + suffix, {width, units});
      add_tensor("bias_ih" + suffix, {width});
      add_tensor("bias_hh" + suffix, {width});
      if (options.peepholes) add_tensor("peepholes" + suffix, {3, units});
    }
  }
  readout_ = {options.readouts, width(), directions(), units};
  if (std::ranges::count(options.readouts, Readout::kAttention) > 0) {
    attention_tensor_ = add_tensor("attention.weight", {units, width()});
    add_tensor("attention.bias", {units});
    add_tensor("attention.context", {units});
  }
  output_tensor_ = add_tensor("output.weight", {classes, readout_.features()});
  add_tensor("output.bias", {classes});
}

std::size_t Network::add_tensor(std::string name, std::vector<std::uint64_t> shape) {
  std::size_t size = 1;
  for (const auto extent : shape) size *= extent;
  const auto offset = tensors_.empty() ? 0 : parameters();
  tensors_.push_back({std::move(name), std::move(shape), offset, size});
  return tensors_.size() - 1;
}

LayerShape Network::layer_shape(std::size_t layer, std::size_t direction) const {
  return {.cell = options_.cell,
          .direction = direction == 0 ? Direction::kForward : Direction::kBackward,
          .inputs = layer == 0 ? inputs_ : width(),
          .units = static_cast<std::size_t>(options_.units)};
}

template <class T>
LayerTensors<T> Network::layer_tensors(std::size_t layer, std::size_t direction, T* base) const {
  const auto first = first_tensors_[layer * directions() + direction];
  const auto at = [&](std::size_t i) { return base + tensors_[first + i].offset; };
  return {at(0), at(1), at(2), at(3), options_.peepholes ? at(4) : nullptr};
}

template <class T>
AttentionTensors<T> Network::attention_tensors(T* base) const {
  if (attention_tensor_ == 0) return {};
  const auto at = [&](std::size_t i) { return base + tensors_[attention_tensor_ + i].offset; };
  return {at(0), at(1), at(2)};
}

FloatVector Network::initial_parameters(std::uint64_t seed) const {
  FloatVector parameters(this->parameters());
  const auto units = static_cast<std::size_t>(options_.units);
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    const auto& tensor = tensors_[i];
    auto random = stream(seed, "network parameters", i);
    const std::span values(parameters.data() + tensor.offset, tensor.size);
    if (tensor.name.starts_with("weight_hh")) {
      for (std::size_t gate = 0; gate < gate_count(options_.cell); ++gate) {
        fill_orthogonal(random, units, values.data() + gate * units * units);
      }
    } else if (tensor.name.starts_with("weight_ih")) {
      fill_uniform(random, tensor.shape[1], units, values);
    } else if (tensor.shape.size() == 2 && !tensor.name.starts_with("peepholes")) {
      fill_uniform(random, tensor.shape[1], tensor.shape[0], values);
    } else if (tensor.name == "attention.context") {
      fill_uniform(random, units, 1, values);
    } else if (tensor.name.starts_with("bias_ih") && options_.cell == Cell::kLstm) {
      std::ranges::fill(values.subspan(units, units), 1.0f);
    }
  }
  return parameters;
}

template <class T>
DropoutMasks<T> Network::draw_masks(const DropoutOptions& options,
                                    std::span<RandomStream> randoms) const {
  DropoutMasks<T> masks;
  for (std::size_t layer = 0; layer < static_cast<std::size_t>(options_.layers); ++layer) {
    masks.inputs.push_back(draw_rows<T>(options.inputs, randoms, layer_shape(layer, 0).inputs));
    for (std::size_t direction = 0; direction < directions(); ++direction) {
      masks.states.push_back(
          draw_rows<T>(options.states, randoms, static_cast<std::size_t>(options_.units)));
    }
  }
  masks.features = draw_rows<T>(options.features, randoms, readout_.features());
  return masks;
}

namespace {

template <class T>
const T* data_or_null(const std::vector<AlignedVector<T>>& masks, std::size_t i) {
  return i < masks.size() && !masks[i].empty() ? masks[i].data() : nullptr;
}

// What a layer reads: the words' vectors or the outputs below, or what dropout has left of them.
template <class T>
Rows<const T> layer_rows(const NetworkScratch<T>& scratch, std::size_t layer, std::size_t inputs,
                         const T* mask) {
  if (mask) return {scratch.layers[layer].masked_inputs.data(), inputs};
  return {layer == 0 ? scratch.inputs.data() : scratch.layers[layer - 1].outputs.data(), inputs};
}

}  // namespace

template <class T>
void Network::forward(std::span<const T> parameters, const Packing& packing,
                      const DropoutMasks<T>& masks, NetworkScratch<T>& scratch,
                      Purpose purpose) const {
  const auto layers = static_cast<std::size_t>(options_.layers);
  const auto units = static_cast<std::size_t>(options_.units);
  const auto rows = packing.rows();
  scratch.layers.resize(layers);
  for (std::size_t layer = 0; layer < layers; ++layer) {
    auto& at = scratch.layers[layer];
    at.directions.resize(directions());
    at.outputs.resize(rows * width());
    const auto inputs = layer_shape(layer, 0).inputs;
    const T* input_mask = data_or_null(masks.inputs, layer);
    if (input_mask) {
      at.masked_inputs.resize(rows * inputs);
      apply_mask(packing, inputs, input_mask, layer_rows<T>(scratch, layer, inputs, nullptr).data,
                 at.masked_inputs.data());
    }
    LayerInput<T> input{layer_rows(scratch, layer, inputs, input_mask), rows};
    if (layer == 0 && purpose == Purpose::kPrediction && !scratch.input_index.empty()) {
      input = {{scratch.inputs.data(), inputs},
               scratch.inputs.size() / inputs,
               scratch.input_index,
               &scratch.input_products};
    }
    for (std::size_t direction = 0; direction < directions(); ++direction) {
      layer_forward<T>(layer_shape(layer, direction),
                       layer_tensors(layer, direction, parameters.data()), packing, input,
                       data_or_null(masks.states, layer * directions() + direction), purpose,
                       at.directions[direction], {at.outputs.data() + direction * units, width()});
    }
  }
  const auto features = readout_.features();
  scratch.features.resize(packing.sequences() * features);
  readout_forward(readout_, attention_tensors(parameters.data()), packing,
                  std::as_const(scratch.layers.back().outputs).data(), scratch.readout,
                  scratch.features.data());
  scratch.dropped_features = scratch.features;
  for (std::size_t i = 0; i < masks.features.size(); ++i) {
    scratch.dropped_features[i] *= masks.features[i];
  }
  const T* weight = parameters.data() + tensors_[output_tensor_].offset;
  const T* bias = parameters.data() + tensors_[output_tensor_ + 1].offset;
  scratch.logits.resize(packing.sequences() * classes_);
  for (std::size_t i = 0; i < packing.sequences(); ++i) {
    std::copy_n(bias, classes_, scratch.logits.data() + i * classes_);
  }
  scratch.output_weight.pack(features, classes_, transposed(weight, features));
  multiply(packing.sequences(), scratch.dropped_features.data(), features, scratch.output_weight,
           {scratch.logits.data(), classes_, Write::kAdd});
}

template <class T>
void Network::backward(std::span<const T> parameters, const Packing& packing,
                       const DropoutMasks<T>& masks, NetworkScratch<T>& scratch,
                       std::span<T> gradients) const {
  const auto features = readout_.features();
  const auto sequences = packing.sequences();
  const T* weight = parameters.data() + tensors_[output_tensor_].offset;
  T* bias_gradient = gradients.data() + tensors_[output_tensor_ + 1].offset;
  const T* logit_gradients = scratch.logit_gradients.data();
  for (std::size_t i = 0; i < sequences * classes_; ++i) {
    bias_gradient[i % classes_] += logit_gradients[i];
  }
  multiply({classes_, features, sequences}, transposed(logit_gradients, classes_),
           {scratch.dropped_features.data(), features},
           {gradients.data() + tensors_[output_tensor_].offset, features, Write::kAdd});
  scratch.feature_gradients.resize(sequences * features);
  scratch.output_weight.pack(classes_, features, {weight, features});
  multiply(sequences, logit_gradients, classes_, scratch.output_weight,
           {scratch.feature_gradients.data(), features});
  for (std::size_t i = 0; i < masks.features.size(); ++i) {
    scratch.feature_gradients[i] *= masks.features[i];
  }
  const auto& outputs = scratch.layers.back().outputs;
  for (auto& layer : scratch.layers) layer.gradients.resize(packing.rows() * width());
  readout_backward(readout_, attention_tensors(parameters.data()), packing, outputs.data(),
                   std::as_const(scratch.features).data(),
                   std::as_const(scratch.feature_gradients).data(), scratch.readout,
                   attention_tensors(gradients.data()), scratch.layers.back().gradients.data());
  scratch.input_gradients.resize(packing.rows() * inputs_);
  for (auto layer = scratch.layers.size(); layer-- > 0;) {
    layer_backwards(layer, parameters, packing, masks, scratch, gradients);
  }
}

template <class T>
void Network::layer_backwards(std::size_t layer, std::span<const T> parameters,
                              const Packing& packing, const DropoutMasks<T>& masks,
                              NetworkScratch<T>& scratch, std::span<T> gradients) const {
  auto& at = scratch.layers[layer];
  const auto units = static_cast<std::size_t>(options_.units);
  const auto inputs = layer_shape(layer, 0).inputs;
  const T* input_mask = data_or_null(masks.inputs, layer);
  auto& below = layer == 0 ? scratch.input_gradients : scratch.layers[layer - 1].gradients;
  for (std::size_t direction = 0; direction < directions(); ++direction) {
    layer_backward<T>(layer_shape(layer, direction),
                      layer_tensors(layer, direction, parameters.data()), packing,
                      layer_rows(scratch, layer, inputs, input_mask),
                      data_or_null(masks.states, layer * directions() + direction),
                      {at.outputs.data() + direction * units, width()},
                      {at.gradients.data() + direction * units, width()}, at.directions[direction],
                      layer_tensors(layer, direction, gradients.data()),
                      {below.data(), inputs, direction == 0 ? Write::kReplace : Write::kAdd});
  }
  if (input_mask) apply_mask<T>(packing, inputs, input_mask, below.data(), below.data());
}

template DropoutMasks<float> Network::draw_masks(const DropoutOptions&,
                                                 std::span<RandomStream>) const;
template DropoutMasks<double> Network::draw_masks(const DropoutOptions&,
                                                  std::span<RandomStream>) const;
template void Network::forward(std::span<const float>, const Packing&, const DropoutMasks<float>&,
                               NetworkScratch<float>&, Purpose) const;
template void Network::forward(std::span<const double>, const Packing&, const DropoutMasks<double>&,
                               NetworkScratch<double>&, Purpose) const;
template void Network::backward(std::span<const float>, const Packing&, const DropoutMasks<float>&,
                                NetworkScratch<float>&, std::span<float>) const;
template void Network::backward(std::span<const double>, const Packing&,
                                const DropoutMasks<double>&, NetworkScratch<double>&,
                                std::span<double>) const;

}  // namespace wordkin
