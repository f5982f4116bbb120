#include "classify/explain.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/network.h"
#include "tests/support/rows.h"
#include "tests/support/sanitized.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(explanations)

namespace data = boost::unit_test::data;
using boost::test_tools::per_element;
using boost::test_tools::tolerance;
using Strings = std::vector<std::string>;
using Doubles = std::vector<double>;

Vocabulary vocabulary_of(const Strings& words) {
  StringTable table;
  for (const auto& word : words) table.insert(word);
  return {std::move(table), {}};
}

// Words "a" to "e" with random vectors and a random network; the vector of unknown words is random
// too.
SentimentModel random_model(const test::NetworkCase& c) {
  auto random = stream(c.seed, "explained model", 0);
  Network network(c.options, c.inputs, c.classes);
  FloatVector parameters(network.parameters());
  test::fill(parameters, 0.8f, random);
  return {.labels = Strings(c.classes, "label"),
          .encoding = {},
          .vocabulary = vocabulary_of({"a", "b", "c", "d", "e"}),
          .vectors = test::random_matrix(6, c.inputs, 1.5, random),
          .network = std::move(network),
          .parameters = std::move(parameters),
          .metadata = {}};
}

// What the model predicts for one text before the temperature.
Doubles plain_probabilities(SentimentModel model, std::string_view text) {
  model.temperature = 1;
  EncodedTexts texts;
  texts.add(encode_text(text, model.encoding, model.vocabulary).ids, 0);
  return predict(model, texts);
}

double log_odds_of(double p) { return std::log(p / (1 - p)); }

double sum_of(const Doubles& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0);
}

// The log-odds of class 1 of this network are a sum over words: w / length * tanh(2 x + 0.25).
// Integrated gradients of such a sum are known: what each term gains from the baseline to the text.
struct SeparableModel {
  double weight = 1;  // w
  double known = 0.7;
  double other = -0.2;
  double unknown = 0.1;

  SentimentModel model() const {
    const NetworkOptions options{
        .cell = Cell::kRnn, .units = 1, .bidirectional = false, .readouts = {Readout::kMean}};
    Network network(options, 1, 2);
    FloatVector parameters(network.parameters());
    const auto set = [&](std::string_view name, const std::vector<float>& values) {
      const auto tensor = std::ranges::find(network.tensors(), name, &NamedTensor::name);
      BOOST_TEST_REQUIRE(tensor->size == values.size());
      std::ranges::copy(values, parameters.data() + tensor->offset);
    };
    const auto half = static_cast<float>(weight / 2);
    set("weight_ih_l0", {2});
    set("weight_hh_l0", {0});
    set("bias_ih_l0", {0.25});
    set("output.weight", {-half, half});
    Matrix vectors(3, 1);
    vectors.row(0)[0] = static_cast<float>(known);
    vectors.row(1)[0] = static_cast<float>(other);
    vectors.row(2)[0] = static_cast<float>(unknown);
    return {.labels = {"no", "yes"},
            .encoding = {},
            .vocabulary = vocabulary_of({"known", "other"}),
            .vectors = std::move(vectors),
            .network = std::move(network),
            .parameters = std::move(parameters),
            .metadata = {}};
  }

  double term(double x) const { return weight * std::tanh(2 * x + 0.25); }
};

BOOST_DATA_TEST_CASE(add_up_to_the_difference_of_the_log_odds, data::make(test::network_cases()),
                     c) {
  const auto model = random_model(c);
  for (const auto* text : {"a", "b c", "a b c d e", "e d x c b a a a b e c x d"}) {
    const auto explanation = explain(model, text);
    const auto difference = explanation.log_odds - explanation.baseline_log_odds;
    const auto gap = std::abs(sum_of(explanation.contributions) - difference);
    BOOST_TEST(gap <= 0.01 * std::abs(difference) + 1e-5,
               text << ": " << gap << " of " << difference);
    BOOST_TEST(std::abs(explanation.gap() - gap) < 1e-12);
    BOOST_TEST(explanation.steps >= 32);
    BOOST_TEST(explanation.steps <= 1024);
  }
}

BOOST_DATA_TEST_CASE(are_of_the_predicted_class, data::make(test::network_cases()), c) {
  const auto model = random_model(c);
  const auto explanation = explain(model, "a b c d e");
  const auto probabilities = plain_probabilities(model, "a b c d e");
  BOOST_TEST_REQUIRE(explanation.probabilities.size() == c.classes);
  for (std::size_t i = 0; i < c.classes; ++i) {
    BOOST_TEST(std::abs(explanation.probabilities[i] - probabilities[i]) < 1e-5);
  }
  const auto predicted = explanation.predicted;
  BOOST_TEST(probabilities[predicted] == *std::ranges::max_element(probabilities));
  BOOST_TEST(std::abs(explanation.log_odds - log_odds_of(probabilities[predicted])) < 1e-4);
  const auto baseline = plain_probabilities(model, "x x x x x");
  BOOST_TEST(std::abs(explanation.baseline_log_odds - log_odds_of(baseline[predicted])) < 1e-4);
}

BOOST_AUTO_TEST_CASE(are_what_can_be_computed_by_hand) {
  for (const double weight : {1.0, -1.0, 3.0}) {
    const SeparableModel made{.weight = weight};
    const auto explanation = explain(made.model(), "known other nothing known");
    const auto known = (made.term(made.known) - made.term(made.unknown)) / 4;
    const auto other = (made.term(made.other) - made.term(made.unknown)) / 4;
    const auto log_odds =
        (2 * made.term(made.known) + made.term(made.other) + made.term(made.unknown)) / 4;
    const auto predicted = log_odds > 0 ? 1U : 0U;
    const auto sign = log_odds > 0 ? 1 : -1;  // contributions are to what is predicted
    BOOST_TEST(explanation.predicted == predicted);
    BOOST_TEST(explanation.log_odds == sign * log_odds, tolerance(1e-5));
    BOOST_TEST(explanation.baseline_log_odds == sign * made.term(made.unknown), tolerance(1e-5));
    BOOST_TEST(explanation.contributions == Doubles({sign * known, sign * other, 0, sign * known}),
               tolerance(1e-3) << per_element());
    BOOST_TEST(explanation.probabilities[predicted] == 1 / (1 + std::exp(-sign * log_odds)),
               tolerance(1e-5));
  }
}

// Where the other class's probability is beyond the precision of 1 - p.
BOOST_AUTO_TEST_CASE(are_right_where_the_model_is_very_sure) {
  for (const double weight : {10, 20, 40, 80, 400}) {
    const SeparableModel made{.weight = weight, .known = 5, .unknown = -0.125};  // tanh(0) = 0
    const auto explanation = explain(made.model(), "known");
    BOOST_TEST(explanation.log_odds == weight, tolerance(1e-3));
    BOOST_TEST(explanation.contributions.front() == weight, tolerance(1e-2));
  }
}

BOOST_DATA_TEST_CASE(give_unknown_words_nothing, data::make(test::network_cases()), c) {
  const auto explanation = explain(random_model(c), "unseen a b , c x d");
  BOOST_TEST(explanation.words == Strings({"unseen", "a", "b", ",", "c", "x", "d"}), per_element());
  BOOST_TEST_REQUIRE(explanation.contributions.size() == 7);
  for (const std::size_t unknown : {0, 3, 5}) BOOST_TEST(explanation.contributions[unknown] == 0);
  for (const std::size_t known : {1, 2, 4, 6}) BOOST_TEST(explanation.contributions[known] != 0);
}

BOOST_AUTO_TEST_CASE(of_unknown_words_alone_are_of_nothing) {
  const auto explanation = explain(random_model({}), "x y z");
  BOOST_TEST(explanation.contributions == Doubles(3, 0.0), per_element());
  BOOST_TEST(explanation.log_odds == explanation.baseline_log_odds);
  BOOST_TEST(explanation.gap() == 0);
}

BOOST_AUTO_TEST_CASE(of_an_empty_text_are_of_the_empty_word) {
  for (const auto* text : {"", " \n", "\xff"}) {
    const auto explanation = explain(random_model({}), text);
    BOOST_TEST(explanation.words == Strings({""}), per_element());
    BOOST_TEST(explanation.contributions == Doubles({0}), per_element());
    BOOST_TEST(explanation.log_odds == explanation.baseline_log_odds);
    BOOST_TEST(explanation.gap() == 0);
    BOOST_TEST(sum_of(explanation.probabilities) == 1, tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_CASE(leave_out_the_words_that_the_model_does) {
  auto model = random_model({});
  model.encoding.max_words = 3;
  const auto explanation = explain(model, "A b c d E");
  BOOST_TEST(explanation.words == Strings({"a", "b", "e"}), per_element());
  BOOST_TEST(explanation.contributions.size() == 3);
  const auto same = explain(model, "a b e");
  BOOST_TEST(explanation.contributions == same.contributions, per_element());
}

BOOST_AUTO_TEST_CASE(are_after_the_temperature_as_probabilities_are) {
  auto model = random_model({});
  const auto plain = explain(model, "a b c");
  model.temperature = 4;
  const auto scaled = explain(model, "a b c");
  BOOST_TEST(scaled.predicted == plain.predicted);
  const auto highest = scaled.probabilities[scaled.predicted];
  BOOST_TEST(scaled.log_odds == std::log(highest / (1 - highest)),
             boost::test_tools::tolerance(1e-6));
  BOOST_TEST(scaled.gap() <= 0.01 * std::abs(scaled.log_odds - scaled.baseline_log_odds) + 1e-6);
  Doubles expected;
  for (const auto p : plain.probabilities) expected.push_back(std::pow(p, 0.25));
  const auto sum = sum_of(expected);
  for (auto& p : expected) p /= sum;
  BOOST_TEST(scaled.probabilities == expected, tolerance(1e-6) << per_element());
}

// More points on the way than are computed together, and a text that is long.
BOOST_AUTO_TEST_CASE(of_a_long_text_add_up_too) {
  auto random = stream(5, "long text", 0);
  std::string text;
  constexpr std::size_t kLength = test::kThreadsWatched ? 200 : 1000;
  for (std::size_t i = 0; i < kLength; ++i) {
    text += fmt::format("{} ", "abcdex"[random.below(6)]);
  }
  const auto explanation = explain(random_model({.options = {.units = 3}}), text);
  BOOST_TEST(explanation.words.size() == kLength);
  BOOST_TEST(explanation.contributions.size() == kLength);
  const auto difference = explanation.log_odds - explanation.baseline_log_odds;
  BOOST_TEST(explanation.gap() <= 0.01 * std::abs(difference) + 1e-5);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
