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
#include "tests/support/sanitized.h"
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

// The gradients of the loss for `values`, which the run reads, by central differences.
template <class Values>
std::vector<double> numeric_gradients(test::NetworkRun<double>& run, Values& values,
                                      std::size_t begin, std::size_t size) {
  constexpr double kStep = 1e-5;
  std::vector<double> gradients;
  for (auto i = begin; i < begin + size; ++i) {
    const auto value = values[i];
    values[i] = value + kStep;
    const auto above = run.forward();
    values[i] = value - kStep;
    const auto below = run.forward();
    values[i] = value;
    gradients.push_back((above - below) / (2 * kStep));
  }
  return gradients;
}

// Of the numbers of a tensor, how many are changed: sanitizers see the same steps for each of them.
std::size_t changed(std::size_t size) {
  return test::kSanitized ? std::min<std::size_t>(size, 20) : size;
}

void check_close(std::span<const double> gradients, std::span<const double> numeric) {
  std::vector<double> difference(numeric.begin(), numeric.end());
  for (std::size_t i = 0; i < numeric.size(); ++i) difference[i] -= gradients[i];
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
      const auto size = changed(tensor.size);
      check_close(std::span(gradients).subspan(tensor.offset, size),
                  numeric_gradients(run, run.parameters, tensor.offset, size));
    }
  }
  BOOST_TEST_CONTEXT("inputs") {
    const auto size = changed(input_gradients.size());
    check_close(std::span(input_gradients).first(size),
                numeric_gradients(run, run.scratch.inputs, 0, size));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
