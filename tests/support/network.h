#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "classify/loss.h"
#include "classify/network.h"

namespace wordkin::test {

// A network, and a batch for it with dropout masks, all numbers random.
struct NetworkCase {
  NetworkOptions options;
  DropoutOptions dropout = {};
  std::size_t inputs = 5;
  std::size_t classes = 3;
  std::size_t sequences = 4;
  std::uint32_t longest = 7;
  std::uint64_t seed = 1;

  friend std::ostream& operator<<(std::ostream& out, const NetworkCase& c) {
    std::vector<std::string_view> readouts;
    for (const auto readout : c.options.readouts) readouts.push_back(enum_name(readout));
    return out << fmt::format(
               "{}{}, {} layers, {} directions, {} units, read out by {}, dropout {} {} {}",
               enum_name(c.options.cell), c.options.peepholes ? " with peepholes" : "",
               c.options.layers, c.options.bidirectional ? 2 : 1, c.options.units,
               fmt::join(readouts, " "), c.dropout.inputs, c.dropout.states, c.dropout.features);
  }
};

template <class T>
struct NetworkRun {
  explicit NetworkRun(const NetworkCase& c)
      : network(c.options, c.inputs, c.classes), packing(lengths(c)) {
    auto random = stream(c.seed, "network run", 1);
    const auto number = [&] { return static_cast<T>(2 * random.uniform() - 1); };
    parameters.resize(network.parameters());
    for (auto& x : parameters) x = number();
    scratch.inputs.resize(packing.rows() * c.inputs);
    for (auto& x : scratch.inputs) x = number();
    std::vector<RandomStream> randoms;
    for (std::size_t i = 0; i < c.sequences; ++i) randoms.push_back(stream(c.seed, "masks", i));
    masks = network.template draw_masks<T>(c.dropout, randoms);
    for (std::size_t i = 0; i < c.sequences; ++i) {
      truth.push_back(random.below(static_cast<std::uint32_t>(c.classes)));
    }
  }

  static std::vector<std::uint32_t> lengths(const NetworkCase& c) {
    auto random = stream(c.seed, "network run", 0);
    std::vector<std::uint32_t> lengths;
    for (std::size_t i = 0; i < c.sequences; ++i) lengths.push_back(1 + random.below(c.longest));
    std::ranges::sort(lengths, std::greater<>());
    return lengths;
  }

  // The mean loss, with label smoothing; fills the gradients for the logits.
  double forward() {
    network.template forward<T>(parameters, packing, masks, scratch);
    const auto classes = network.classes();
    const auto share = 1 / static_cast<double>(packing.sequences());
    scratch.logit_gradients.resize(scratch.logits.size());
    double loss = 0;
    for (std::size_t i = 0; i < packing.sequences(); ++i) {
      loss += share * softmax_cross_entropy<T>(
                          {scratch.logits.data() + i * classes, classes}, truth[i], 0.1, share,
                          {scratch.logit_gradients.data() + i * classes, classes});
    }
    return loss;
  }

  std::vector<T> backward() {
    std::vector<T> gradients(parameters.size());
    network.template backward<T>(parameters, packing, masks, scratch, gradients);
    return gradients;
  }

  Network network;
  Packing packing;
  DropoutMasks<T> masks;
  std::vector<T> parameters;
  std::vector<std::uint32_t> truth;
  NetworkScratch<T> scratch;
};

// Every cell, direction, depth and read-out, with dropout and without.
inline std::vector<NetworkCase> network_cases() {
  using enum Readout;
  std::vector<NetworkCase> cases;
  const auto add = [&](const NetworkOptions& options, const DropoutOptions& dropout = {}) {
    cases.push_back({.options = options, .dropout = dropout, .seed = cases.size()});
  };
  for (const auto cell : {Cell::kRnn, Cell::kGru, Cell::kLstm}) {
    for (const bool bidirectional : {false, true}) {
      for (const int layers : {1, 2}) {
        const NetworkOptions options{.cell = cell,
                                     .units = 3,
                                     .layers = layers,
                                     .bidirectional = bidirectional,
                                     .readouts = {kLast}};
        add(options);
        add(options, {.inputs = 0.3, .states = 0.4, .features = 0.5});
      }
    }
    for (const auto readout : {kMean, kMax, kAttention}) {
      add({.cell = cell, .units = 4, .readouts = {readout}});
    }
    add({.cell = cell, .units = 17, .layers = 3, .readouts = {kAttention, kMax, kLast, kMean}},
        {.inputs = 0.2, .states = 0.2, .features = 0.2});
  }
  for (const int layers : {1, 2}) {
    add({.cell = Cell::kLstm,
         .units = 5,
         .layers = layers,
         .peepholes = true,
         .readouts = {kLast}});
  }
  return cases;
}

}  // namespace wordkin::test
