#include "classify/nbsvm.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "common/parallel.h"
#include "common/random.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(nbsvm)

using Words = std::vector<std::string>;

struct Corpus {
  std::vector<Words> texts;
  std::vector<std::uint32_t> classes;
  std::size_t class_count = 2;
};

Nbsvm trained(const Corpus& corpus, const NbsvmOptions& options = {}) {
  return Nbsvm::train(corpus.texts, corpus.classes, corpus.class_count, options);
}

void check_predicts_its_corpus(const Corpus& corpus) {
  const auto machine = trained(corpus);
  for (std::size_t i = 0; i < corpus.texts.size(); ++i)
    BOOST_CHECK_EQUAL(machine.predict(corpus.texts[i]), corpus.classes[i]);
}

void check_near(double found, double expected) {
  BOOST_CHECK_CLOSE_FRACTION(found, expected, 1e-9);
}

// What `words` add to the decision for class 1.
double effect(const Nbsvm& machine, const Words& words) {
  return machine.decision_values(words)[1] - machine.decision_values({})[1];
}

const Corpus kFilms{{{"good"}, {"good", "film"}, {"bad", "film"}}, {1, 1, 0}};

BOOST_AUTO_TEST_CASE(weighs_by_log_count_ratios) {
  // With beta 0 the effect of an n-gram is its ratio times the mean weight. Counts with alpha, in
  // class 1 and class 0: good 3 1, film 2 2, bad 1 2, good film 2 1, bad film 1 2; sums 9 and 8.
  const auto machine = trained(kFilms, {.beta = 0});
  BOOST_CHECK_EQUAL(machine.feature_count(), 5);
  const auto unit = effect(machine, {"good"}) / std::log(3 * 8 / 9.0);
  BOOST_CHECK_GT(unit, 0);
  check_near(effect(machine, {"film"}), unit * std::log(2 * 8 / (2 * 9.0)));
  check_near(effect(machine, {"bad"}), unit * std::log(1 * 8 / (2 * 9.0)));
  check_near(effect(machine, {"good", "film"}),
             unit * std::log((3 * 8 / 9.0) * (2 * 8 / (2 * 9.0)) * (2 * 8 / 9.0)));
}

BOOST_AUTO_TEST_CASE(adds_alpha_to_counts) {
  const auto machine = trained(kFilms, {.alpha = 0.5, .beta = 0});
  check_near(effect(machine, {"good"}) / effect(machine, {"bad"}),
             std::log((2.5 / 6.5) / (0.5 / 5.5)) / std::log((0.5 / 6.5) / (1.5 / 5.5)));
}

BOOST_AUTO_TEST_CASE(finds_the_machine_worked_by_hand) {
  // The ratios are L = log 2 and -L. By symmetry both weights are the u that minimises
  // u^2 + 2 c (1 - u L)^2, and the bias is 0; the mean weight is u as well.
  const auto square = std::log(2) * std::log(2);
  for (const double c : {0.5, 1.0, 4.0}) {
    for (const double beta : {0.0, 0.25, 1.0}) {
      const auto machine = trained({{{"a"}, {"b"}}, {1, 0}}, {.c = c, .beta = beta});
      const auto expected = 2 * c * square / (1 + 2 * c * square);
      const auto values = machine.decision_values(Words{"a"});
      BOOST_REQUIRE_EQUAL(values.size(), 2);
      check_near(values[1], expected);
      BOOST_CHECK_EQUAL(values[0], -values[1]);
      check_near(machine.decision_values(Words{"b"})[0], expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(interpolates_between_the_mean_and_the_weights) {
  const auto value = [&](double beta) { return effect(trained(kFilms, {.beta = beta}), {"bad"}); };
  BOOST_CHECK_GT(std::abs(value(1) - value(0)), 1e-3);
  check_near(value(0.25), 0.75 * value(0) + 0.25 * value(1));
}

BOOST_AUTO_TEST_CASE(counts_presence_only) {
  const auto machine = trained(kFilms);
  // Neither "good good" nor any other pair of these is known.
  BOOST_CHECK_EQUAL(effect(machine, {"good", "good", "good"}), effect(machine, {"good"}));
  // In training too: a repeated word adds nothing but the pair of it.
  const auto repeated = trained({{{"good", "good"}, {"bad"}}, {1, 0}}, {.beta = 0});
  BOOST_CHECK_EQUAL(repeated.feature_count(), 3);
  // Counts: good 2 1, good good 2 1, bad 1 2; sums 5 and 4.
  check_near(effect(repeated, {"good"}) / effect(repeated, {"bad"}),
             std::log(2 * 4 / 5.0) / std::log(1 * 4 / (2 * 5.0)));
}

BOOST_AUTO_TEST_CASE(ignores_unknown_words) {
  const auto machine = trained(kFilms);
  BOOST_CHECK_EQUAL(effect(machine, {"unheard"}), 0);
  BOOST_CHECK_EQUAL(effect(machine, {"of", "good", "things"}), effect(machine, {"good"}));
}

BOOST_AUTO_TEST_CASE(hears_pairs_of_words) {
  // No word alone tells anything in any of these.
  check_predicts_its_corpus(
      {{{"not", "bad"}, {"very", "good"}, {"not", "good"}, {"very", "bad"}}, {1, 1, 0, 0}});
  check_predicts_its_corpus({{{"dog", "bites", "man"}, {"man", "bites", "dog"}}, {0, 1}});
  check_predicts_its_corpus({{{"a", "b"}, {"b", "a"}}, {0, 1}});
}

BOOST_AUTO_TEST_CASE(tells_three_classes_apart) {
  const Corpus corpus{{{"good", "film"},
                       {"very", "good"},
                       {"bad", "film"},
                       {"very", "bad"},
                       {"a", "film"},
                       {"a", "very", "long", "film"}},
                      {2, 2, 0, 0, 1, 1},
                      3};
  check_predicts_its_corpus(corpus);
  const auto machine = trained(corpus);
  BOOST_CHECK_EQUAL(machine.class_count(), 3);
  BOOST_CHECK_EQUAL(machine.decision_values({}).size(), 3);
  BOOST_CHECK_EQUAL(machine.predict(Words{"good"}), 2);
  BOOST_CHECK_EQUAL(machine.predict(Words{"bad", "bad"}), 0);
  BOOST_CHECK_EQUAL(trained(kFilms).class_count(), 2);
}

// Texts of random words, of which the first tell the classes.
Corpus random_corpus(std::uint32_t class_count) {
  Corpus corpus{{}, {}, class_count};
  auto random = stream(1, "texts", 0);
  for (std::uint32_t i = 0; i < 300; ++i) {
    Words words{"class" + std::to_string(random.below(5) == 0 ? 0 : i % class_count)};
    for (int k = 0; k < 20; ++k) words.push_back(std::to_string(random.below(100)));
    corpus.texts.push_back(words);
    corpus.classes.push_back(i % class_count);
  }
  return corpus;
}

BOOST_AUTO_TEST_CASE(depends_on_its_arguments_only) {
  for (const std::uint32_t class_count : {2, 3}) {
    const auto corpus = random_corpus(class_count);
    std::srand(1);
    const auto expected = with_threads(1, [&] { return trained(corpus); });
    for (const int threads : {2, 8}) {
      std::srand(static_cast<unsigned>(threads));
      const auto found = with_threads(threads, [&] { return trained(corpus); });
      for (const auto& text : corpus.texts)
        BOOST_CHECK(found.decision_values(text) == expected.decision_values(text));
    }
  }
}

BOOST_AUTO_TEST_CASE(trains_by_texts_without_words_too) {
  const auto machine = trained({{{}, {"good"}, {"bad"}, {}}, {0, 1, 0, 1}});
  BOOST_CHECK_EQUAL(machine.predict(Words{"bad"}), 0);
  BOOST_CHECK_EQUAL(machine.predict(Words{"good"}), 1);
}

BOOST_AUTO_TEST_CASE(refuses_what_it_cannot_learn_from) {
  BOOST_CHECK_THROW(trained({}), UsageError);
  BOOST_CHECK_THROW(trained({{{}, {}}, {0, 1}}), UsageError);           // no words
  BOOST_CHECK_THROW(trained({{{"a"}, {"b"}}, {1, 1}}), UsageError);     // one class only
  BOOST_CHECK_THROW(trained({{{"a"}, {"b"}}, {0, 0}, 1}), UsageError);  // not even another
  BOOST_CHECK_THROW(trained({{{"a"}, {"b"}}, {0, 2}, 3}), UsageError);  // none of class 1
  BOOST_CHECK_THROW(trained({{{"a"}, {"b"}}, {0, 2}}), UsageError);     // out of range
  BOOST_CHECK_THROW(trained({{{"a"}, {"b"}}, {0, 1, 1}}), UsageError);  // no text for a class
}

BOOST_AUTO_TEST_CASE(refuses_options_out_of_range) {
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {0.0, -1.0, nan, std::numeric_limits<double>::infinity()}) {
    BOOST_CHECK_THROW(trained(kFilms, {.c = bad}), UsageError);
    BOOST_CHECK_THROW(trained(kFilms, {.alpha = bad}), UsageError);
  }
  for (const double bad : {-0.1, 1.1, nan})
    BOOST_CHECK_THROW(trained(kFilms, {.beta = bad}), UsageError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
