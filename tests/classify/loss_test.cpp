#include "classify/loss.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(loss)

using Types = std::tuple<float, double>;

template <class T>
struct Loss {
  double loss = 0;
  std::vector<T> gradient;
};

template <class T>
Loss<T> loss_of(const std::vector<T>& logits, std::uint32_t truth, double smoothing = 0,
                double scale = 1) {
  Loss<T> result{0, std::vector<T>(logits.size(), T{1000})};
  result.loss = softmax_cross_entropy<T>(logits, truth, smoothing, scale, result.gradient);
  return result;
}

template <class T>
void check_close(double found, double expected) {
  BOOST_CHECK_SMALL(found - expected, 8 * double{std::numeric_limits<T>::epsilon()});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(is_the_one_worked_by_hand, T, Types) {
  // Probabilities 1/4 and 3/4.
  const std::vector<T> logits{0, static_cast<T>(std::log(3.0))};
  const auto first = loss_of(logits, 0);
  check_close<T>(first.loss, std::log(4));
  check_close<T>(first.gradient[0], -0.75);
  check_close<T>(first.gradient[1], 0.75);
  const auto second = loss_of(logits, 1, 0, 0.5);
  check_close<T>(second.loss, std::log(4 / 3.0));
  check_close<T>(second.gradient[0], 0.125);
  check_close<T>(second.gradient[1], -0.125);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(smooths_labels, T, Types) {
  // Targets 0.9 and 0.1.
  const auto found = loss_of<T>({0, static_cast<T>(std::log(3.0))}, 0, 0.2);
  check_close<T>(found.loss, 0.9 * std::log(4) + 0.1 * std::log(4 / 3.0));
  check_close<T>(found.gradient[0], 0.25 - 0.9);
  check_close<T>(found.gradient[1], 0.75 - 0.1);
}

BOOST_AUTO_TEST_CASE(has_the_gradient_that_differences_give) {
  const std::vector<double> logits{0.3, -1.2, 2.5, 0, -0.7};
  for (const double smoothing : {0.0, 0.1, 0.9}) {
    for (std::uint32_t truth = 0; truth < 5; ++truth) {
      const auto found = loss_of(logits, truth, smoothing, 3);
      for (std::size_t i = 0; i < logits.size(); ++i) {
        constexpr double kStep = 1e-5;
        auto moved = logits;
        moved[i] += kStep;
        const auto above = loss_of(moved, truth, smoothing).loss;
        moved[i] -= 2 * kStep;
        const auto below = loss_of(moved, truth, smoothing).loss;
        BOOST_CHECK_SMALL(found.gradient[i] - 3 * (above - below) / (2 * kStep), 1e-8);
      }
      BOOST_CHECK_SMALL(std::accumulate(found.gradient.begin(), found.gradient.end(), 0.0), 1e-15);
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(does_not_change_with_a_constant_added, T, Types) {
  const auto expected = loss_of<T>({1, 3, 2}, 1, 0.1);
  const auto found = loss_of<T>({1025, 1027, 1026}, 1, 0.1);
  BOOST_CHECK_EQUAL(found.loss, expected.loss);
  BOOST_CHECK(found.gradient == expected.gradient);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(bears_large_logits, T, Types) {
  const auto wrong = loss_of<T>({-1e4, 1e4}, 0);
  BOOST_CHECK_EQUAL(wrong.loss, 2e4);
  BOOST_CHECK(wrong.gradient == (std::vector<T>{-1, 1}));
  const auto right = loss_of<T>({-1e4, 1e4}, 1);
  BOOST_CHECK_EQUAL(right.loss, 0);
  BOOST_CHECK(right.gradient == (std::vector<T>{0, 0}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_what_is_not_finite_is_not_finite, T, Types) {
  for (const T bad : {std::numeric_limits<T>::quiet_NaN(), std::numeric_limits<T>::infinity()}) {
    for (const std::size_t at : {0, 1, 2}) {
      std::vector<T> logits{1, 2, 3};
      logits[at] = bad;
      BOOST_CHECK(!std::isfinite(loss_of(logits, 1).loss));
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(softmax_makes_probabilities, T, Types) {
  std::vector<T> values{0, static_cast<T>(std::log(2.0)), static_cast<T>(std::log(5.0))};
  softmax<T>(values);
  check_close<T>(values[0], 0.125);
  check_close<T>(values[1], 0.25);
  check_close<T>(values[2], 0.625);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
