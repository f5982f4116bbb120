#include "embed/train/word2vec.h"

#include <algorithm>
#include <cmath>
#include <iterator>
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
#include "tests/support/sanitized.h"
#include "tests/support/training.h"

namespace wordkin {
namespace {

namespace data = boost::unit_test::data;

using test::kBlocks;
using test::small_corpus;
using test::start_vectors;
using test::train;
using test::training_options;

// Steps at this rate change nothing but zeros.
constexpr double kStandstill = 1e-12;

// With several threads: few steps, because the thread sanitizer takes long over each race of
// theirs.
Word2VecOptions few_steps(const test::Way& way) {
  auto options = training_options(way);
  options.window = 1;
  options.negative = 1;
  options.epochs = 2;
  return options;
}

std::vector<double> losses_of(const Embeddings& embeddings) {
  std::istringstream text(embeddings.metadata().at("mean_loss"));
  return {std::istream_iterator<double>(text), {}};
}

BOOST_AUTO_TEST_SUITE(word2vec)

BOOST_DATA_TEST_CASE(the_same_seed_gives_the_same_bits_with_one_thread, test::kWays, way) {
  if (test::kThreadsWatched) return;
  auto options = training_options(way);
  const auto first = train(small_corpus(), options);
  const auto second = train(small_corpus(), options);
  BOOST_CHECK(first.vectors() == second.vectors());
  BOOST_CHECK(first.context() == second.context());
  BOOST_CHECK(first.metadata() == second.metadata());
  options.seed = 2;
  BOOST_CHECK(first.vectors() != train(small_corpus(), options).vectors());
}

BOOST_DATA_TEST_CASE(the_loss_falls, test::kWays, way) {
  if (test::kThreadsWatched) return;  // with one thread
  std::ostringstream text;
  datasets::write_text(text, 1, 20'000);
  const auto losses = losses_of(train(test::corpus_of(text.str(), 2), training_options(way)));
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

BOOST_DATA_TEST_CASE(start_values_do_not_depend_on_the_number_of_threads, test::kWays, way) {
  const auto corpus = corpus_with_unseen_words();
  auto options = few_steps(way);
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

BOOST_DATA_TEST_CASE(the_loss_at_a_standstill_does_not_depend_on_the_number_of_threads, test::kWays,
                     way) {
  const auto start = start_vectors(12, 0.25f);
  auto options = few_steps(way);
  options.alpha = kStandstill;
  const auto expected = train(small_corpus(), options, &start).metadata().at("mean_loss");
  for (const int threads : {2, 3, 8}) {
    options.threads = threads;
    BOOST_CHECK_EQUAL(train(small_corpus(), options, &start).metadata().at("mean_loss"), expected);
  }
}

BOOST_DATA_TEST_CASE(start_vectors_replace_the_random_start_of_the_words_they_know, test::kWays,
                     way) {
  const auto start = start_vectors(12, 0.25f);
  auto options = training_options(way);
  options.alpha = kStandstill;
  const auto embeddings = train(small_corpus(), options, &start);
  const bool has_context = way.mode.loss == Loss::kNegativeSampling;
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
  auto options = training_options(kBlocks);
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

BOOST_DATA_TEST_CASE(only_negative_sampling_has_context_vectors, test::kWays, way) {
  const auto embeddings = train(small_corpus(), training_options(way));
  BOOST_CHECK_EQUAL(embeddings.has_context(), way.mode.loss == Loss::kNegativeSampling);
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
  options.sharing = Sharing::kNone;
  options.updates = Updates::kLockstep;
  options.block = 10;
  options.shared_negatives = 20;
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
                          {"sharing", "none"},
                          {"updates", "lockstep"},
                          {"shared_negatives", "20"},
                          {"noise_exponent", "0.5"},
                          {"sample", "0.01"},
                          {"epochs", "2"},
                          {"alpha", "0.05"},
                          {"seed", "9"},
                          {"corpus_words", "20000"},
                          {"corpus_sentences", "2000"}};
  for (const auto& [key, value] : expected) BOOST_CHECK_EQUAL(metadata.at(key), value);
  BOOST_CHECK(metadata.contains("positive_pairs"));
  BOOST_CHECK_EQUAL(metadata.size(), expected.size() + 2);
  BOOST_CHECK_EQUAL(losses_of(train(small_corpus(), options)).size(), 2);
  options.sharing = Sharing::kBlock;
  BOOST_CHECK_EQUAL(train(small_corpus(), options).metadata().at("block"), "10");
}

BOOST_DATA_TEST_CASE(a_vocabulary_of_one_word_can_be_trained, test::kWays, way) {
  auto options = training_options(way);
  options.sample = 0;
  const auto embeddings = train(test::corpus_of("a a a a a a\n"), options);
  BOOST_CHECK_EQUAL(embeddings.size(), 1);
}

BOOST_AUTO_TEST_CASE(progress_goes_from_nothing_to_all_words) {
  std::vector<Progress> reports;
  Monitor monitor;
  monitor.on_progress = [&](const Progress& progress) { reports.push_back(progress); };
  auto options = training_options(kBlocks);
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

BOOST_AUTO_TEST_SUITE(word2vec_in_lockstep)

BOOST_DATA_TEST_CASE(the_bits_are_the_same_for_any_number_of_threads, test::kWays, way) {
  // 12 units, so that some lanes have one more than others.
  const auto corpus = test::corpus_of(test::random_text(500, 10, 60));
  auto options = training_options(way);
  options.updates = Updates::kLockstep;
  options.epochs = 12;
  options.window = 2;
  options.negative = 2;
  options.shared_negatives = 8;
  const auto expected = train(corpus, options);
  for (const int threads : {2, 3, 8}) {
    options.threads = threads;
    const auto found = train(corpus, options);
    BOOST_CHECK(found.vectors() == expected.vectors());
    BOOST_CHECK(found.context() == expected.context());
    BOOST_CHECK(found.metadata() == expected.metadata());
  }
  options.seed = 2;
  BOOST_CHECK(train(corpus, options).vectors() != expected.vectors());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
