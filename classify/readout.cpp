#include "classify/readout.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "common/gemm.h"

namespace wordkin {
namespace {

// The row whose output in column `column` comes last: backwards, that of the first step.
std::size_t last_row(const ReadoutShape& shape, const Packing& packing, std::size_t sequence,
                     std::size_t column) {
  const bool backwards = column >= shape.width / shape.directions;
  return packing.row(sequence, backwards ? 0 : packing.length(sequence) - 1);
}

template <class T>
void mean_forward(const ReadoutShape& shape, const Packing& packing, std::size_t sequence,
                  const T* outputs, T* features) {
  std::fill_n(features, shape.width, T{0});
  const auto share = T{1} / static_cast<T>(packing.length(sequence));
  for (std::size_t t = 0; t < packing.length(sequence); ++t) {
    const T* output = outputs + packing.row(sequence, t) * shape.width;
    for (std::size_t i = 0; i < shape.width; ++i) features[i] += share * output[i];
  }
}

template <class T>
void max_forward(const ReadoutShape& shape, const Packing& packing, std::size_t sequence,
                 const T* outputs, std::uint32_t* highest, T* features) {
  const auto first = packing.row(sequence, 0);
  std::copy_n(outputs + first * shape.width, shape.width, features);
  std::fill_n(highest, shape.width, static_cast<std::uint32_t>(first));
  for (std::size_t t = 1; t < packing.length(sequence); ++t) {
    const auto row = packing.row(sequence, t);
    const T* output = outputs + row * shape.width;
    for (std::size_t i = 0; i < shape.width; ++i) {
      const bool higher = output[i] > features[i];
      features[i] = higher ? output[i] : features[i];
      highest[i] = higher ? static_cast<std::uint32_t>(row) : highest[i];
    }
  }
}

// keys = tanh(W y + b), and their products with v, for all rows.
template <class T>
void score(const ReadoutShape& shape, const AttentionTensors<const T>& attention, std::size_t rows,
           const T* outputs, ReadoutScratch<T>& scratch) {
  const auto units = shape.attention_units;
  scratch.keys.resize(rows * units);
  scratch.weights.resize(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    std::copy_n(attention.bias, units, scratch.keys.data() + row * units);
  }
  scratch.weight.pack(shape.width, units, transposed(attention.weight, shape.width));
  multiply(rows, outputs, shape.width, scratch.weight, {scratch.keys.data(), units, Write::kAdd});
  for (auto& key : scratch.keys) key = std::tanh(key);
  for (std::size_t row = 0; row < rows; ++row) {
    const T* keys = scratch.keys.data() + row * units;
    scratch.weights[row] = std::inner_product(keys, keys + units, attention.context, T{0});
  }
}

template <class T>
void attend(const ReadoutShape& shape, const Packing& packing, std::size_t sequence,
            const T* outputs, ReadoutScratch<T>& scratch, T* features) {
  const auto length = packing.length(sequence);
  const auto weight = [&](std::size_t t) -> T& {
    return scratch.weights[packing.row(sequence, t)];
  };
  auto highest = weight(0);
  for (std::size_t t = 1; t < length; ++t) highest = std::max(highest, weight(t));
  T sum{0};
  for (std::size_t t = 0; t < length; ++t) sum += weight(t) = std::exp(weight(t) - highest);
  std::fill_n(features, shape.width, T{0});
  for (std::size_t t = 0; t < length; ++t) {
    weight(t) /= sum;
    const T* output = outputs + packing.row(sequence, t) * shape.width;
    for (std::size_t i = 0; i < shape.width; ++i) features[i] += weight(t) * output[i];
  }
}

// The gradient of one sequence's attention for its outputs as what is summed, and for its scores,
// which take the place of the weights a_t: ds_t = a_t df . (y_t - f).
template <class T>
void attend_backward(const ReadoutShape& shape, const Packing& packing, std::size_t sequence,
                     const T* outputs, const T* features, const T* gradient,
                     ReadoutScratch<T>& scratch, T* output_gradients) {
  for (std::size_t t = 0; t < packing.length(sequence); ++t) {
    const auto row = packing.row(sequence, t);
    const T* output = outputs + row * shape.width;
    T* output_gradient = output_gradients + row * shape.width;
    T product{0};
    for (std::size_t i = 0; i < shape.width; ++i) {
      output_gradient[i] += scratch.weights[row] * gradient[i];
      product += gradient[i] * (output[i] - features[i]);
    }
    scratch.weights[row] *= product;
  }
}

// From the gradients of the scores to those of W, b, v and the outputs.
template <class T>
void score_backward(const ReadoutShape& shape, const AttentionTensors<const T>& attention,
                    std::size_t rows, const T* outputs, ReadoutScratch<T>& scratch,
                    const AttentionTensors<T>& gradients, T* output_gradients) {
  const auto units = shape.attention_units;
  for (std::size_t row = 0; row < rows; ++row) {
    T* keys = scratch.keys.data() + row * units;
    const auto gradient = scratch.weights[row];
    for (std::size_t i = 0; i < units; ++i) {
      gradients.context[i] += gradient * keys[i];
      keys[i] = gradient * attention.context[i] * (1 - keys[i] * keys[i]);
      gradients.bias[i] += keys[i];
    }
  }
  const T* keys = scratch.keys.data();
  multiply({units, shape.width, rows}, transposed(keys, units), {outputs, shape.width},
           {gradients.weight, shape.width, Write::kAdd});
  scratch.weight.pack(units, shape.width, {attention.weight, shape.width});
  multiply(rows, keys, units, scratch.weight, {output_gradients, shape.width, Write::kAdd});
}

}  // namespace

template <class T>
void readout_forward(const ReadoutShape& shape, const AttentionTensors<const T>& attention,
                     const Packing& packing, const T* outputs, ReadoutScratch<T>& scratch,
                     T* features) {
  scratch.highest_rows.resize(packing.sequences() * shape.width);
  if (attention.weight) score(shape, attention, packing.rows(), outputs, scratch);
  for (std::size_t sequence = 0; sequence < packing.sequences(); ++sequence) {
    for (const auto readout : shape.readouts) {
      switch (readout) {
        case Readout::kLast:
          for (std::size_t i = 0; i < shape.width; ++i) {
            features[i] = outputs[last_row(shape, packing, sequence, i) * shape.width + i];
          }
          break;
        case Readout::kMean:
          mean_forward(shape, packing, sequence, outputs, features);
          break;
        case Readout::kMax:
          max_forward(shape, packing, sequence, outputs,
                      scratch.highest_rows.data() + sequence * shape.width, features);
          break;
        case Readout::kAttention:
          attend(shape, packing, sequence, outputs, scratch, features);
          break;
      }
      features += shape.width;
    }
  }
}

template <class T>
void readout_backward(const ReadoutShape& shape, const AttentionTensors<const T>& attention,
                      const Packing& packing, const T* outputs, const T* features,
                      const T* feature_gradients, ReadoutScratch<T>& scratch,
                      const AttentionTensors<T>& gradients, T* output_gradients) {
  const auto width = shape.width;
  std::fill_n(output_gradients, packing.rows() * width, T{0});
  const T* gradient = feature_gradients;
  for (std::size_t sequence = 0; sequence < packing.sequences(); ++sequence) {
    for (const auto readout : shape.readouts) {
      switch (readout) {
        case Readout::kLast:
          for (std::size_t i = 0; i < width; ++i) {
            output_gradients[last_row(shape, packing, sequence, i) * width + i] += gradient[i];
          }
          break;
        case Readout::kMean: {
          const auto share = T{1} / static_cast<T>(packing.length(sequence));
          for (std::size_t t = 0; t < packing.length(sequence); ++t) {
            T* to = output_gradients + packing.row(sequence, t) * width;
            for (std::size_t i = 0; i < width; ++i) to[i] += share * gradient[i];
          }
          break;
        }
        case Readout::kMax:
          for (std::size_t i = 0; i < width; ++i) {
            output_gradients[scratch.highest_rows[sequence * width + i] * width + i] += gradient[i];
          }
          break;
        case Readout::kAttention:
          attend_backward(shape, packing, sequence, outputs, features, gradient, scratch,
                          output_gradients);
          break;
      }
      gradient += width;
      features += width;
    }
  }
  if (attention.weight) {
    score_backward(shape, attention, packing.rows(), outputs, scratch, gradients, output_gradients);
  }
}

template void readout_forward(const ReadoutShape&, const AttentionTensors<const float>&,
                              const Packing&, const float*, ReadoutScratch<float>&, float*);
template void readout_forward(const ReadoutShape&, const AttentionTensors<const double>&,
                              const Packing&, const double*, ReadoutScratch<double>&, double*);
template void readout_backward(const ReadoutShape&, const AttentionTensors<const float>&,
                               const Packing&, const float*, const float*, const float*,
                               ReadoutScratch<float>&, const AttentionTensors<float>&, float*);
template void readout_backward(const ReadoutShape&, const AttentionTensors<const double>&,
                               const Packing&, const double*, const double*, const double*,
                               ReadoutScratch<double>&, const AttentionTensors<double>&, double*);

}  // namespace wordkin
