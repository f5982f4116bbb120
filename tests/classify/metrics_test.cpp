#include "classify/metrics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"

namespace wordkin {
namespace {

constexpr double kTolerance = 1e-12;

void check_near(double found, double expected) {
  BOOST_CHECK_MESSAGE(std::abs(found - expected) <= kTolerance, found << " != " << expected);
}

void check_scores(const RetrievalScores& found, const RetrievalScores& expected) {
  check_near(found.precision, expected.precision);
  check_near(found.recall, expected.recall);
  check_near(found.f1, expected.f1);
}

// Of two classes, given the probabilities of class 1.
Predictions binary(const std::vector<double>& of_class_1, std::vector<std::uint32_t> truth) {
  Predictions predictions{.classes = 2, .probabilities = {}, .truth = std::move(truth)};
  for (const double p : of_class_1) {
    predictions.probabilities.push_back(1 - p);
    predictions.probabilities.push_back(p);
  }
  return predictions;
}

// The tables are random, the probabilities in 32nds, so that they are exact and some tie.
std::vector<double> over_32(const std::vector<int>& numerators) {
  std::vector<double> probabilities;
  for (const int numerator : numerators) probabilities.push_back(numerator / 32.0);
  return probabilities;
}

using Confusion = std::vector<std::vector<std::uint64_t>>;

BOOST_AUTO_TEST_SUITE(metrics)

// The figures of the next two tests are from scikit-learn 1.2.1 (accuracy_score,
// precision_recall_fscore_support, confusion_matrix, roc_auc_score with multi_class="ovr",
// log_loss, brier_score_loss) and SciPy (binomtest().proportion_ci(method="wilson")); Brier's score
// of three classes and the calibration error from NumPy, by their definitions.
BOOST_AUTO_TEST_CASE(of_three_classes_are_those_of_scikit_learn) {
  const auto found =
      measure({.classes = 3,
               .probabilities = over_32({14, 10, 8, 10, 6,  16, 16, 14, 2, 1,  4,  27, 14, 1, 17, 4,
                                         4,  24, 9, 11, 12, 0,  6,  26, 2, 15, 15, 21, 5,  6, 2,  7,
                                         23, 4,  9, 19, 4,  23, 5,  17, 4, 11, 9,  10, 13}),
               .truth = {0, 1, 0, 0, 2, 2, 1, 2, 2, 0, 2, 2, 1, 1, 2}});
  BOOST_CHECK_EQUAL(found.texts, 15);
  check_near(found.accuracy, 0.6666666666666666);
  check_near(found.accuracy_interval.low, 0.41713547738519774);
  check_near(found.accuracy_interval.high, 0.8482367556028528);
  BOOST_REQUIRE_EQUAL(found.classes.size(), 3);
  check_scores(found.classes[0].scores, {0.75, 0.75, 0.75});
  check_scores(found.classes[1].scores, {0.5, 0.25, 0.3333333333333333});
  check_scores(found.classes[2].scores, {0.6666666666666666, 0.8571428571428571, 0.75});
  BOOST_CHECK_EQUAL(found.classes[0].support, 4);
  BOOST_CHECK_EQUAL(found.classes[1].support, 4);
  BOOST_CHECK_EQUAL(found.classes[2].support, 7);
  check_scores(found.macro, {0.6388888888888888, 0.6190476190476191, 0.611111111111111});
  check_scores(found.weighted, {0.6444444444444444, 0.6666666666666666, 0.6388888888888888});
  BOOST_CHECK(found.confusion == (Confusion{{3, 0, 1}, {1, 1, 2}, {0, 1, 6}}));
  check_near(found.roc_auc.value(), 0.7191558441558442);
  check_near(found.log_loss, 0.9464086844837996);
  check_near(found.brier, 0.5140625);
  check_near(found.calibration_error, 0.28541666666666665);
}

BOOST_AUTO_TEST_CASE(of_two_classes_are_those_of_scikit_learn) {
  const auto found =
      measure(binary(over_32({4, 18, 10, 6, 31, 23, 15, 8, 28, 5, 28, 11, 24, 26, 11, 11}),
                     {1, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0}));
  check_near(found.accuracy, 0.5);
  check_near(found.accuracy_interval.low, 0.27999563610326017);
  check_near(found.accuracy_interval.high, 0.7200043638967398);
  BOOST_REQUIRE_EQUAL(found.classes.size(), 2);
  check_scores(found.classes[0].scores,
               {0.5555555555555556, 0.5555555555555556, 0.5555555555555556});
  check_scores(found.classes[1].scores,
               {0.42857142857142855, 0.42857142857142855, 0.42857142857142855});
  check_scores(found.macro, {0.4920634920634921, 0.4920634920634921, 0.4920634920634921});
  check_scores(found.weighted, {0.5, 0.5, 0.5});
  BOOST_CHECK(found.confusion == (Confusion{{5, 4}, {4, 3}}));
  check_near(found.roc_auc.value(), 0.4761904761904762);
  check_near(found.log_loss, 0.896060109928639);
  check_near(found.brier, 0.32171630859375);
  check_near(found.calibration_error, 0.384765625);
}

BOOST_AUTO_TEST_CASE(of_four_texts_are_those_worked_by_hand) {
  const auto found = measure(binary({0.25, 0.5, 0.75, 1}, {0, 1, 0, 1}));
  // 0.5 ties, and the first class wins.
  BOOST_CHECK(found.confusion == (Confusion{{1, 1}, {1, 1}}));
  BOOST_CHECK_EQUAL(found.accuracy, 0.5);
  BOOST_CHECK_EQUAL(found.roc_auc.value(), 0.75);  // 3 of 4 pairs
  check_near(found.log_loss, (-std::log(0.75) - std::log(0.5) - std::log(0.25)) / 4);
  BOOST_CHECK_EQUAL(found.brier, (0.0625 + 0.25 + 0.5625) / 4);
  // Confidences 0.75 (right and wrong), 0.5 (wrong) and 1 (right).
  BOOST_CHECK_EQUAL(found.calibration_error, (0.5 + 0.5 + 0) / 4);
}

BOOST_AUTO_TEST_CASE(count_ties_of_the_rank_statistic_half) {
  BOOST_CHECK_EQUAL(measure(binary({0.5, 0.5, 0.5}, {0, 1, 1})).roc_auc.value(), 0.5);
  BOOST_CHECK_EQUAL(measure(binary({0.2, 0.5, 0.5}, {0, 0, 1})).roc_auc.value(), 0.75);
  BOOST_CHECK_EQUAL(measure(binary({0.9, 0.1}, {0, 1})).roc_auc.value(), 0);
}

BOOST_AUTO_TEST_CASE(have_no_auc_where_one_class_occurs) {
  BOOST_CHECK(!measure(binary({0.2, 0.6}, {1, 1})).roc_auc);
  BOOST_CHECK(!measure({3, {0.2, 0.3, 0.5, 1, 0, 0}, {2, 2}}).roc_auc);
}

BOOST_AUTO_TEST_CASE(average_the_auc_over_the_classes_that_occur) {
  // Class 0 wins one pair against the rest and ties in the other, class 1 wins both; class 2 does
  // not occur.
  const auto found = measure({3, {0.5, 0.25, 0.25, 0.25, 0.5, 0.25, 0.5, 0.375, 0.125}, {0, 1, 1}});
  BOOST_CHECK_EQUAL(found.roc_auc.value(), (0.75 + 1) / 2);
}

BOOST_AUTO_TEST_CASE(are_zero_where_a_denominator_is) {
  const auto found = measure({3, {1, 0, 0, 1, 0, 0}, {0, 1}});
  check_scores(found.classes[1].scores, {0, 0, 0});  // never predicted
  check_scores(found.classes[2].scores, {0, 0, 0});  // neither predicted nor there
  check_scores(found.macro, {0.5 / 3, 1.0 / 3, 2.0 / 9});
  check_scores(found.weighted, {0.25, 0.5, 1.0 / 3});
}

BOOST_AUTO_TEST_CASE(stay_finite_for_certainties) {
  const auto right = measure(binary({0, 1}, {0, 1}));
  BOOST_CHECK_EQUAL(right.accuracy_interval.high, 1);
  BOOST_CHECK_GT(right.accuracy_interval.low, 0.3);
  check_near(right.log_loss, 0);
  BOOST_CHECK_EQUAL(right.brier, 0);
  BOOST_CHECK_EQUAL(right.calibration_error, 0);
  const auto wrong = measure(binary({1, 0}, {0, 1}));
  BOOST_CHECK_EQUAL(wrong.accuracy_interval.low, 0);
  check_near(wrong.log_loss, 52 * std::log(2));
  BOOST_CHECK_EQUAL(wrong.brier, 1);
  BOOST_CHECK_EQUAL(wrong.calibration_error, 1);
  // With three classes the score of Brier sums over the classes.
  BOOST_CHECK_EQUAL(measure({3, {1, 0, 0}, {2}}).brier, 2);
}

BOOST_AUTO_TEST_CASE(refuse_what_is_not_a_table_of_distributions) {
  BOOST_CHECK_THROW(measure({}), UsageError);
  BOOST_CHECK_THROW(measure({2, {}, {}}), UsageError);
  BOOST_CHECK_THROW(measure({1, {1}, {0}}), UsageError);
  BOOST_CHECK_THROW(measure({2, {0.5, 0.5}, {0, 1}}), UsageError);
  BOOST_CHECK_THROW(measure({2, {0.5, 0.5, 1}, {0}}), UsageError);
  BOOST_CHECK_THROW(measure({2, {0.5, 0.5}, {2}}), UsageError);
  BOOST_CHECK_THROW(measure({2, {0.5, 0.6}, {0}}), UsageError);
  BOOST_CHECK_THROW(measure({2, {-0.5, 1.5}, {0}}), UsageError);
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    BOOST_CHECK_THROW(measure({2, {0.5, 0.5, bad, 1}, {0, 1}}), NumericError);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(temperature)

double temperature_of(const std::vector<float>& logits, std::size_t classes,
                      const std::vector<std::uint32_t>& truth) {
  return fit_temperature(logits, classes, truth);
}

BOOST_AUTO_TEST_CASE(makes_confidence_the_accuracy) {
  // Three of four texts are right: sigmoid(2 / T) = 3/4.
  check_near(temperature_of({2, 0, 2, 0, 0, 2, 0, 2}, 2, {0, 0, 1, 0}), 2 / std::log(3));
  // Of these exp() overflows.
  check_near(temperature_of({1100, 1000, 1100, 1000, 1000, 1100, 1000, 1100}, 2, {0, 0, 1, 0}),
             100 / std::log(3));
}

BOOST_AUTO_TEST_CASE(is_that_of_a_root_finder) {
  // From SciPy's brentq on the derivative of the log loss.
  const auto found = temperature_of(
      {-2.5f, -2, -2.5f, 1, -2.5f,  -3,    -0.25f, -1.25f, 0.5f,  2.75f, 2.25f,  0.25f,
       1,     2,  -0.5f, 1, -1.75f, 0.75f, -1.75f, -2,     1.75f, 0.5f,  -0.75f, -3},
      3, {1, 0, 2, 1, 1, 2, 0, 0});
  check_near(found, 1.659556346757306);
}

BOOST_AUTO_TEST_CASE(ends_where_no_temperature_is_best) {
  check_near(temperature_of({1, 0, 0, 1}, 2, {0, 1}), 1);    // all are right
  check_near(temperature_of({30, 0, 0, 1}, 2, {0, 1}), 1);   // and one is certain
  check_near(temperature_of({1, 0, 0, 1}, 2, {1, 0}), 100);  // all are wrong
  check_near(temperature_of({1, 0, 0, 1}, 2, {1, 1}), 100);  // half are
  BOOST_CHECK_EQUAL(temperature_of({3, 3, 3, 3}, 2, {1, 0}), 1);
}

BOOST_AUTO_TEST_CASE(refuses_what_is_not_a_table_of_logits) {
  BOOST_CHECK_THROW(temperature_of({}, 2, {}), UsageError);
  BOOST_CHECK_THROW(temperature_of({1}, 1, {0}), UsageError);
  BOOST_CHECK_THROW(temperature_of({1, 2, 3}, 2, {0}), UsageError);
  BOOST_CHECK_THROW(temperature_of({1, 2}, 2, {2}), UsageError);
  BOOST_CHECK_THROW(temperature_of({1, std::numeric_limits<float>::infinity()}, 2, {0}),
                    NumericError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
