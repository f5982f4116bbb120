#include "classify/readout.h"

#include <cmath>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(readout)

using boost::test_tools::per_element;
using enum Readout;

using Values = std::vector<double>;

// Two directions of one unit, a sequence of 3 steps and one of 1; its rows are 0, 2, 3 and 1.
const Packing kPacking({3, 1});
const Values kOutputs{1, 30,   //
                      5, 50,   //
                      3, 10,   //
                      2, 20};  //

// Attention whose keys are tanh(y_0) and tanh(0).
struct Attention {
  Values weight{1, 0, 0, 0};
  Values bias{0, 0};
  Values context{0, 0};

  AttentionTensors<const double> tensors() const {
    return {weight.data(), bias.data(), context.data()};
  }
};

struct Result {
  Values features;
  Values output_gradients;
  Attention gradients{Values(4), Values(2), Values(2)};
};

// Backwards for the gradients 1, 2, 3, ... of the features.
Result read_out(const std::vector<Readout>& readouts, const Attention& attention = {},
                const Values& outputs = kOutputs) {
  const ReadoutShape shape{readouts, 2, 2, 2};
  ReadoutScratch<double> scratch;
  Result result;
  result.features.resize(2 * shape.features());
  const bool attends = readouts.front() == kAttention;
  const auto tensors = attends ? attention.tensors() : AttentionTensors<const double>{};
  readout_forward(shape, tensors, kPacking, outputs.data(), scratch, result.features.data());
  Values gradients;
  for (std::size_t i = 1; i <= result.features.size(); ++i) {
    gradients.push_back(static_cast<double>(i));
  }
  // Backward must replace what lies there.
  result.output_gradients.assign(outputs.size(), 1000);
  auto& to = result.gradients;
  readout_backward(
      shape, tensors, kPacking, outputs.data(), static_cast<const double*>(result.features.data()),
      static_cast<const double*>(gradients.data()), scratch,
      {to.weight.data(), to.bias.data(), to.context.data()}, result.output_gradients.data());
  return result;
}

void check_close(const Values& found, const Values& expected) {
  BOOST_TEST(found == expected, boost::test_tools::tolerance(1e-13) << per_element());
}

BOOST_AUTO_TEST_CASE(last_is_what_each_direction_reads_last) {
  const auto result = read_out({kLast});
  BOOST_TEST(result.features == (Values{2, 30, 5, 50}), per_element());
  BOOST_TEST(result.output_gradients == (Values{0, 2, 3, 4, 0, 0, 1, 0}), per_element());
}

BOOST_AUTO_TEST_CASE(mean_is_over_the_steps_of_a_sequence) {
  const auto result = read_out({kMean});
  check_close(result.features, {2, 20, 5, 50});
  const auto third = 1 / 3.0;
  check_close(result.output_gradients,
              {third, 2 * third, 3, 4, third, 2 * third, third, 2 * third});
}

BOOST_AUTO_TEST_CASE(max_is_of_each_number) {
  const auto result = read_out({kMax});
  BOOST_TEST(result.features == (Values{3, 30, 5, 50}), per_element());
  BOOST_TEST(result.output_gradients == (Values{0, 2, 3, 4, 1, 0, 0, 0}), per_element());
}

BOOST_AUTO_TEST_CASE(max_of_equal_numbers_is_the_first) {
  const auto result = read_out({kMax}, {}, {1, -1, 0, 0, 1, -1, 1, -1});
  BOOST_TEST(result.features == (Values{1, -1, 0, 0}), per_element());
  BOOST_TEST(result.output_gradients == (Values{1, 2, 3, 4, 0, 0, 0, 0}), per_element());
}

BOOST_AUTO_TEST_CASE(attention_without_context_is_the_mean) {
  const auto result = read_out({kAttention});
  check_close(result.features, {2, 20, 5, 50});
  // The gradients of the scores are df . (y_t - f) / 3, here 19/3, -19/3 and 0; v's is their sum
  // over the keys.
  const auto context = ((-1 + 2 * 10) * std::tanh(1) + (1 - 2 * 10) * std::tanh(3)) / 3;
  check_close(result.gradients.context, {context, 0});
  check_close(result.gradients.bias, {0, 0});
  check_close(result.gradients.weight, {0, 0, 0, 0});
}

BOOST_AUTO_TEST_CASE(attention_weighs_the_steps) {
  // Scores 0, 0 and log 2 where tanh(y_0) is 1/2, so weights 1/4, 1/4 and 1/2.
  const auto half = std::atanh(0.5);
  Attention attention;
  attention.context = {2 * std::log(2), 7};
  const auto result = read_out({kAttention}, attention, {0, 8, 4, 5, 0, 16, half, 0});
  check_close(result.features, {half / 2, 6, 4, 5});
  // df . (y_t - f), times the weights.
  const Values scores{(2 * 2 - half / 2) / 4, (2 * 10 - half / 2) / 4, (half / 2 - 2 * 6) / 2};
  check_close(result.gradients.context, {scores[2] / 2, 0});
  // Times v (1 - tanh^2).
  const auto v = attention.context;
  check_close(result.gradients.bias, {v[0] * (scores[0] + scores[1] + scores[2] * 0.75), 0});
  check_close(result.gradients.weight,
              {v[0] * scores[2] * 0.75 * half, v[0] * (scores[0] * 8 + scores[1] * 16),
               v[1] * scores[2] * half, v[1] * (scores[0] * 8 + scores[1] * 16)});
  check_close(result.output_gradients, {0.25 + v[0] * scores[0], 0.5, 3, 4, 0.25 + v[0] * scores[1],
                                        0.5, 0.5 + v[0] * scores[2] * 0.75, 1});
}

BOOST_AUTO_TEST_CASE(attention_bears_large_scores) {
  Attention attention;
  attention.context = {1e6, 0};
  check_close(read_out({kAttention}, attention).features, {3, 10, 5, 50});
}

BOOST_AUTO_TEST_CASE(joins_results_in_their_order) {
  const auto result = read_out({kMax, kLast});
  BOOST_TEST(result.features == (Values{3, 30, 2, 30, 5, 50, 5, 50}), per_element());
  BOOST_TEST(result.output_gradients == (Values{0, 6, 12, 14, 1, 0, 3, 0}), per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
