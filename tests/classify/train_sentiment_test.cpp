#include "classify/train_sentiment.h"

#include <algorithm>
#include <limits>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "common/parallel.h"
#include "tests/support/embeddings.h"
#include "tests/support/rows.h"
#include "tests/support/small_sentiment.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(train_sentiment_model)

namespace data = boost::unit_test::data;

// Quick and without dropout; the rate is the same at all steps, so that the number of epochs does
// not change the first of them.
SentimentOptions quick_options() {
  SentimentOptions options;
  options.network = {.units = 8, .bidirectional = false};
  options.dropout = {0, 0, 0, 0};
  options.optimizer.rate = 0.02;
  options.optimizer.schedule = Schedule::kConstant;
  options.optimizer.warmup = 0;
  options.epochs = 3;
  options.batch = 10;
  options.patience = 0;
  return options;
}

// Texts of which any model classifies exactly half rightly, so that the loss decides.
EncodedTexts undecidable_texts() {
  EncodedTexts texts;
  for (const std::uint32_t text_class : {0, 1}) texts.add(std::vector<WordId>{1, 2}, text_class);
  return texts;
}

struct Trained {
  SentimentModel model;
  TrainedSentiment result;
};

Trained train(const EncodedTexts& texts, const EncodedTexts& validation,
              const SentimentOptions& options, std::size_t classes = 2,
              const Monitor& monitor = {}) {
  auto model = test::small_sentiment(options, classes);
  auto result = train_sentiment(texts, validation, options, model, monitor);
  return {std::move(model), std::move(result)};
}

// The share of texts whose highest logit is that of their class.
double accuracy(const SentimentModel& model, const EncodedTexts& texts) {
  const auto logits = compute_logits(model.network, model.parameters, model.vectors, texts);
  const auto classes = model.network.classes();
  double right = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto* own = logits.data() + i * classes;
    right += std::max_element(own, own + classes) - own == texts.text_class(i) ? 1 : 0;
  }
  return right / static_cast<double>(texts.size());
}

bool same_row(MatrixView a, MatrixView b, std::size_t row) {
  return std::ranges::equal(a.row(row), b.row(row));
}

bool same_model(const SentimentModel& a, const SentimentModel& b) {
  return a.parameters == b.parameters && test::same_bits(a.vectors, b.vectors);
}

// The first epoch with the highest accuracy, and of those with the lowest loss.
std::vector<SentimentEpoch>::const_iterator best_of(const std::vector<SentimentEpoch>& epochs) {
  return std::ranges::max_element(epochs, [](const SentimentEpoch& a, const SentimentEpoch& b) {
    return std::pair(a.validation_accuracy, -a.validation_loss) <
           std::pair(b.validation_accuracy, -b.validation_loss);
  });
}

const auto kCells = data::make(kEnumNames<Cell>);

BOOST_DATA_TEST_CASE(memorises_random_labels, kCells, cell) {
  auto options = quick_options();
  options.network.cell = *enum_from_name<Cell>(cell);
  options.epochs = 60;
  const auto texts = test::random_texts(50, 1);
  const auto [model, result] = train(texts, texts, options);
  BOOST_REQUIRE_EQUAL(result.epochs.size(), 60);
  BOOST_CHECK(!result.interrupted);
  BOOST_CHECK_LE(result.epochs.front().train_accuracy, 0.8);
  BOOST_CHECK_EQUAL(result.epochs.back().train_accuracy, 1);
  BOOST_CHECK_LE(result.epochs.back().train_loss, 0.05);
  BOOST_CHECK_EQUAL(result.epochs.back().validation_accuracy, 1);
  BOOST_CHECK_EQUAL(accuracy(model, texts), 1);
}

// Batches of four shards, with all that is random.
SentimentOptions full_options() {
  auto options = quick_options();
  options.network = {.units = 8, .layers = 2, .readouts = {Readout::kAttention, Readout::kMax}};
  options.dropout = {.words = 0.1, .inputs = 0.2, .states = 0.2, .features = 0.3};
  options.label_smoothing = 0.1;
  options.batch = 100;
  return options;
}

BOOST_AUTO_TEST_CASE(gives_the_same_bits_with_any_number_of_threads) {
  const auto texts = test::random_texts(330, 1, 3);
  const auto validation = test::random_texts(70, 2, 3);
  const auto with = [&](int threads) {
    return with_threads(threads, [&] { return train(texts, validation, full_options(), 3); });
  };
  const auto expected = with(1);
  for (const int threads : {2, 3, 8}) {
    const auto found = with(threads);
    BOOST_CHECK(same_model(found.model, expected.model));
    BOOST_CHECK_EQUAL(found.result.best_epoch, expected.result.best_epoch);
    BOOST_REQUIRE_EQUAL(found.result.epochs.size(), expected.result.epochs.size());
    for (std::size_t i = 0; i < expected.result.epochs.size(); ++i) {
      const auto& a = found.result.epochs[i];
      const auto& b = expected.result.epochs[i];
      BOOST_CHECK_EQUAL(a.train_loss, b.train_loss);
      BOOST_CHECK_EQUAL(a.train_accuracy, b.train_accuracy);
      BOOST_CHECK_EQUAL(a.validation_loss, b.validation_loss);
      BOOST_CHECK_EQUAL(a.validation_accuracy, b.validation_accuracy);
      BOOST_CHECK_EQUAL(a.gradient_norm, b.gradient_norm);
    }
  }
}

BOOST_AUTO_TEST_CASE(depends_on_the_seed) {
  const auto texts = test::random_texts(150, 1);
  auto options = full_options();
  options.epochs = 1;
  auto model = test::small_sentiment(options);
  auto other = model;
  train_sentiment(texts, texts, options, model);
  options.seed = 2;
  train_sentiment(texts, texts, options, other);
  BOOST_CHECK(model.parameters != other.parameters);
  BOOST_CHECK(!test::same_bits(model.vectors, other.vectors));
}

BOOST_AUTO_TEST_CASE(leaves_frozen_vectors_alone) {
  const auto texts = test::random_texts(50, 1);
  auto options = quick_options();
  const auto start = test::small_sentiment(options);
  for (const int frozen : {-1, options.epochs, 100}) {
    options.frozen_epochs = frozen;
    const auto trained = train(texts, texts, options);
    BOOST_CHECK(test::same_bits(trained.model.vectors, start.vectors));
    BOOST_CHECK(trained.model.parameters != start.parameters);
  }
}

BOOST_AUTO_TEST_CASE(tunes_the_vectors_of_the_words_that_occur) {
  constexpr WordId kUsed = 30;
  const auto texts = test::random_texts(50, 1, 2, kUsed);
  auto options = quick_options();
  options.optimizer.weight_decay = 0.1;
  const auto start = test::small_sentiment(options);
  for (const bool dropped : {false, true}) {
    options.dropout.words = dropped ? 0.3 : 0;
    const auto trained = train(texts, texts, options);
    for (WordId word = 0; word < test::kSmallWords; ++word) {
      BOOST_CHECK_EQUAL(same_row(trained.model.vectors, start.vectors, word), word >= kUsed);
    }
    // Dropped words are unknown ones.
    BOOST_CHECK_EQUAL(same_row(trained.model.vectors, start.vectors, test::kSmallWords), !dropped);
    BOOST_CHECK(test::padding_is_zero(trained.model.vectors));
  }
}

BOOST_AUTO_TEST_CASE(thaws_frozen_vectors) {
  const auto texts = test::random_texts(50, 1);
  auto options = quick_options();
  options.frozen_epochs = 2;
  options.epochs = 20;
  const auto trained = train(texts, texts, options);
  BOOST_REQUIRE_GE(trained.result.best_epoch, 2);
  BOOST_CHECK(!test::same_bits(trained.model.vectors, test::small_sentiment(options).vectors));
  // Until then, the epochs are as if they stayed frozen.
  options.frozen_epochs = -1;
  const auto frozen = train(texts, texts, options);
  for (const std::size_t epoch : {0, 1}) {
    BOOST_CHECK_EQUAL(trained.result.epochs[epoch].validation_loss,
                      frozen.result.epochs[epoch].validation_loss);
  }
  BOOST_CHECK_NE(trained.result.epochs[2].validation_loss, frozen.result.epochs[2].validation_loss);
}

BOOST_AUTO_TEST_CASE(keeps_the_best_epoch) {
  const auto texts = test::random_texts(50, 1);
  const auto validation = test::random_texts(40, 2);
  std::size_t best_before_last = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    auto options = quick_options();
    options.seed = seed;
    options.epochs = 6;
    const auto [model, result] = train(texts, validation, options);
    const auto best = best_of(result.epochs);
    BOOST_CHECK_EQUAL(result.best_epoch, best - result.epochs.begin());
    BOOST_CHECK_EQUAL(accuracy(model, validation), best->validation_accuracy);
    best_before_last += result.best_epoch + 1 < result.epochs.size() ? 1 : 0;
    // The same as training no longer.
    options.epochs = static_cast<int>(result.best_epoch) + 1;
    BOOST_CHECK(same_model(model, train(texts, validation, options).model));
  }
  BOOST_CHECK_GE(best_before_last, 1);
}

// Also when the word vectors were frozen in that epoch and changed later.
BOOST_DATA_TEST_CASE(keeps_the_vectors_of_the_best_epoch, data::make({-1, 0, 1, 2, 3}), frozen) {
  const auto texts = test::random_texts(50, 1);
  auto options = quick_options();
  options.frozen_epochs = frozen;
  const auto longer = train(texts, undecidable_texts(), options);
  BOOST_CHECK_EQUAL(longer.result.epochs.size(), 3);
  const auto best = best_of(longer.result.epochs) - longer.result.epochs.begin();
  BOOST_CHECK_EQUAL(longer.result.best_epoch, best);
  options.epochs = static_cast<int>(best) + 1;
  const auto first = train(texts, undecidable_texts(), options);
  BOOST_CHECK(longer.model.parameters == first.model.parameters);
  BOOST_CHECK(test::same_bits(longer.model.vectors, first.model.vectors));
}

BOOST_AUTO_TEST_CASE(ends_when_patience_does) {
  const auto texts = test::random_texts(50, 1);
  auto options = quick_options();
  options.epochs = 100;
  for (const std::size_t patience : {1, 3}) {
    options.patience = static_cast<int>(patience);
    const auto trained = train(texts, undecidable_texts(), options);
    BOOST_CHECK_EQUAL(trained.result.epochs.size(), trained.result.best_epoch + 1 + patience);
    BOOST_CHECK(!trained.result.interrupted);
  }
}

BOOST_AUTO_TEST_CASE(goes_by_the_schedule) {
  const auto texts = test::random_texts(45, 1);
  auto options = quick_options();
  options.optimizer.schedule = Schedule::kLinear;
  options.optimizer.warmup = 0.25;
  const auto trained = train(texts, texts, options);
  for (std::size_t epoch = 0; epoch < 3; ++epoch) {
    // Five steps an epoch.
    BOOST_CHECK_EQUAL(trained.result.epochs[epoch].learning_rate,
                      scheduled_rate(options.optimizer, 5 * epoch + 4, 15));
  }
}

BOOST_AUTO_TEST_CASE(halves_the_rate_at_plateaus) {
  auto options = quick_options();
  options.optimizer.schedule = Schedule::kPlateau;
  options.epochs = 12;
  const auto trained = train(test::random_texts(50, 1), test::random_texts(50, 2), options);
  auto rate = options.optimizer.rate;
  auto lowest = std::numeric_limits<double>::infinity();
  for (const auto& epoch : trained.result.epochs) {
    BOOST_CHECK_EQUAL(epoch.learning_rate, rate);
    if (epoch.validation_loss >= lowest) rate /= 2;
    lowest = std::min(lowest, epoch.validation_loss);
  }
  BOOST_CHECK_LT(rate, options.optimizer.rate);
}

BOOST_AUTO_TEST_CASE(counts_the_steps_that_it_clips) {
  const auto texts = test::random_texts(50, 1);
  auto options = quick_options();
  options.epochs = 1;
  const auto epoch = [&](double limit) {
    options.optimizer.clip_norm = limit;
    return train(texts, texts, options).result.epochs[0];
  };
  const auto never = epoch(0);
  BOOST_CHECK_EQUAL(never.clipped_steps, 0);
  BOOST_CHECK_GT(never.gradient_norm, 0);
  BOOST_CHECK_EQUAL(epoch(1e6).clipped_steps, 0);
  BOOST_CHECK_EQUAL(epoch(1e6).train_loss, never.train_loss);
  BOOST_CHECK_EQUAL(epoch(1e-6).clipped_steps, 1);
}

BOOST_DATA_TEST_CASE(reports_a_loss_that_is_not_finite, kCells, cell) {
  const auto texts = test::random_texts(50, 1);
  for (const bool all : {false, true}) {
    auto options = quick_options();
    options.network.cell = *enum_from_name<Cell>(cell);
    auto model = test::small_sentiment(options);
    auto vectors = copy_of(model.vectors);
    for (WordId word = 0; word < (all ? test::kSmallWords : 1); ++word) {
      std::ranges::fill(vectors.row(word), std::numeric_limits<float>::quiet_NaN());
    }
    model.vectors = std::move(vectors);
    BOOST_CHECK_EXCEPTION(
        train_sentiment(texts, texts, options, model), NumericError,
        test::says("training diverged: the loss is too high or not finite; try --rate 0.002"));
  }
}

// Asks for a stop as soon as more than so many words have been trained on.
Trained train_until(std::size_t words, const EncodedTexts& texts, const SentimentOptions& options) {
  std::stop_source source;
  const Monitor monitor{.on_progress =
                            [&](const Progress& progress) {
                              if (progress.done >= words) source.request_stop();
                            },
                        .stop = source.get_token()};
  return train(texts, undecidable_texts(), options, 2, monitor);
}

BOOST_AUTO_TEST_CASE(is_interrupted_before_the_first_epoch_ends) {
  BOOST_CHECK_THROW(train_until(0, test::random_texts(50, 1), quick_options()), Interrupted);
}

BOOST_AUTO_TEST_CASE(returns_what_there_is_when_it_is_interrupted_later) {
  const auto texts = test::random_texts(50, 1);
  auto options = quick_options();
  // Reports are not sent at every step, so the stop comes in some later epoch.
  options.epochs = 1'000'000;
  const auto stopped = train_until(texts.words() + 1, texts, options);
  BOOST_CHECK(stopped.result.interrupted);
  BOOST_CHECK_GE(stopped.result.epochs.size(), 1);
  BOOST_CHECK_LT(stopped.result.epochs.size(), 1'000'000);
  options.epochs = static_cast<int>(stopped.result.best_epoch) + 1;
  BOOST_CHECK(same_model(stopped.model, train(texts, undecidable_texts(), options).model));
}

BOOST_AUTO_TEST_CASE(reports_its_progress) {
  const auto texts = test::random_texts(50, 1);
  std::vector<Progress> reports;
  const Monitor monitor{
      .on_progress = [&](const Progress& progress) { reports.push_back(progress); }, .stop = {}};
  train(texts, texts, quick_options(), 2, monitor);
  BOOST_REQUIRE_GE(reports.size(), 2);
  BOOST_CHECK_EQUAL(reports.front().done, 0);
  BOOST_CHECK_EQUAL(reports.back().done, 3 * texts.words());
  for (const auto& report : reports) {
    BOOST_CHECK_EQUAL(report.stage, "training");
    BOOST_CHECK_EQUAL(report.unit, "words");
    BOOST_CHECK_EQUAL(report.total, 3 * texts.words());
  }
}

BOOST_AUTO_TEST_CASE(needs_texts) {
  const auto texts = test::random_texts(3, 1);
  const auto says = test::says("training needs texts to train on and texts to validate with");
  BOOST_CHECK_EXCEPTION(train({}, texts, quick_options()), UsageError, says);
  BOOST_CHECK_EXCEPTION(train(texts, {}, quick_options()), UsageError, says);
}

// Of options that are good but for what `spoil` does to them.
template <class F>
void check_refused(F&& spoil, const std::string& message) {
  auto options = quick_options();
  spoil(options);
  BOOST_CHECK_EXCEPTION(options.validate(), UsageError, test::says(message));
  auto model = test::small_sentiment(quick_options());
  const auto texts = test::random_texts(3, 1);
  BOOST_CHECK_EXCEPTION(train_sentiment(texts, texts, options, model), UsageError,
                        test::says(message));
}

BOOST_AUTO_TEST_CASE(refuses_options_out_of_range) {
  BOOST_CHECK_NO_THROW(SentimentOptions{}.validate());
  check_refused([](auto& o) { o.epochs = 0; }, "--epochs: expected a number not below 1, found 0");
  check_refused([](auto& o) { o.batch = 0; }, "--batch: expected a number not below 1, found 0");
  check_refused([](auto& o) { o.frozen_epochs = -2; },
                "--thaw-after: expected a number not below -1, found -2");
  check_refused([](auto& o) { o.patience = -1; },
                "--patience: expected a number not below 0, found -1");
  check_refused([](auto& o) { o.dropout.words = 1; },
                "--word-dropout: expected a share from 0 to below 1, found 1");
  check_refused([](auto& o) { o.optimizer.rate = -1; },
                "--rate: expected a number from 1e-12 to below 1000000, found -1");
}

BOOST_AUTO_TEST_CASE(refuses_networks_that_cannot_be) {
  const auto check = [](const NetworkOptions& network, const std::string& message) {
    check_refused([&](auto& o) { o.network = network; }, message);
  };
  check({.units = 0}, "--units: expected a number from 1 to 65536, found 0");
  check({.units = 65537}, "--units: expected a number from 1 to 65536, found 65537");
  check({.layers = 0}, "--layers: expected a number from 1 to 64, found 0");
  check({.layers = 65}, "--layers: expected a number from 1 to 64, found 65");
  check({.cell = Cell::kGru, .peepholes = true},
        "--peepholes: only the LSTM has them; use --cell lstm");
  check({.readouts = {Readout::kMax, Readout::kMax}}, "--readout: 'max' is given twice");
  check({.readouts = {}}, "--readout: expected one at least");
}

const auto kBadShares =
    data::make(std::vector<double>{-0.1, 1, 2, std::numeric_limits<double>::quiet_NaN()});

BOOST_DATA_TEST_CASE(refuses_to_smooth_labels_by_no_share, kBadShares, bad) {
  check_refused([&](auto& o) { o.label_smoothing = bad; },
                "--label-smoothing: expected a share from 0 to below 1, found ");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
