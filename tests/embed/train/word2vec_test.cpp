#include "embed/train/word2vec.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "datasets/sample.h"
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "common/version.h"
#include "tests/support/corpus.h"
#include "tests/support/modes.h"

namespace wordkin {
namespace {

namespace data = boost::unit_test::data;

// Steps at this rate change nothing but zeros.
constexpr double kStandstill = 1e-12;

Word2VecOptions options_of(const test::Mode& mode) {
  Word2VecOptions options;
  options.model = mode.model;
  options.loss = mode.loss;
  options.dim = 12;
  options.threads = 1;
  return options;
}

// With several threads: few steps, because the thread sanitizer takes long over each race of
// theirs.
Word2VecOptions few_steps(const test::Mode& mode) {
  auto options = options_of(mode);
  options.window = 1;
  options.negative = 1;
  options.epochs = 2;
  return options;
}

const Corpus& small_corpus() {
  static const auto corpus = test::corpus_of(test::random_text(2000, 10, 60));
  return corpus;
}

Embeddings train(const Corpus& corpus, const Word2VecOptions& options,
                 const Embeddings* start = nullptr, const Monitor& monitor = {}) {
  return train_word2vec(corpus.ids, corpus.vocabulary, options, monitor, start);
}

// Vectors for w0, w2, w4, ... and "elsewhere", all values of magnitude `size`.
Embeddings start_vectors(std::size_t dim, float size) {
  StringTable words;
  words.insert("elsewhere");
  for (int i = 0; i < 60; i += 2) words.insert("w" + std::to_string(i));
  auto random = stream(1, "start vectors", 0);
  Matrix vectors(words.size(), dim);
  Matrix context(words.size(), dim);
  for (auto* matrix : {&vectors, &context}) {
    for (std::size_t i = 0; i < matrix->rows(); ++i) {
      for (float& value : matrix->row(i)) value = random.below(2) == 0 ? size : -size;
    }
  }
  return {Vocabulary(std::move(words), {}), std::move(vectors), std::move(context)};
}

std::vector<double> losses_of(const Embeddings& embeddings) {
  std::istringstream text(embeddings.metadata().at("mean_loss"));
  return {std::istream_iterator<double>(text), {}};
}

BOOST_AUTO_TEST_SUITE(word2vec)

BOOST_DATA_TEST_CASE(the_same_seed_gives_the_same_bits_with_one_thread, test::kModes, mode) {
  auto options = options_of(mode);
  const auto first = train(small_corpus(), options);
  const auto second = train(small_corpus(), options);
  BOOST_CHECK(first.vectors() == second.vectors());
  BOOST_CHECK(first.context() == second.context());
  BOOST_CHECK(first.metadata() == second.metadata());
  options.seed = 2;
  BOOST_CHECK(first.vectors() != train(small_corpus(), options).vectors());
}

BOOST_DATA_TEST_CASE(the_loss_falls, test::kModes, mode) {
  std::ostringstream text;
  datasets::write_text(text, 1, 20'000);
  const auto losses = losses_of(train(test::corpus_of(text.str(), 2), options_of(mode)));
  BOOST_REQUIRE_EQUAL(losses.size(), 5);
  for (std::size_t i = 1; i < losses.size(); ++i) BOOST_CHECK_LT(losses[i], losses[i - 1]);
}

// A vocabulary with words that the text does not have; training leaves their vectors alone.
Corpus corpus_with_unseen_words() {
  const auto seen = test::random_text(2000, 10, 60);
  std::string unseen;
  for (int i = 0; i < 100; ++i) unseen += "unseen" + std::to_string(i) + '\n';
  const test::TemporaryFolder folder;
  const std::array inputs{folder.write("text", seen)};
  CorpusOptions options;
  options.threads = 1;
  return read_corpus(inputs, test::corpus_of(seen + unseen).vocabulary, options);
}

BOOST_DATA_TEST_CASE(start_values_do_not_depend_on_the_number_of_threads, test::kModes, mode) {
  const auto corpus = corpus_with_unseen_words();
  auto options = few_steps(mode);
  const auto one_thread = train(corpus, options);
  for (const int threads : {2, 3, 8}) {
    options.threads = threads;
    const auto embeddings = train(corpus, options);
    for (int i = 0; i < 100; ++i) {
      const auto id = corpus.vocabulary.find("unseen" + std::to_string(i)).value();
      const auto row = embeddings.vector(id);
      BOOST_CHECK(std::ranges::equal(row, one_thread.vector(id)));
      for (const float value : row) BOOST_CHECK_LE(std::abs(value), 0.5f / 12);
    }
  }
}

BOOST_DATA_TEST_CASE(the_loss_at_a_standstill_does_not_depend_on_the_number_of_threads,
                     test::kModes, mode) {
  const auto start = start_vectors(12, 0.25f);
  auto options = few_steps(mode);
  options.alpha = kStandstill;
  const auto expected = train(small_corpus(), options, &start).metadata().at("mean_loss");
  for (const int threads : {2, 3, 8}) {
    options.threads = threads;
    BOOST_CHECK_EQUAL(train(small_corpus(), options, &start).metadata().at("mean_loss"), expected);
  }
}

BOOST_DATA_TEST_CASE(start_vectors_replace_the_random_start_of_the_words_they_know, test::kModes,
                     mode) {
  const auto start = start_vectors(12, 0.25f);
  auto options = options_of(mode);
  options.alpha = kStandstill;
  const auto embeddings = train(small_corpus(), options, &start);
  const bool has_context = mode.loss == Loss::kNegativeSampling;
  int known = 0;
  for (WordId id = 0; id < embeddings.size(); ++id) {
    const auto in_start = start.vocabulary().find(embeddings.vocabulary().word(id));
    if (!in_start) {
      for (const float value : embeddings.vector(id)) BOOST_CHECK_LE(std::abs(value), 0.5f / 12);
      continue;
    }
    ++known;
    BOOST_CHECK(std::ranges::equal(embeddings.vector(id), start.vector(*in_start)));
    if (has_context) {
      BOOST_CHECK(std::ranges::equal(embeddings.context().row(id), start.context().row(*in_start)));
    }
  }
  BOOST_CHECK_GE(known, 25);
  BOOST_CHECK_LT(known, embeddings.size());
}

BOOST_AUTO_TEST_CASE(start_vectors_without_context_leave_the_context_at_zero) {
  const auto start = start_vectors(12, 0.25f).without_context();
  auto options = options_of({Word2VecModel::kSkipGram, Loss::kNegativeSampling});
  options.alpha = kStandstill;
  const auto embeddings = train(small_corpus(), options, &start);
  for (WordId id = 0; id < embeddings.size(); ++id) {
    for (const float value : embeddings.context().row(id)) BOOST_CHECK_SMALL(value, 1e-6f);
  }
}

BOOST_AUTO_TEST_CASE(start_vectors_need_the_same_dimension) {
  const auto start = start_vectors(7, 0.25f);
  BOOST_CHECK_EXCEPTION(train(small_corpus(), Word2VecOptions{}, &start), UsageError,
                        test::says("--dim 7"));
}

BOOST_DATA_TEST_CASE(only_negative_sampling_has_context_vectors, test::kModes, mode) {
  const auto embeddings = train(small_corpus(), options_of(mode));
  BOOST_CHECK_EQUAL(embeddings.has_context(), mode.loss == Loss::kNegativeSampling);
  BOOST_CHECK_EQUAL(embeddings.dim(), 12);
  BOOST_CHECK_EQUAL(embeddings.size(), small_corpus().vocabulary.size());
}

BOOST_AUTO_TEST_CASE(the_metadata_say_how_the_vectors_were_made) {
  Word2VecOptions options;
  options.model = Word2VecModel::kCbow;
  options.loss = Loss::kNegativeSampling;
  options.dim = 7;
  options.window = 3;
  options.window_size = WindowSize::kFixed;
  options.negative = 4;
  options.noise_exponent = 0.5;
  options.sample = 0.01;
  options.epochs = 2;
  options.seed = 9;
  const auto metadata = train(small_corpus(), options).metadata();
  const Metadata expected{{"program", "wordkin " + std::string(kVersion)},
                          {"model", "cbow"},
                          {"loss", "ns"},
                          {"dim", "7"},
                          {"window", "3"},
                          {"window_size", "fixed"},
                          {"negative", "4"},
                          {"noise_exponent", "0.5"},
                          {"sample", "0.01"},
                          {"epochs", "2"},
                          {"alpha", "0.05"},
                          {"seed", "9"},
                          {"corpus_words", "20000"},
                          {"corpus_sentences", "2000"}};
  for (const auto& [key, value] : expected) BOOST_CHECK_EQUAL(metadata.at(key), value);
  BOOST_CHECK_EQUAL(metadata.size(), expected.size() + 1);
  BOOST_CHECK_EQUAL(losses_of(train(small_corpus(), options)).size(), 2);
}

BOOST_DATA_TEST_CASE(a_vocabulary_of_one_word_can_be_trained, test::kModes, mode) {
  auto options = options_of(mode);
  options.sample = 0;
  const auto embeddings = train(test::corpus_of("a a a a a a\n"), options);
  BOOST_CHECK_EQUAL(embeddings.size(), 1);
}

BOOST_AUTO_TEST_CASE(progress_goes_from_nothing_to_all_words) {
  std::vector<Progress> reports;
  Monitor monitor;
  monitor.on_progress = [&](const Progress& progress) { reports.push_back(progress); };
  auto options = options_of({Word2VecModel::kSkipGram, Loss::kNegativeSampling});
  options.threads = 2;
  train(small_corpus(), options, nullptr, monitor);
  BOOST_REQUIRE_GE(reports.size(), 2);
  BOOST_CHECK_EQUAL(reports.front().done, 0);
  BOOST_CHECK_EQUAL(reports.back().done, 100'000);
  BOOST_CHECK(std::isfinite(reports.back().loss));
  BOOST_CHECK_GT(reports.back().learning_rate, 0);
  for (const auto& report : reports) {
    BOOST_CHECK_EQUAL(report.stage, "training");
    BOOST_CHECK_EQUAL(report.unit, "words");
    BOOST_CHECK_EQUAL(report.total, 100'000);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(word2vec_errors)

BOOST_DATA_TEST_CASE(a_learning_rate_that_is_too_high_is_reported, test::kModes* data::make({1, 2}),
                     mode, threads) {
  auto options = options_of(mode);
  options.alpha = 1e6;
  options.threads = threads;
  BOOST_CHECK_EXCEPTION(train(small_corpus(), options), NumericError, test::says("--alpha"));
}

BOOST_DATA_TEST_CASE(start_vectors_that_are_too_large_are_reported, test::kModes, mode) {
  const auto start = start_vectors(12, 1e30f);
  BOOST_CHECK_EXCEPTION(train(small_corpus(), options_of(mode), &start), NumericError,
                        test::says("--init"));
}

BOOST_DATA_TEST_CASE(a_last_step_that_overflows_is_reported, data::xrange<std::uint64_t>(1, 20),
                     seed) {
  // "w0 w2" has two pairs. With some seeds their losses are finite, and only a step is not.
  const auto start = start_vectors(1, 1e33f).without_context();
  auto options = options_of({Word2VecModel::kSkipGram, Loss::kNegativeSampling});
  options.dim = 1;
  options.epochs = 1;
  options.negative = 1;
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

BOOST_DATA_TEST_CASE(a_text_without_two_words_in_a_sentence_is_refused, test::kModes, mode) {
  auto options = options_of(mode);
  options.sample = 0;
  BOOST_CHECK_EXCEPTION(train(test::corpus_of("a\nb\nc\nc\n"), options), FormatError,
                        test::says("two words"));
}

BOOST_AUTO_TEST_CASE(a_corpus_with_words_and_a_vocabulary_with_counts_are_needed) {
  const auto& corpus = small_corpus();
  const Vocabulary without_counts(corpus.vocabulary.words(), {});
  BOOST_CHECK_EXCEPTION(train_word2vec(corpus.ids, without_counts, {}), UsageError,
                        test::says("counts"));
  BOOST_CHECK_EXCEPTION(train_word2vec(EncodedCorpus(), corpus.vocabulary, {}), UsageError,
                        test::says("corpus"));
}

BOOST_DATA_TEST_CASE(a_stop_interrupts_training, test::kModes* data::make({1, 2}), mode, threads) {
  std::stop_source stop;
  Monitor monitor;
  monitor.stop = stop.get_token();
  monitor.on_progress = [&](const Progress&) { stop.request_stop(); };
  auto options = options_of(mode);
  options.threads = threads;
  options.epochs = 1'000'000;
  BOOST_CHECK_THROW(train(small_corpus(), options, nullptr, monitor), Interrupted);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
