#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classify/dropout.h"
#include "classify/packing.h"
#include "classify/readout.h"
#include "classify/recurrent_layer.h"
#include "common/matrix.h"
#include "common/packed_factor.h"

namespace wordkin {

struct NetworkOptions {
  Cell cell = Cell::kLstm;
  int units = 128;  // of a direction
  int layers = 1;
  bool bidirectional = true;
  bool peepholes = false;  // LSTM only: gates see the cell (Gers and Schmidhuber 2000)
  std::vector<Readout> readouts{Readout::kMean, Readout::kMax};

  void validate() const;  // throws UsageError
};

// A tensor among all parameters of a network, which lie one after the other.
struct NamedTensor {
  std::string name;
  std::vector<std::uint64_t> shape;
  std::size_t offset = 0;
  std::size_t size = 0;
};

// What a network computes in, for a batch. The caller fills `inputs` before forward, in prediction
// perhaps `input_index` too, and `logit_gradients` before backward.
template <class T>
struct NetworkScratch {
  struct Layer {
    std::vector<LayerScratch<T>> directions;
    AlignedVector<T> masked_inputs;  // where inputs are dropped
    AlignedVector<T> outputs;        // [rows, directions * units]
    AlignedVector<T> gradients;      // for the outputs
  };

  AlignedVector<T> inputs;                 // [rows, inputs], packed
  std::vector<std::uint32_t> input_index;  // of shared rows of `inputs`, see LayerInput
  AlignedVector<T> input_products;         // of one direction of the first layer
  std::vector<Layer> layers;
  ReadoutScratch<T> readout;
  AlignedVector<T> features;  // [sequences, features]
  AlignedVector<T> dropped_features;
  AlignedVector<T> feature_gradients;
  PackedFactor<T> output_weight;     // transposed; backward as it is
  AlignedVector<T> logits;           // [sequences, classes]
  AlignedVector<T> logit_gradients;  // [sequences, classes]
  AlignedVector<T> input_gradients;  // [rows, inputs]
};

// Layers of recurrent cells, a read-out, and a linear layer: logits = W features + b. Immutable;
// parameters are elsewhere, as one vector. T is float or double.
class Network {
 public:
  // inputs: the dimension of the word vectors.
  Network(const NetworkOptions& options, std::size_t inputs, std::size_t classes);

  const NetworkOptions& options() const { return options_; }
  std::size_t inputs() const { return inputs_; }
  std::size_t classes() const { return classes_; }
  const std::vector<NamedTensor>& tensors() const { return tensors_; }
  std::size_t parameters() const { return tensors_.back().offset + tensors_.back().size; }

  // Input weights uniform with Glorot and Bengio's variance (2010), recurrent weights orthogonal
  // for each gate (Saxe et al. 2014), biases 0 but 1 for forget gates (Gers et al. 2000).
  FloatVector initial_parameters(std::uint64_t seed) const;

  // Masks for the sequences of a batch, each drawn from the sequence's own random stream.
  template <class T>
  DropoutMasks<T> draw_masks(const DropoutOptions& options, std::span<RandomStream> randoms) const;

  // What a sequence's logits are does not depend on the others of the batch, to the last bit on one
  // instruction set.
  template <class T>
  void forward(std::span<const T> parameters, const Packing& packing, const DropoutMasks<T>& masks,
               NetworkScratch<T>& scratch, Purpose purpose = Purpose::kTraining) const;

  // After forward for training with the same arguments. Adds to `gradients`, which lie as the
  // parameters, and writes scratch.input_gradients.
  template <class T>
  void backward(std::span<const T> parameters, const Packing& packing, const DropoutMasks<T>& masks,
                NetworkScratch<T>& scratch, std::span<T> gradients) const;

 private:
  std::size_t add_tensor(std::string name, std::vector<std::uint64_t> shape);
  std::size_t directions() const { return options_.bidirectional ? 2 : 1; }
  std::size_t width() const { return directions() * static_cast<std::size_t>(options_.units); }
  LayerShape layer_shape(std::size_t layer, std::size_t direction) const;
  // The tensors of a direction of a layer, among parameters or gradients that begin at `base`.
  template <class T>
  LayerTensors<T> layer_tensors(std::size_t layer, std::size_t direction, T* base) const;
  template <class T>
  AttentionTensors<T> attention_tensors(T* base) const;
  template <class T>
  void layer_backwards(std::size_t layer, std::span<const T> parameters, const Packing& packing,
                       const DropoutMasks<T>& masks, NetworkScratch<T>& scratch,
                       std::span<T> gradients) const;

  NetworkOptions options_;
  std::size_t inputs_;
  std::size_t classes_;
  std::vector<NamedTensor> tensors_;
  std::vector<std::size_t> first_tensors_;  // of each layer's directions in turn
  std::size_t attention_tensor_ = 0;
  std::size_t output_tensor_ = 0;
  ReadoutShape readout_;
};

}  // namespace wordkin
