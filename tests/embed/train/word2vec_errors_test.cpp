#include <cmath>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "embed/train/word2vec.h"
#include "tests/support/corpus.h"
#include "tests/support/modes.h"
#include "tests/support/training.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(word2vec_errors)

namespace data = boost::unit_test::data;

using test::kBlocks;
using test::small_corpus;
using test::start_vectors;
using test::train;
using test::training_options;

BOOST_DATA_TEST_CASE(a_learning_rate_that_is_too_high_is_reported, test::kWays* data::make({1, 2}),
                     way, threads) {
  auto options = training_options(way);
  options.alpha = 1e6;
  options.threads = threads;
  BOOST_CHECK_EXCEPTION(train(small_corpus(), options), NumericError, test::says("--alpha"));
}

BOOST_DATA_TEST_CASE(start_vectors_that_are_too_large_are_reported, test::kWays, way) {
  const auto start = start_vectors(12, 1e30f);
  BOOST_CHECK_EXCEPTION(train(small_corpus(), training_options(way), &start), NumericError,
                        test::says("--init"));
}

BOOST_DATA_TEST_CASE(a_last_step_that_overflows_is_reported,
                     data::xrange<std::uint64_t>(1, 20) * data::make({"block", "none"}), seed,
                     sharing) {
  // "w0 w2" has two pairs. With some seeds their losses are finite, and only a step is not.
  const auto start = start_vectors(1, 1e33f).without_context();
  auto options = training_options(kBlocks);
  options.sharing = enum_from_name<Sharing>(sharing).value();
  options.dim = 1;
  options.epochs = 1;
  options.negative = 1;
  options.shared_negatives = 1;
  options.alpha = 1e6;
  options.sample = 0;
  options.seed = seed;
  BOOST_CHECK_EXCEPTION(train(test::corpus_of("w0 w2\n"), options, &start), NumericError,
                        test::says("--alpha"));
}

struct BadOption {
  std::string name;
  void (*set)(Word2VecOptions&);

  friend std::ostream& operator<<(std::ostream& out, const BadOption& bad) {
    return out << bad.name;
  }
};

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

const std::vector<BadOption> kBadOptions{
    {"--dim", [](Word2VecOptions& o) { o.dim = 0; }},
    {"--dim", [](Word2VecOptions& o) { o.dim = -1; }},
    {"--dim", [](Word2VecOptions& o) { o.dim = 65'537; }},
    {"--window", [](Word2VecOptions& o) { o.window = 0; }},
    {"--window", [](Word2VecOptions& o) { o.window = 10'001; }},
    {"--negative", [](Word2VecOptions& o) { o.negative = 0; }},
    {"--negative", [](Word2VecOptions& o) { o.negative = 10'001; }},
    {"--block", [](Word2VecOptions& o) { o.block = 0; }},
    {"--block", [](Word2VecOptions& o) { o.block = 65; }},
    {"--shared-negatives", [](Word2VecOptions& o) { o.shared_negatives = 0; }},
    {"--shared-negatives", [](Word2VecOptions& o) { o.shared_negatives = 10'001; }},
    {"--noise-exponent", [](Word2VecOptions& o) { o.noise_exponent = -10.5; }},
    {"--noise-exponent", [](Word2VecOptions& o) { o.noise_exponent = 10.5; }},
    {"--noise-exponent", [](Word2VecOptions& o) { o.noise_exponent = kNan; }},
    {"--sample", [](Word2VecOptions& o) { o.sample = -1e-3; }},
    {"--sample", [](Word2VecOptions& o) { o.sample = HUGE_VAL; }},
    {"--sample", [](Word2VecOptions& o) { o.sample = kNan; }},
    {"--epochs", [](Word2VecOptions& o) { o.epochs = 0; }},
    {"--epochs", [](Word2VecOptions& o) { o.epochs = 1'000'001; }},
    {"--alpha", [](Word2VecOptions& o) { o.alpha = 0; }},
    {"--alpha", [](Word2VecOptions& o) { o.alpha = -0.1; }},
    {"--alpha", [](Word2VecOptions& o) { o.alpha = 1e7; }},
    {"--alpha", [](Word2VecOptions& o) { o.alpha = kNan; }},
    {"--threads", [](Word2VecOptions& o) { o.threads = -1; }},
    {"--threads", [](Word2VecOptions& o) { o.threads = 4097; }},
};

BOOST_DATA_TEST_CASE(an_option_out_of_range_is_named, data::make(kBadOptions), bad) {
  Word2VecOptions options;
  bad.set(options);
  BOOST_CHECK_EXCEPTION(options.validate(), UsageError, test::says(bad.name + ":"));
  BOOST_CHECK_EXCEPTION(train(small_corpus(), options), UsageError, test::says(bad.name + ":"));
}

BOOST_AUTO_TEST_CASE(defaults_are_valid_and_those_of_word2vec) {
  Word2VecOptions options;
  options.validate();
  BOOST_CHECK_EQUAL(options.initial_alpha(), 0.025);
  options.model = Word2VecModel::kCbow;
  BOOST_CHECK_EQUAL(options.initial_alpha(), 0.05);
  options.alpha = 0.1;
  BOOST_CHECK_EQUAL(options.initial_alpha(), 0.1);
}

BOOST_DATA_TEST_CASE(a_text_without_two_words_in_a_sentence_is_refused, test::kWays, way) {
  auto options = training_options(way);
  options.sample = 0;
  BOOST_CHECK_EXCEPTION(train(test::corpus_of("a\nb\nc\nc\n"), options), FormatError,
                        test::says("two words"));
}

BOOST_AUTO_TEST_CASE(a_corpus_with_words_and_a_vocabulary_with_counts_are_needed) {
  const auto& corpus = small_corpus();
  const Vocabulary without_counts(test::table_of(corpus.vocabulary), {});
  BOOST_CHECK_EXCEPTION(train_word2vec(corpus.ids, without_counts, {}), UsageError,
                        test::says("counts"));
  BOOST_CHECK_EXCEPTION(train_word2vec(EncodedCorpus(), corpus.vocabulary, {}), UsageError,
                        test::says("corpus"));
}

BOOST_DATA_TEST_CASE(a_stop_interrupts_training, test::kWays* data::make({1, 2}), way, threads) {
  std::stop_source stop;
  Monitor monitor;
  monitor.stop = stop.get_token();
  monitor.on_progress = [&](const Progress&) { stop.request_stop(); };
  auto options = training_options(way);
  options.threads = threads;
  options.epochs = 1'000'000;
  BOOST_CHECK_THROW(train(small_corpus(), options, nullptr, monitor), Interrupted);
}

BOOST_DATA_TEST_CASE(in_lockstep_a_learning_rate_that_is_too_high_is_reported, test::kWays, way) {
  auto options = training_options(way);
  options.alpha = 1e6;
  options.updates = Updates::kLockstep;
  BOOST_CHECK_EXCEPTION(train(small_corpus(), options), NumericError, test::says("--alpha"));
}

BOOST_DATA_TEST_CASE(in_lockstep_a_stop_interrupts_training, test::kWays* data::make({1, 2}), way,
                     threads) {
  std::stop_source stop;
  Monitor monitor;
  monitor.stop = stop.get_token();
  monitor.on_progress = [&](const Progress&) { stop.request_stop(); };
  auto options = training_options(way);
  options.threads = threads;
  options.epochs = 1'000'000;
  options.updates = Updates::kLockstep;
  BOOST_CHECK_THROW(train(small_corpus(), options, nullptr, monitor), Interrupted);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
