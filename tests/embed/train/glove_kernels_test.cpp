#include "embed/train/glove_kernels.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/random.h"
#include "embed/train/glove_model.h"
#include "embed/train/hogwild_kernels.h"
#include "tests/support/instruction_sets.h"
#include "tests/support/reference_glove.h"
#include "tests/support/rows.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(glove_kernels)

namespace data = boost::unit_test::data;

using test::Forced;
using test::kSets;
using test::ReferenceRow;

constexpr WordId kWords = 7;

// All words in one part.
GloveModel random_model(std::size_t dim) {
  auto model = GloveModel::initial({kWords, 0}, dim, 3);
  auto random = stream(1, "GloVe model", dim);
  // Products of about the size of logarithms of counts.
  const auto scale = 2 / std::sqrt(std::sqrt(static_cast<float>(dim)));
  for (auto* parameters : {&model.words, &model.contexts}) {
    for (WordId word = 0; word < kWords; ++word) {
      test::fill(parameters->vector(word), scale, random);
      for (float& square : parameters->vector_squares(word)) square = 1 + 3 * random.uniform();
      parameters->bias(word) = 2 * random.uniform() - 1;
      parameters->bias_square(word) = 1 + random.uniform();
    }
  }
  return model;
}

std::vector<ReferenceRow> rows_of(const GloveParameters& parameters) {
  std::vector<ReferenceRow> rows;
  for (WordId word = 0; word < kWords; ++word) {
    const auto vector = parameters.vector(word);
    const auto squares = parameters.vector_squares(word);
    rows.push_back({{vector.begin(), vector.end()},
                    parameters.bias(word),
                    {squares.begin(), squares.end()},
                    parameters.bias_square(word)});
  }
  return rows;
}

std::vector<TileEntry> random_entries(std::size_t size) {
  auto random = stream(1, "GloVe entries", size);
  std::vector<TileEntry> entries;
  for (std::size_t i = 0; i < size; ++i) {
    entries.push_back({static_cast<std::uint16_t>(random.below(kWords)),
                       static_cast<std::uint16_t>(random.below(kWords)),
                       std::exp(8 * random.uniform() - 2)});
  }
  return entries;
}

GloveOptions test_options() {
  GloveOptions options;
  options.x_max = 50;
  return options;
}

GloveRates rates_of(const GloveOptions& options) {
  return {static_cast<float>(options.x_max), static_cast<float>(options.weight_exponent),
          static_cast<float>(options.eta), static_cast<float>(options.clip)};
}

double largest_difference(const GloveParameters& parameters,
                          const std::vector<ReferenceRow>& expected) {
  double largest = 0;
  const auto compare = [&](double found, double wanted) {
    largest = std::max(largest, std::abs(found - wanted) / std::max(1.0, std::abs(wanted)));
  };
  for (WordId word = 0; word < kWords; ++word) {
    for (std::size_t i = 0; i < parameters.dim(); ++i) {
      compare(parameters.vector(word)[i], expected[word].values[i]);
      compare(parameters.vector_squares(word)[i], expected[word].squares[i]);
    }
    compare(parameters.bias(word), expected[word].bias);
    compare(parameters.bias_square(word), expected[word].bias_square);
  }
  return largest;
}

void check_padding(GloveParameters& parameters, std::size_t one_at) {
  const auto [rows, stride] = parameters.part(0);
  for (std::size_t i = 0; i < kWords; ++i) {
    const std::span values(rows + i * 2 * stride, stride);
    BOOST_CHECK_EQUAL(values[one_at], 1.0f);
    BOOST_CHECK(test::all_zero(values.subspan(parameters.dim() + 2)));
  }
}

BOOST_DATA_TEST_CASE(steps_agree_with_the_reference,
                     kSets* data::make({1, 13, 14, 15, 30, 100, 126, 127, 300}), set, dim) {
  const Forced forced(set, hogwild_instruction_set);
  for (const std::size_t size : {0, 1, 2, 15, 16, 63, 64, 65, 200}) {
    BOOST_TEST_CONTEXT(size << " entries") {
      const auto options = test_options();
      auto model = random_model(static_cast<std::size_t>(dim));
      auto words = rows_of(model.words);
      auto contexts = rows_of(model.contexts);
      const auto entries = random_entries(size);
      double expected = 0;
      for (const auto& [word, context, count] : entries) {
        expected += test::glove_step(words[word], contexts[context], count, options);
      }
      const auto loss =
          train_glove_tile(entries, model.words.part(0), model.contexts.part(0), rates_of(options));
      BOOST_CHECK_SMALL(loss - expected, 1e-4 * expected + 1e-12);
      BOOST_CHECK_LT(largest_difference(model.words, words), 1e-4);
      BOOST_CHECK_LT(largest_difference(model.contexts, contexts), 1e-4);
      check_padding(model.words, static_cast<std::size_t>(dim) + 1);
      check_padding(model.contexts, static_cast<std::size_t>(dim));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_gradient_is_that_of_the_loss) {
  const auto options = test_options();
  const auto model = random_model(20);
  for (const double count : {0.01, 1.0, 49.0, 51.0, 1e5}) {
    auto word = rows_of(model.words)[1];
    auto context = rows_of(model.contexts)[2];
    const auto gradient = test::glove_gradient(word, context, count, options);
    const auto check = [&](double& variable, double expected) {
      constexpr double kStep = 1e-5;
      const double here = variable;
      variable = here + kStep;
      const double above = test::glove_loss(word, context, count, options);
      variable = here - kStep;
      const double below = test::glove_loss(word, context, count, options);
      variable = here;
      BOOST_CHECK_SMALL((above - below) / (2 * kStep) - expected, 1e-7 * (1 + std::abs(expected)));
    };
    for (std::size_t i = 0; i < word.values.size(); ++i) {
      check(word.values[i], gradient.word[i]);
      check(context.values[i], gradient.context[i]);
    }
    check(word.bias, gradient.bias);
    check(context.bias, gradient.bias);
  }
}

BOOST_DATA_TEST_CASE(large_gradients_are_clipped, kSets, set) {
  const Forced forced(set, hogwild_instruction_set);
  auto options = test_options();
  options.clip = 0.01;
  auto model = random_model(30);
  auto words = rows_of(model.words);
  auto contexts = rows_of(model.contexts);
  const std::vector<TileEntry> entries{{0, 1, 1e6f}, {1, 1, 1e-3f}};
  for (const auto& [word, context, count] : entries) {
    test::glove_step(words[word], contexts[context], count, options);
  }
  train_glove_tile(entries, model.words.part(0), model.contexts.part(0), rates_of(options));
  BOOST_CHECK_LT(largest_difference(model.words, words), 1e-6);
  BOOST_CHECK_LT(largest_difference(model.contexts, contexts), 1e-6);
}

BOOST_DATA_TEST_CASE(a_value_that_is_not_finite_shows_in_the_loss, kSets, set) {
  const Forced forced(set, hogwild_instruction_set);
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    auto model = random_model(30);
    model.contexts.vector(2)[29] = bad;
    const std::vector<TileEntry> entries{{0, 1, 3}, {0, 2, 3}};
    BOOST_CHECK(!std::isfinite(train_glove_tile(entries, model.words.part(0),
                                                model.contexts.part(0), rates_of(test_options()))));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
