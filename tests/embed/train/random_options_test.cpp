// Thousands of small runs with options drawn at random: whatever the options, numbers stay finite
// and counts are conserved, or training says that it diverged.
#include <algorithm>
#include <cmath>
#include <string>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/draw.h"
#include "tests/support/glove.h"
#include "tests/support/sanitized.h"
#include "tests/support/training.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(random_options)

constexpr int kRuns = test::kSanitized ? 150 : 1500;

std::string draw_text(test::Draw& draw) {
  return test::random_text(static_cast<std::size_t>(draw.whole_between(1, 60)),
                           static_cast<std::size_t>(draw.whole_between(1, 40)),
                           static_cast<std::uint32_t>(draw.whole_between(1, 100)));
}

Word2VecOptions draw_word2vec(test::Draw& draw) {
  Word2VecOptions options;
  options.model = draw.one_of({Word2VecModel::kSkipGram, Word2VecModel::kCbow});
  options.loss = draw.one_of({Loss::kNegativeSampling, Loss::kHierarchicalSoftmax});
  options.sharing = draw.one_of({Sharing::kBlock, Sharing::kBlock, Sharing::kNone});
  options.updates = draw.one_of({Updates::kHogwild, Updates::kLockstep});
  options.window_size = draw.one_of({WindowSize::kDrawn, WindowSize::kFixed});
  options.dim = draw.one_of({1, 2, 3, 15, 16, 17, 33, 100, 257});
  options.window = draw.whole_between(1, 100);
  options.negative = draw.whole_between(1, 40);
  options.noise_exponent = draw.one_of({-1.0, 0.0, 0.75, 1.0, 3.0});
  options.sample = draw.one_of({0.0, 1e-5, 1e-3, 1.0});
  options.epochs = draw.whole_between(1, 4);
  options.alpha = draw.between(1e-4, 20);
  options.seed = static_cast<std::uint64_t>(draw.whole_between(1, 1000));
  options.threads = draw.one_of({1, 1, 2});
  if (draw.coin()) options.block = draw.whole_between(1, 64);
  if (draw.coin()) options.shared_negatives = draw.whole_between(1, 60);
  return options;
}

// The longest row.
double longest(const Matrix& matrix) {
  const auto norms = row_norms(matrix);
  return norms.empty() ? 0 : std::ranges::max(norms);
}

void check_word2vec(const Corpus& corpus, const Word2VecOptions& options,
                    const Word2VecState& state) {
  BOOST_CHECK(test::all_finite(state.input));
  BOOST_CHECK(test::all_finite(state.output));
  for (const auto& epoch : state.epochs) {
    BOOST_CHECK(std::isfinite(epoch.loss));
    // Where all noise is the target and left out again, what is left of the sums is their rounding.
    BOOST_CHECK_GE(epoch.loss, -0.01 * static_cast<double>(epoch.pairs));
    BOOST_CHECK_EQUAL(epoch.words, corpus.ids.words());
    BOOST_CHECK_LE(epoch.pairs,
                   corpus.ids.words() * 2 * static_cast<std::uint64_t>(options.window));
  }
  // No row takes more steps than there are pairs, and none of them is longer than the rate times
  // the other's length; at usual rates they stay near 1.
  if (options.alpha <= 0.05 && !options.block && !options.shared_negatives) {
    BOOST_CHECK_LT(longest(state.input), 20);
    BOOST_CHECK_LT(longest(state.output), 20);
  }
}

BOOST_AUTO_TEST_CASE(word2vec_ends_in_finite_numbers_or_says_that_it_diverged) {
  int results = 0;
  for (int run = 0; run < kRuns; ++run) {
    test::Draw draw(run);
    const auto corpus = test::corpus_of(draw_text(draw));
    const auto options = draw_word2vec(draw);
    BOOST_TEST_CONTEXT("run " << run) {
      try {
        check_word2vec(corpus, options,
                       train_word2vec(corpus.ids, corpus.vocabulary, options,
                                      Word2VecState::initial(corpus.vocabulary, options)));
        ++results;
      } catch (const NumericError& error) {
        BOOST_CHECK(test::says("training diverged; try --alpha")(error));
        // Only at high rates, in blocks that were asked for, or with extremely wide windows.
        BOOST_CHECK(options.initial_alpha() > 0.05 || options.block || options.shared_negatives ||
                    options.window >= 50);
      } catch (const FormatError& error) {
        BOOST_CHECK(test::says("no sentence of the text has two words")(error));
      }
    }
  }
  BOOST_CHECK_GT(results, kRuns / 3);
}

GloveOptions draw_glove(test::Draw& draw) {
  GloveOptions options;
  options.dim = draw.one_of({1, 2, 15, 16, 17, 100});
  options.epochs = draw.whole_between(1, 8);
  options.eta = draw.between(1e-4, 100);
  options.x_max = draw.between(0.1, 1000);
  options.weight_exponent = draw.one_of({0.0, 0.75, 1.0, 10.0});
  options.clip = draw.between(1e-3, 1e6);
  options.threads = draw.one_of({1, 2});
  return options;
}

BOOST_AUTO_TEST_CASE(glove_ends_in_finite_numbers_or_says_that_it_diverged) {
  int results = 0;
  for (int run = 0; run < kRuns; ++run) {
    test::Draw draw(run);
    const auto corpus = test::corpus_of(draw_text(draw));
    const auto options = draw_glove(draw);
    BOOST_TEST_CONTEXT("run " << run) {
      try {
        const auto tiles = test::tiles_of(corpus, static_cast<std::size_t>(options.dim),
                                          draw.whole_between(1, 100));
        const auto model = test::train(tiles, corpus, options);
        for (const auto loss : model.losses) BOOST_CHECK(std::isfinite(loss) && loss >= 0);
        for (const auto* parameters : {&model.words, &model.contexts}) {
          for (WordId word = 0; word < corpus.vocabulary.size(); ++word) {
            BOOST_CHECK(test::all_finite(parameters->vector(word)));
            BOOST_CHECK(test::all_finite(parameters->vector_squares(word)));
            BOOST_CHECK(std::isfinite(parameters->bias(word)));
          }
        }
        ++results;
      } catch (const NumericError& error) {
        BOOST_CHECK(test::says("training diverged; try --eta")(error));
        BOOST_CHECK_GT(options.eta, 0.05);
      } catch (const FormatError& error) {
        BOOST_CHECK(test::says("no two words of the text occur near each other")(error));
      }
    }
  }
  BOOST_CHECK_GT(results, kRuns / 3);
}

// A result, or a clear error.
void check_extreme(const std::string& text, const Word2VecOptions& options) {
  const auto corpus = test::corpus_of(text);
  try {
    check_word2vec(corpus, options,
                   train_word2vec(corpus.ids, corpus.vocabulary, options,
                                  Word2VecState::initial(corpus.vocabulary, options)));
  } catch (const NumericError& error) {
    BOOST_CHECK(test::says("training diverged; try --alpha")(error));
    BOOST_CHECK(options.initial_alpha() >= 1 || options.window >= 100);
  } catch (const FormatError& error) {
    BOOST_CHECK(test::says("no sentence of the text has two words")(error));
  }
}

BOOST_AUTO_TEST_CASE(extreme_settings_end_in_a_result_or_a_clear_error) {
  for (const auto& mode : test::kAllModes) {
    for (const auto sharing : {Sharing::kBlock, Sharing::kNone}) {
      for (const auto updates : {Updates::kHogwild, Updates::kLockstep}) {
        for (const auto& text : {std::string("a\n"), std::string("a a a a\n"), std::string("a b\n"),
                                 test::one_sentence(1001), test::random_text(20, 10, 20)}) {
          auto options = test::training_options({mode, sharing});
          options.updates = updates;
          const auto with = [&](auto change) {
            auto changed = options;
            change(changed);
            BOOST_TEST_CONTEXT(mode << ", sharing " << enum_name(sharing) << ", updates "
                                    << enum_name(updates) << ", dim " << changed.dim << ", window "
                                    << changed.window << ", alpha " << changed.initial_alpha()
                                    << ", noise exponent " << changed.noise_exponent << ", text "
                                    << text.substr(0, 10)) {
              check_extreme(text, changed);
            }
          };
          with([](auto& o) { o.dim = 1; });
          with([](auto& o) { o.dim = 4096, o.epochs = 1; });
          with([](auto& o) { o.window = 1; });
          with([](auto& o) { o.window = 100; });
          with([](auto& o) { o.window = 10'000; });
          with([](auto& o) { o.alpha = 10; });
          with([](auto& o) { o.alpha = 1e6; });
          with([](auto& o) { o.alpha = 1e-12; });
          with([](auto& o) { o.noise_exponent = -10; });
          with([](auto& o) { o.noise_exponent = 10; });
          with([](auto& o) { o.sample = 1e-12; });
        }
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
