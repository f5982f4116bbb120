#include "classify/sentiment_state.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "common/random.h"
#include "tests/support/embeddings.h"
#include "tests/support/sanitized.h"
#include "tests/support/small_sentiment.h"
#include "tests/support/support.h"
#include "tests/support/with_checksum.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(sentiment_state)

SentimentOptions options_with(OptimizerKind kind, int frozen_epochs) {
  SentimentOptions options;
  options.network = {.units = 6, .bidirectional = true};
  options.dropout = {.words = 0.1, .inputs = 0.2, .states = 0.1, .features = 0.2};
  options.optimizer.kind = kind;
  options.optimizer.schedule = Schedule::kPlateau;
  options.epochs = 5;
  options.batch = 40;
  options.patience = 0;
  options.frozen_epochs = frozen_epochs;
  return options;
}

const auto kTrain = test::random_texts(100, 1, 2, test::kSmallWords + 1);
const auto kValidation = test::random_texts(40, 2, 2, test::kSmallWords + 1);

// Trains to the end, saving the state `saves` times to `path`: before each batch, of which an epoch
// has three, and after each epoch.
SentimentModel train_saving(const SentimentOptions& options, int saves,
                            const std::filesystem::path& path) {
  auto model = test::small_sentiment(options);
  const auto identity = training_identity(kTrain, kValidation, options);
  const auto save = [&](const SentimentState& state) {
    if (saves-- > 0) save_sentiment_state(path, state, identity);
  };
  train_sentiment(kTrain, kValidation, options, model, {}, std::nullopt, {},
                  Checkpoint<SentimentState>(save, {}));
  BOOST_CHECK_LE(saves, 0);
  return model;
}

SentimentState load(const std::filesystem::path& path, const SentimentOptions& options) {
  return load_sentiment_state(path, test::small_sentiment(options), options,
                              training_identity(kTrain, kValidation, options));
}

const auto kKinds = boost::unit_test::data::make(kEnumNames<OptimizerKind>);
const auto kFrozen = boost::unit_test::data::make({-1, 0, 2});
const auto kPauses = boost::unit_test::data::make(
    test::kThreadsWatched ? std::vector{2, 12} : std::vector{1, 2, 3, 4, 6, 12, 20});

BOOST_DATA_TEST_CASE(leads_to_the_same_bits_as_no_pause, kKinds* kFrozen* kPauses, kind, frozen,
                     pause) {
  const test::TemporaryFolder folder;
  const auto options = options_with(*enum_from_name<OptimizerKind>(kind), frozen);
  const auto expected = train_saving(options, pause, folder / "state");
  auto resumed = test::small_sentiment(options);
  const auto result =
      train_sentiment(kTrain, kValidation, options, resumed, {}, load(folder / "state", options));
  BOOST_CHECK_EQUAL(result.epochs.size(), 5);
  BOOST_CHECK(resumed.parameters == expected.parameters);
  BOOST_CHECK(test::same_bits(resumed.vectors, expected.vectors));
}

BOOST_AUTO_TEST_CASE(is_refused_for_other_options_and_texts) {
  const test::TemporaryFolder folder;
  auto options = options_with(OptimizerKind::kAdam, 0);
  train_saving(options, 8, folder / "state");
  options.optimizer.rate = 0.5;
  BOOST_CHECK_EXCEPTION(load(folder / "state", options), UsageError,
                        test::says("was saved with --rate 0.002, found 0.5"));
  options = options_with(OptimizerKind::kAdam, 0);
  BOOST_CHECK_EXCEPTION(
      load_sentiment_state(folder / "state", test::small_sentiment(options), options,
                           training_identity(kValidation, kTrain, options)),
      UsageError, test::says("resume with the same program, text and options"));
}

BOOST_AUTO_TEST_CASE(is_refused_in_a_short_line_where_nothing_is_the_same) {
  const test::TemporaryFolder folder;
  const auto options = options_with(OptimizerKind::kAdam, 0);
  const auto model = test::small_sentiment(options);
  auto identity = training_identity(kTrain, kValidation, options);
  for (auto& [key, value] : identity) value = std::string(100, '\n');
  save_sentiment_state(folder / "state", SentimentState::initial(model, options), identity);
  BOOST_CHECK_EXCEPTION(load(folder / "state", options), UsageError, [](const UsageError& error) {
    const std::string_view message = error.what();
    return message.size() < 1000 && message.find("; and ") != message.npos &&
           message.ends_with(" more; resume with the same program, text and options");
  });
}

BOOST_AUTO_TEST_CASE(is_refused_when_damaged) {
  const test::TemporaryFolder folder;
  const auto options = options_with(OptimizerKind::kAdamW, 0);
  train_saving(options, 8, folder / "state");
  const auto bytes = test::read_bytes(folder / "state");
  for (const auto size : {bytes.size() - 1, bytes.size() / 2, std::size_t{9}, std::size_t{0}}) {
    folder.write("cut", std::string_view(bytes).substr(0, size));
    BOOST_CHECK_THROW(load(folder / "cut", options), FormatError);
  }
  auto spoilt = bytes;
  spoilt.replace(spoilt.find("best_epoch"), 10, "west_epoch");
  folder.write("spoilt", spoilt);
  BOOST_CHECK_EXCEPTION(load(folder / "spoilt", options), FormatError,
                        test::says("its bytes are not those that were written"));
  folder.write("sealed", test::with_checksum(spoilt));
  BOOST_CHECK_EXCEPTION(load(folder / "sealed", options), FormatError,
                        test::says("the figures of its epochs cannot be read"));
  spoilt = bytes;
  spoilt.replace(spoilt.find("wordkin sentiment state"), 7, "another");
  folder.write("other", spoilt);
  BOOST_CHECK_EXCEPTION(load(folder / "other", options), FormatError,
                        test::says("is no saved state of sentiment training"));
}

BOOST_AUTO_TEST_CASE(is_refused_when_it_contradicts_itself) {
  const test::TemporaryFolder folder;
  const auto options = options_with(OptimizerKind::kAdamW, 0);
  const auto identity = training_identity(kTrain, kValidation, options);
  auto model = test::small_sentiment(options);
  std::optional<SentimentState> last;
  train_sentiment(kTrain, kValidation, options, model, {}, std::nullopt,
                  [&](const SentimentState& state) { last = state; });
  const auto check_refused = [&](const auto& spoil, const std::string& message) {
    auto state = *last;
    spoil(state);
    save_sentiment_state(folder / "state", state, identity);
    BOOST_CHECK_EXCEPTION(load(folder / "state", options), FormatError, test::says(message));
  };
  const std::string contradictory = "the figures of its epochs are incomplete or contradictory";
  check_refused([](auto& state) { state.epochs.push_back(state.epochs.back()); }, contradictory);
  check_refused([](auto& state) { state.best_epoch = state.epochs.size(); }, contradictory);
  check_refused([](auto& state) { state.rate_factor = 2; }, contradictory);
  check_refused([](auto& state) { state.rate_factor = 0; }, contradictory);
  check_refused([](auto& state) { state.under_way.batches = 3; }, contradictory);
  check_refused([](auto& state) { state.under_way.tally.texts = 3; }, contradictory);
  check_refused([](auto& state) { state.under_way = {.batches = 100, .tally = {.texts = 100}}; },
                contradictory);
  check_refused([](auto& state) { state.under_way.seconds = -1; }, contradictory);
  check_refused([](auto& state) { state.epochs[0].validation_accuracy = 1.5; }, contradictory);
  check_refused([](auto& state) { state.epochs[0].train_loss = -1; }, contradictory);
  check_refused([](auto& state) { state.vector_optimizer.second.front() = -1; },
                "tensor 'vectors_second' holds a value that is not finite or too small");
  check_refused([](auto& state) { state.best_vectors = {}; }, "has no tensor 'best_vectors'");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
