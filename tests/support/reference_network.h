#pragma once

#include <string>
#include <vector>

#include "classify/network.h"

// What a network computes, one sequence and one number at a time, as the equations say it.
namespace wordkin::test {

using Numbers = std::vector<double>;
using Sequence = std::vector<Numbers>;  // of each time step

// What the numbers of a sequence are multiplied by; an empty vector leaves them as they are.
struct SequenceMasks {
  Sequence inputs;  // of each layer
  Sequence states;  // of each layer's directions in turn
  Numbers features;
};

class ReferenceNetwork {
 public:
  ReferenceNetwork(NetworkOptions options, std::vector<NamedTensor> tensors, Numbers parameters);

  Numbers logits(const Sequence& inputs, const SequenceMasks& masks = {}) const;

 private:
  // Rows of a tensor; a vector is a tensor of one row.
  Sequence tensor(const std::string& name) const;
  Numbers vector(const std::string& name) const { return tensor(name).front(); }

  Sequence layer(int number, const Sequence& inputs, const SequenceMasks& masks) const;
  // The outputs in the order of `inputs`, which are read from the first to the last.
  Sequence direction(const std::string& suffix, const Sequence& inputs,
                     const Numbers& state_mask) const;
  Numbers read_out(Readout readout, const Sequence& outputs) const;
  Numbers attend(const Sequence& outputs) const;

  NetworkOptions options_;
  std::vector<NamedTensor> tensors_;
  Numbers parameters_;
};

}  // namespace wordkin::test
