#include "classify/optimizer.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "classify/cell_kernels.h"
#include "classify/optimizer_kernels.h"
#include "common/error.h"
#include "common/random.h"
#include "tests/support/instruction_sets.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

namespace data = boost::unit_test::data;

using test::Forced;
using test::kSets;

using enum OptimizerKind;

// One number that is trained.
class Number {
 public:
  Number(const OptimizerOptions& options, float value)
      : options_(options), state_(OptimizerState::for_numbers(options, 1)), values_{value} {}

  float step(float gradient, double rate, double decay = 0, double scale = 1) {
    const std::vector<float> gradients{gradient};
    apply_step(options_,
               {.rate = rate, .step = ++steps_, .gradient_scale = scale, .weight_decay = decay},
               gradients, state_.first, state_.second, values_);
    return values_[0];
  }

 private:
  OptimizerOptions options_;
  OptimizerState state_;
  FloatVector values_;
  std::size_t steps_ = 0;
};

void check_close(double found, double expected) {
  BOOST_CHECK_CLOSE_FRACTION(found, expected, 1e-6);
}

BOOST_AUTO_TEST_SUITE(optimizer)

BOOST_AUTO_TEST_CASE(sgd_has_momentum) {
  Number x({.kind = kSgd, .momentum = 0.9}, 1);
  check_close(x.step(0.5f, 0.1), 0.95);          // v = 0.5
  check_close(x.step(0.5f, 0.1), 0.95 - 0.095);  // v = 0.95
  check_close(x.step(-1, 0.2), 0.855 + 0.029);   // v = -0.145
  Number plain({.kind = kSgd, .momentum = 0}, 1);
  plain.step(0.5f, 0.1);
  check_close(plain.step(0.5f, 0.1), 0.9);
}

BOOST_AUTO_TEST_CASE(sgd_decays_weights_within_the_gradient) {
  Number x({.kind = kSgd, .momentum = 0.9}, 2);
  check_close(x.step(0.5f, 0.1, 0.25), 2 - 0.1 * (0.5 + 0.5));  // v = 1
  check_close(x.step(0, 0.1, 0.25), 1.9 - 0.1 * (0.9 + 0.25 * 1.9));
}

BOOST_AUTO_TEST_CASE(adam_corrects_its_means) {
  Number x({.kind = kAdam, .momentum = 0.9, .beta2 = 0.99}, 1);
  // The means of one gradient are itself and its square.
  check_close(x.step(0.5f, 0.1), 0.9);
  // m = 0.9 0.05 - 0.1 and v = 0.99 0.0025 + 0.01, over 1 - 0.9^2 and 1 - 0.99^2.
  const auto m = (0.9 * 0.05 - 0.1) / 0.19;
  const auto v = (0.99 * 0.0025 + 0.01) / 0.0199;
  check_close(x.step(-1, 0.1), 0.9 - 0.1 * m / std::sqrt(v));
}

BOOST_AUTO_TEST_CASE(adam_goes_by_its_rate_whatever_the_size_of_the_gradient) {
  // As exactly as floats have 1 - 0.999.
  for (const float gradient : {1e-4f, 1.0f, 1e4f}) {
    Number x({.kind = kAdam}, 1);
    BOOST_CHECK_CLOSE_FRACTION(x.step(gradient, 0.1), 0.9, 2e-5);
  }
  // Epsilon is 1e-8, beside the corrected mean.
  Number tiny({.kind = kAdam}, 0);
  BOOST_CHECK_CLOSE_FRACTION(tiny.step(1e-8f, 0.1), -0.05, 2e-5);
  Number still({.kind = kAdam}, 1);
  BOOST_CHECK_EQUAL(still.step(0, 0.1), 1.0f);
}

BOOST_AUTO_TEST_CASE(adam_decays_weights_within_the_gradient) {
  // The gradient 0.5 2 is all that there is, and its size does not matter.
  Number x({.kind = kAdam}, 2);
  check_close(x.step(0, 0.1, 0.5), 1.9);
}

BOOST_AUTO_TEST_CASE(adamw_decays_weights_apart_from_the_gradient) {
  Number x({.kind = kAdamW}, 2);
  check_close(x.step(3, 0.1, 0.5), 2 * (1 - 0.1 * 0.5) - 0.1);
  Number still({.kind = kAdamW}, 2);
  check_close(still.step(0, 0.1, 0.5), 1.9);
}

BOOST_AUTO_TEST_CASE(scales_then_clips_then_decays) {
  const OptimizerOptions options{.kind = kSgd, .momentum = 0, .clip_value = 2};
  check_close(Number(options, 1).step(5, 0.1), 0.8);
  check_close(Number(options, 1).step(-5, 0.1), 1.2);
  check_close(Number(options, 1).step(1, 0.1), 0.9);
  check_close(Number(options, 1).step(5, 0.1, 0, 0.1), 0.95);
  check_close(Number(options, 1).step(50, 0.1, 0, 0.1), 0.8);
  check_close(Number(options, 3).step(5, 0.1, 1), 3 - 0.1 * (2 + 3));
  // 0: never.
  check_close(Number({.kind = kSgd, .momentum = 0, .clip_value = 0}, 1).step(1e6f, 0.1), 1 - 1e5);
}

BOOST_AUTO_TEST_CASE(remembers_what_its_kind_needs) {
  for (const auto kind : {kSgd, kAdam, kAdamW}) {
    const auto state = OptimizerState::for_numbers({.kind = kind}, 5);
    BOOST_CHECK(state.first == FloatVector(5));
    BOOST_CHECK(state.second == FloatVector(kind == kSgd ? 0 : 5));
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(scheduled_rates)

std::vector<double> rates_of(Schedule schedule, double warmup, std::size_t steps) {
  std::vector<double> rates;
  for (std::size_t step = 0; step < steps; ++step) {
    rates.push_back(
        scheduled_rate({.rate = 6, .schedule = schedule, .warmup = warmup}, step, steps));
  }
  return rates;
}

void check_rates(const std::vector<double>& found, const std::vector<double>& expected) {
  BOOST_TEST(found == expected, boost::test_tools::tolerance(1e-14)
                                    << boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(stay) {
  check_rates(rates_of(Schedule::kConstant, 0, 3), {6, 6, 6});
  check_rates(rates_of(Schedule::kPlateau, 0, 3), {6, 6, 6});
}

BOOST_AUTO_TEST_CASE(rise_from_0_first) {
  check_rates(rates_of(Schedule::kConstant, 0.5, 6), {2, 4, 6, 6, 6, 6});
  check_rates(rates_of(Schedule::kPlateau, 0.5, 6), {2, 4, 6, 6, 6, 6});
  // Of 2.4 steps.
  check_rates(rates_of(Schedule::kConstant, 0.6, 4), {2.5, 5, 6, 6});
}

BOOST_AUTO_TEST_CASE(fall_in_a_line) {
  check_rates(rates_of(Schedule::kLinear, 0, 5), {5, 4, 3, 2, 1});
  check_rates(rates_of(Schedule::kLinear, 0.5, 4), {3, 6, 4, 2});
}

BOOST_AUTO_TEST_CASE(fall_as_a_cosine) {
  const auto half = std::sqrt(0.5);
  check_rates(rates_of(Schedule::kCosine, 0, 3), {3 * (1 + half), 3, 3 * (1 - half)});
  check_rates(rates_of(Schedule::kCosine, 0.5, 4), {3, 6, 4.5, 1.5});
}

BOOST_AUTO_TEST_CASE(of_a_single_step_are_positive) {
  for (const auto schedule :
       {Schedule::kConstant, Schedule::kLinear, Schedule::kCosine, Schedule::kPlateau}) {
    for (const double warmup : {0.0, 0.5, 0.999}) {
      const auto rates = rates_of(schedule, warmup, 1);
      BOOST_CHECK_GT(rates[0], 0);
      BOOST_CHECK_LE(rates[0], 6);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(optimizer_options)

BOOST_AUTO_TEST_CASE(say_what_is_out_of_range) {
  const auto check = [](const OptimizerOptions& options, const std::string& message) {
    BOOST_CHECK_EXCEPTION(options.validate(), UsageError, test::says(message));
  };
  check({.rate = 0}, "--rate: expected a number from 1e-12 to below 1000000, found 0");
  check({.rate = 1e6}, "--rate: expected a number from 1e-12 to below 1000000, found 1000000");
  check({.momentum = 1}, "--momentum: expected a number from 0 to below 1, found 1");
  check({.momentum = -0.5}, "--momentum: expected a number from 0 to below 1, found -0.5");
  check({.beta2 = 1}, "--beta2: expected a number from 0 to below 1, found 1");
  check({.weight_decay = -1}, "--weight-decay: expected a number from 0 to below 1000000, found");
  check({.clip_norm = -1}, "--clip-norm: expected a number from 0 to below 1e+30, found -1");
  check({.clip_value = -1}, "--clip-value: expected a number from 0 to below 1e+30, found -1");
  check({.warmup = 1}, "--warmup: expected a number from 0 to below 1, found 1");
}

BOOST_AUTO_TEST_CASE(must_be_numbers) {
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& options :
       {OptimizerOptions{.rate = nan}, OptimizerOptions{.momentum = nan},
        OptimizerOptions{.beta2 = nan}, OptimizerOptions{.weight_decay = nan},
        OptimizerOptions{.clip_norm = nan}, OptimizerOptions{.clip_value = nan},
        OptimizerOptions{.warmup = nan}}) {
    BOOST_CHECK_EXCEPTION(options.validate(), UsageError, test::says("found nan"));
  }
}

BOOST_AUTO_TEST_CASE(are_good_as_they_are) { BOOST_CHECK_NO_THROW(OptimizerOptions{}.validate()); }

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(optimizer_kernels)

// Numbers and what an optimizer remembers of them.
struct Trained {
  explicit Trained(std::size_t size) {
    auto random = stream(1, "trained", size);
    for (std::size_t i = 0; i < size; ++i) {
      gradients.push_back(4 * random.uniform() - 2);
      first.push_back(2 * random.uniform() - 1);
      second.push_back(random.uniform() + 0.1f);
      values.push_back(2 * random.uniform() - 1);
    }
  }

  std::vector<float> gradients, first, second, values;
};

struct Rules {
  GradientRules rules;

  double operator()(double gradient, double value) const {
    const double limit = rules.limit;
    return std::clamp(rules.scale * gradient, -limit, limit) + rules.decay * value;
  }
  friend std::ostream& operator<<(std::ostream& out, const Rules& r) {
    return out << "scale " << r.rules.scale << " limit " << r.rules.limit << " decay "
               << r.rules.decay;
  }
};
const auto kRules = data::make(std::vector<Rules>{{{.limit = 1e30f}},
                                                  {{.scale = 0.5f, .limit = 0.25f}},
                                                  {{.scale = 2, .limit = 3, .decay = 0.1f}}});
const auto kSizes = data::make({0, 1, 5, 16, 33, 100});

void check_near(const std::vector<float>& found, const std::vector<double>& expected) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    BOOST_CHECK_SMALL(double{found[i]} - expected[i], 2e-6 * std::max(1.0, std::abs(expected[i])));
  }
}

BOOST_DATA_TEST_CASE(make_steps_with_momentum, kSets* kRules* kSizes, set, rules, size) {
  const Forced forced(set, cell_instruction_set);
  Trained trained(static_cast<std::size_t>(size));
  std::vector<double> first;
  std::vector<double> values;
  for (std::size_t i = 0; i < trained.values.size(); ++i) {
    first.push_back(0.75 * trained.first[i] + rules(trained.gradients[i], trained.values[i]));
    values.push_back(trained.values[i] - 0.5 * first[i]);
  }
  momentum_step(rules.rules, 0.75f, 0.5f, trained.gradients, trained.first, trained.values);
  check_near(trained.first, first);
  check_near(trained.values, values);
}

BOOST_DATA_TEST_CASE(make_steps_of_adam, kSets* kRules* kSizes, set, rules, size) {
  const Forced forced(set, cell_instruction_set);
  Trained trained(static_cast<std::size_t>(size));
  const AdamRates rates{
      .beta1 = 0.75f, .beta2 = 0.875f, .epsilon = 0.01f, .rate = 0.5f, .keep = 0.9f};
  std::vector<double> first;
  std::vector<double> second;
  std::vector<double> values;
  for (std::size_t i = 0; i < trained.values.size(); ++i) {
    const auto g = rules(trained.gradients[i], trained.values[i]);
    first.push_back(0.75 * trained.first[i] + 0.25 * g);
    second.push_back(0.875 * trained.second[i] + 0.125 * g * g);
    values.push_back(0.9 * trained.values[i] - 0.5 * first[i] / (std::sqrt(second[i]) + 0.01));
  }
  adam_step(rules.rules, rates, trained.gradients, trained.first, trained.second, trained.values);
  check_near(trained.first, first);
  check_near(trained.second, second);
  check_near(trained.values, values);
}

BOOST_DATA_TEST_CASE(leave_what_is_not_a_number, kSets* kSizes, set, size) {
  const Forced forced(set, cell_instruction_set);
  for (std::size_t i = 0; i < static_cast<std::size_t>(size); ++i) {
    Trained a(static_cast<std::size_t>(size));
    auto b = a;
    a.gradients[i] = b.gradients[i] = std::numeric_limits<float>::quiet_NaN();
    const GradientRules rules{.limit = 1};
    momentum_step(rules, 0.9f, 0.1f, a.gradients, a.first, a.values);
    adam_step(rules, {.beta1 = 0.9f, .beta2 = 0.9f, .epsilon = 1e-8f, .rate = 0.1f}, b.gradients,
              b.first, b.second, b.values);
    for (std::size_t k = 0; k < a.values.size(); ++k) {
      BOOST_CHECK_EQUAL(std::isnan(a.values[k]), k == i);
      BOOST_CHECK_EQUAL(std::isnan(b.values[k]), k == i);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
