#include "classify/network.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/network.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(network)

const auto kCases = boost::unit_test::data::make(test::network_cases());

double norm(std::span<const double> values) {
  double square = 0;
  for (const auto x : values) square += x * x;
  return std::sqrt(square);
}

// Compares gradients of the loss for `values`, which the run reads, with central differences, of
// large tensors at places spread over all of it.
template <class Values>
void check_gradients(std::span<const double> gradients, test::NetworkRun<double>& run,
                     Values& values, std::size_t begin) {
  constexpr double kStep = 1e-5;
  const auto places = std::min<std::size_t>(gradients.size(), 128);
  std::vector<double> numeric;
  std::vector<double> difference;
  for (std::size_t n = 0; n < places; ++n) {
    const auto place = n * gradients.size() / places;
    auto& value = values[begin + place];
    const auto before = value;
    value = before + kStep;
    const auto above = run.forward();
    value = before - kStep;
    const auto below = run.forward();
    value = before;
    numeric.push_back((above - below) / (2 * kStep));
    difference.push_back(numeric.back() - gradients[place]);
  }
  BOOST_TEST(norm(difference) <= 1e-5 * std::max(norm(numeric), 1e-4));
}

BOOST_DATA_TEST_CASE(has_the_gradients_that_differences_give, kCases, network_case) {
  test::NetworkRun<double> run(network_case);
  run.forward();
  const auto gradients = run.backward();
  const std::vector<double> input_gradients(run.scratch.input_gradients.begin(),
                                            run.scratch.input_gradients.end());
  for (const auto& tensor : run.network.tensors()) {
    BOOST_TEST_CONTEXT(tensor.name) {
      check_gradients(std::span(gradients).subspan(tensor.offset, tensor.size), run, run.parameters,
                      tensor.offset);
    }
  }
  BOOST_TEST_CONTEXT("inputs") { check_gradients(input_gradients, run, run.scratch.inputs, 0); }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
