#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "classify/network.h"
#include "tests/support/network.h"
#include "tests/support/reference_network.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(forward)

using test::NetworkCase;
using test::NetworkRun;

// All cases, and batches with many sequences of the same length and of length 1.
std::vector<NetworkCase> cases() {
  auto result = test::network_cases();
  for (const auto cell : {Cell::kRnn, Cell::kGru, Cell::kLstm}) {
    result.push_back({.options = {.cell = cell,
                                  .units = 9,
                                  .peepholes = cell == Cell::kLstm,
                                  .readouts = {Readout::kLast, Readout::kAttention}},
                      .dropout = {.states = 0.3},
                      .inputs = 11,
                      .sequences = 30,
                      .longest = 10});
    result.push_back({.options = {.cell = cell, .units = 2, .layers = 2},
                      .classes = 2,
                      .sequences = 3,
                      .longest = 1});
  }
  return result;
}
const auto kCases = boost::unit_test::data::make(cases());

template <class T>
std::vector<T> row_of(const AlignedVector<T>& mask, std::size_t sequence, std::size_t sequences) {
  const auto width = mask.size() / sequences;
  const auto* begin = mask.data() + sequence * width;
  return {begin, begin + width};
}

// What a sequence of a run's batch is multiplied by, as vectors of U.
template <class U, class T, class Masks>
Masks masks_of(const NetworkRun<T>& run, std::size_t sequence) {
  const auto row = [&](const AlignedVector<T>& mask) {
    const auto values = row_of(mask, sequence, run.packing.sequences());
    return U(values.begin(), values.end());
  };
  Masks masks;
  for (const auto& mask : run.masks.inputs) masks.inputs.push_back(row(mask));
  for (const auto& mask : run.masks.states) masks.states.push_back(row(mask));
  masks.features = row(run.masks.features);
  return masks;
}

// The inputs of a sequence, step by step.
template <class T>
test::Sequence inputs_of(const NetworkRun<T>& run, std::size_t sequence) {
  test::Sequence steps;
  const auto width = run.network.inputs();
  for (std::size_t t = 0; t < run.packing.length(sequence); ++t) {
    const auto* row = run.scratch.inputs.data() + run.packing.row(sequence, t) * width;
    steps.emplace_back(row, row + width);
  }
  return steps;
}

template <class T>
std::vector<double> logits_of(const NetworkScratch<T>& scratch, std::size_t classes,
                              std::size_t sequence) {
  const auto* row = scratch.logits.data() + sequence * classes;
  return {row, row + classes};
}

void check_close(const std::vector<double>& found, const std::vector<double>& expected,
                 double tolerance) {
  BOOST_REQUIRE_EQUAL(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    BOOST_TEST(std::abs(found[i] - expected[i]) <=
               tolerance * std::max(1.0, std::abs(expected[i])));
  }
}

template <class T>
void check_agrees_with_the_reference(const NetworkCase& network_case, double tolerance) {
  NetworkRun<T> run(network_case);
  run.forward();
  const test::ReferenceNetwork reference(network_case.options, run.network.tensors(),
                                         {run.parameters.begin(), run.parameters.end()});
  BOOST_REQUIRE_EQUAL(run.scratch.logits.size(), network_case.sequences * network_case.classes);
  for (std::size_t i = 0; i < run.packing.sequences(); ++i) {
    BOOST_TEST_CONTEXT("sequence " << i << " of length " << run.packing.length(i)) {
      const auto masks = masks_of<test::Numbers, T, test::SequenceMasks>(run, i);
      check_close(logits_of(run.scratch, network_case.classes, i),
                  reference.logits(inputs_of(run, i), masks), tolerance);
    }
  }
}

BOOST_DATA_TEST_CASE(agrees_with_the_reference_in_doubles, kCases, network_case) {
  check_agrees_with_the_reference<double>(network_case, 1e-12);
}

BOOST_DATA_TEST_CASE(agrees_with_the_reference_in_floats, kCases, network_case) {
  check_agrees_with_the_reference<float>(network_case, 1e-5);
}

// To the last bit: the kernels do each row by itself.
template <class T>
void check_alone(const NetworkCase& network_case) {
  NetworkRun<T> run(network_case);
  run.forward();
  for (std::size_t i = 0; i < run.packing.sequences(); ++i) {
    NetworkScratch<T> scratch;
    for (const auto& step : inputs_of(run, i)) {
      scratch.inputs.insert(scratch.inputs.end(), step.begin(), step.end());
    }
    const Packing alone({static_cast<std::uint32_t>(run.packing.length(i))});
    run.network.template forward<T>(
        run.parameters, alone, masks_of<AlignedVector<T>, T, DropoutMasks<T>>(run, i), scratch);
    BOOST_CHECK(logits_of(scratch, network_case.classes, 0) ==
                logits_of(run.scratch, network_case.classes, i));
  }
}

BOOST_DATA_TEST_CASE(of_a_sequence_does_not_depend_on_its_batch, kCases, network_case) {
  check_alone<float>(network_case);
  check_alone<double>(network_case);
}

BOOST_DATA_TEST_CASE(is_the_same_where_no_backward_follows, kCases, network_case) {
  auto undropped = network_case;
  undropped.dropout = {};
  // More rows than the layers remember in prediction.
  undropped.sequences = 40;
  undropped.longest = 30;
  NetworkRun<double> run(undropped);
  run.forward();
  NetworkScratch<double> scratch;
  scratch.inputs = run.scratch.inputs;
  for (int repeat = 0; repeat < 2; ++repeat) {
    run.network.forward<double>(run.parameters, run.packing, {}, scratch, Purpose::kPrediction);
    BOOST_CHECK(scratch.logits == run.scratch.logits);
  }
}

// Gives the run's steps some inputs that they share: those of `scratch`.
template <class T>
void share_inputs(NetworkRun<T>& run, std::size_t distinct, NetworkScratch<T>& scratch) {
  const auto width = run.network.inputs();
  scratch.inputs.assign(run.scratch.inputs.begin(), run.scratch.inputs.begin() + distinct * width);
  scratch.input_index.clear();
  for (std::size_t row = 0; row < run.packing.rows(); ++row) {
    scratch.input_index.push_back(static_cast<std::uint32_t>(row * row % distinct));
    std::copy_n(scratch.inputs.begin() + scratch.input_index.back() * width, width,
                run.scratch.inputs.begin() + row * width);
  }
}

BOOST_DATA_TEST_CASE(is_the_same_where_steps_share_inputs, kCases, network_case) {
  NetworkScratch<double> scratch;
  for (const std::size_t distinct : {9, 2, 5}) {  // whatever the batch before has left
    auto undropped = network_case;
    undropped.dropout = {};
    undropped.sequences = 40;
    undropped.longest = 30;
    NetworkRun<double> run(undropped);
    share_inputs(run, distinct, scratch);
    run.forward();
    run.network.forward<double>(run.parameters, run.packing, {}, scratch, Purpose::kPrediction);
    for (std::size_t i = 0; i < run.packing.sequences(); ++i) {
      check_close(logits_of(scratch, undropped.classes, i),
                  logits_of(run.scratch, undropped.classes, i), 1e-12);
    }
  }
}

BOOST_DATA_TEST_CASE(with_shared_inputs_does_not_depend_on_the_batch, kCases, network_case) {
  auto undropped = network_case;
  undropped.dropout = {};
  NetworkRun<float> run(undropped);
  NetworkScratch<float> together, alone;
  share_inputs(run, std::min<std::size_t>(run.packing.rows(), 3), together);
  run.network.forward<float>(run.parameters, run.packing, {}, together, Purpose::kPrediction);
  alone.inputs = together.inputs;
  for (std::size_t i = 0; i < run.packing.sequences(); ++i) {
    alone.input_index.clear();
    for (std::size_t t = 0; t < run.packing.length(i); ++t) {
      alone.input_index.push_back(together.input_index[run.packing.row(i, t)]);
    }
    const Packing packing({static_cast<std::uint32_t>(run.packing.length(i))});
    run.network.forward<float>(run.parameters, packing, {}, alone, Purpose::kPrediction);
    BOOST_CHECK(logits_of(alone, undropped.classes, 0) ==
                logits_of(together, undropped.classes, i));
  }
}

// What other batches have left in a scratch must not show in the next.
BOOST_DATA_TEST_CASE(and_backward_may_follow_other_batches, kCases, network_case) {
  NetworkRun<double> fresh(network_case);
  const auto loss = fresh.forward();
  const auto gradients = fresh.backward();
  NetworkRun<double> used(network_case);
  for (const std::uint32_t longest : {20, 2}) {
    auto other = network_case;
    other.sequences = longest;
    other.longest = longest;
    other.dropout = {};
    NetworkRun<double> before(other);
    std::swap(before.scratch, used.scratch);
    before.scratch.inputs.assign(before.packing.rows() * other.inputs, 0.5);
    before.forward();
    before.backward();
    std::swap(before.scratch, used.scratch);
  }
  used.scratch.inputs = fresh.scratch.inputs;
  BOOST_CHECK_EQUAL(used.forward(), loss);
  BOOST_CHECK(used.backward() == gradients);
  BOOST_CHECK(used.scratch.input_gradients == fresh.scratch.input_gradients);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
