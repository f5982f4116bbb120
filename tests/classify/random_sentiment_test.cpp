// Hundreds of small networks with options drawn at random: whatever the options, numbers stay
// finite and texts are counted, or training says that it diverged.
#include <cmath>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/draw.h"
#include "tests/support/sanitized.h"
#include "tests/support/small_sentiment.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(random_sentiment)

constexpr int kRuns = test::kSanitized ? 60 : 1000;

constexpr double kUsualRate = 0.01;

SentimentOptions draw_options(test::Draw& draw) {
  SentimentOptions options;
  auto& network = options.network;
  network.cell = draw.one_of({Cell::kRnn, Cell::kGru, Cell::kLstm});
  network.units = draw.one_of({1, 2, 15, 16, 17, 33});
  network.layers = draw.one_of({1, 1, 2, 3});
  network.bidirectional = draw.coin();
  network.peepholes = network.cell == Cell::kLstm && draw.coin();
  if (draw.coin())
    network.readouts = {
        draw.one_of({Readout::kLast, Readout::kMean, Readout::kMax, Readout::kAttention})};
  for (double* share : {&options.dropout.words, &options.dropout.inputs, &options.dropout.states,
                        &options.dropout.features}) {
    *share = draw.one_of({0.0, 0.1, 0.5, 0.999});
  }
  auto& optimizer = options.optimizer;
  optimizer.kind = draw.one_of({OptimizerKind::kSgd, OptimizerKind::kAdam, OptimizerKind::kAdamW});
  optimizer.rate = draw.between(1e-5, 1e4);
  optimizer.momentum = draw.one_of({0.0, 0.9, 0.999});
  optimizer.beta2 = draw.one_of({0.0, 0.9, 0.999});
  optimizer.weight_decay = draw.one_of({0.0, 0.0, 0.01, 1.0});
  optimizer.clip_norm = draw.one_of({0.0, 1e-3, 1.0, 1e6});
  optimizer.clip_value = draw.one_of({0.0, 0.0, 0.1});
  optimizer.schedule =
      draw.one_of({Schedule::kConstant, Schedule::kLinear, Schedule::kCosine, Schedule::kPlateau});
  optimizer.warmup = draw.one_of({0.0, 0.05, 0.9});
  options.label_smoothing = draw.one_of({0.0, 0.1, 0.99});
  options.epochs = draw.whole_between(1, 5);
  options.batch = draw.whole_between(1, 100);
  options.frozen_epochs = draw.one_of({-1, 0, 1, 3});
  options.patience = draw.one_of({0, 1, 3});
  options.seed = static_cast<std::uint64_t>(draw.whole_between(1, 1000));
  return options;
}

void check_trained(const SentimentModel& model, const TrainedSentiment& trained,
                   const SentimentOptions& options) {
  BOOST_CHECK(test::all_finite(model.parameters));
  BOOST_CHECK(test::all_finite(model.vectors));
  BOOST_CHECK_GE(trained.epochs.size(), 1);
  BOOST_CHECK_LE(trained.epochs.size(), static_cast<std::size_t>(options.epochs));
  BOOST_CHECK_LT(trained.best_epoch, trained.epochs.size());
  for (const auto& epoch : trained.epochs) {
    for (const double loss : {epoch.train_loss, epoch.validation_loss, epoch.gradient_norm}) {
      BOOST_CHECK(std::isfinite(loss) && loss >= 0);
    }
    for (const double share :
         {epoch.train_accuracy, epoch.validation_accuracy, epoch.clipped_steps}) {
      BOOST_CHECK(share >= 0 && share <= 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(training_ends_in_finite_numbers_or_says_that_it_diverged) {
  int results = 0;
  for (int run = 0; run < kRuns; ++run) {
    test::Draw draw(run);
    const auto options = draw_options(draw);
    const auto classes = static_cast<std::uint32_t>(draw.whole_between(2, 5));
    const auto texts = [&](std::uint64_t seed) {
      const auto count = static_cast<std::size_t>(draw.whole_between(1, 100));
      return test::random_texts(count, seed, classes, test::kSmallWords + 1);
    };
    const auto train = texts(1);
    const auto validation = texts(2);
    auto model = test::small_sentiment(options, classes);
    BOOST_TEST_CONTEXT("run " << run) {
      try {
        const auto trained = train_sentiment(train, validation, options, model);
        check_trained(model, trained, options);
        ++results;
      } catch (const NumericError& error) {
        BOOST_CHECK(
            test::says("training diverged: the loss is too high or not finite; try --rate")(error));
        // Only at high rates, or where Adam divides by the last gradient alone, which may be tiny.
        BOOST_CHECK(options.optimizer.rate > kUsualRate || options.optimizer.beta2 == 0);
      }
    }
  }
  BOOST_CHECK_GT(results, kRuns / 3);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
