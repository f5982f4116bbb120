#include "embed/train/training_forecast.h"

#include <cmath>
#include <sstream>
#include <string>

#include "datasets/sample.h"
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "embed/train/training_memory.h"
#include "tests/support/corpus.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(training_forecast)

Word2VecOptions few_dimensions() {
  Word2VecOptions options;
  options.dim = 10;
  options.threads = 1;
  return options;
}

std::string sample_text(std::uint64_t tokens) {
  std::ostringstream text;
  datasets::write_text(text, 1, tokens);
  return text.str();
}

BOOST_AUTO_TEST_CASE(of_a_whole_text_is_what_the_text_is) {
  const auto corpus = test::corpus_of("a b a\nc a b", 1);
  const auto text = forecast_text(corpus, 1, {.min_count = 1});
  BOOST_TEST(text.vocabulary == 3);
  BOOST_TEST(text.words == 6);
  BOOST_TEST(text.ids == 8);
  BOOST_TEST(text.raw_ids == 8);
}

// Words w of which each has a count of about 200,000 / (w + 10): of Zipf's law, as texts have it.
std::string zipf_text(std::uint64_t tokens) {
  auto random = stream(1, "Zipf", 0);
  std::string text;
  for (std::uint64_t i = 0; i < tokens; ++i) {
    const auto word = std::exp(static_cast<double>(random.uniform()) * std::log(1e5));
    text += fmt::format("w{}{}", static_cast<int>(word), i % 20 == 19 ? '\n' : ' ');
  }
  return text;
}

BOOST_AUTO_TEST_CASE(tells_the_vocabulary_of_four_times_the_text) {
  const VocabularyOptions options{.min_count = 5};
  const auto part = test::corpus_of(zipf_text(200'000), 5);
  const double whole = test::corpus_of(zipf_text(800'000), 5).vocabulary.size();
  const auto expected = forecast_text(part, 4, options);
  BOOST_TEST(expected.vocabulary > 1.5 * part.vocabulary.size());
  BOOST_TEST(std::abs(expected.vocabulary / whole - 1) < 0.2);
  const auto capped = forecast_text(part, 4, {.min_count = 5, .max_words = 100});
  BOOST_TEST(capped.vocabulary == 100);
}

BOOST_AUTO_TEST_CASE(tells_the_vocabulary_of_frequent_words_only) {
  for (const std::uint64_t least : {100, 1500}) {
    const auto part = test::corpus_of(zipf_text(400'000), least);
    const double whole = test::corpus_of(zipf_text(1'600'000), least).vocabulary.size();
    const auto expected = forecast_text(part, 4, {.min_count = least});
    BOOST_TEST(expected.vocabulary > 1.5 * part.vocabulary.size());
    BOOST_TEST(std::abs(expected.vocabulary / whole - 1) < 0.2);
  }
  const auto corpus = test::corpus_of("a b a\n", 1);
  BOOST_TEST(forecast_text(corpus, 2, {.min_count = ~std::uint64_t{0}}).vocabulary >= 2);
}

BOOST_AUTO_TEST_CASE(probes_end_and_find_a_rate) {
  const auto corpus = test::corpus_of(sample_text(20'000), 5);
  auto options = few_dimensions();
  options.epochs = 1'000'000;
  BOOST_TEST(probe_word2vec(corpus, options, 0.05).rate > 0);
  const auto text = forecast_text(corpus, 1, {});
  CooccurrenceOptions counting;
  counting.threads = 1;
  const GloveOptions glove{.dim = 10, .epochs = 1'000'000, .threads = 1};
  const auto probe = probe_glove(corpus, text, counting, glove, 0.05);
  BOOST_TEST(probe.training.rate > 0);
  BOOST_TEST(probe.counting_seconds > 0);
  const auto counted = count_cooccurrences(corpus.ids, corpus.vocabulary.size(), counting,
                                           [](const CooccurrenceRow&) {});
  BOOST_TEST(probe.nonzeros == static_cast<double>(counted.nonzeros));
}

BOOST_AUTO_TEST_CASE(probes_are_interrupted_and_fail_as_training_does) {
  const auto corpus = test::corpus_of(sample_text(20'000), 5);
  std::stop_source source;
  source.request_stop();
  BOOST_CHECK_THROW(probe_word2vec(corpus, few_dimensions(), 1, {{}, source.get_token()}),
                    Interrupted);
  const auto words = test::corpus_of("a\nb\na\n", 1);
  BOOST_CHECK_THROW(probe_word2vec(words, few_dimensions(), 1), FormatError);
}

BOOST_AUTO_TEST_CASE(memory_is_mostly_that_of_the_matrices) {
  const auto corpus = test::corpus_of(sample_text(20'000), 5);
  const std::uint64_t matrices = std::uint64_t{2} * corpus.vocabulary.size() * 304 * sizeof(float);
  for (const auto loss : {Loss::kNegativeSampling, Loss::kHierarchicalSoftmax}) {
    auto options = few_dimensions();
    options.loss = loss;
    options.dim = 300;
    const auto needs = word2vec_memory(corpus.vocabulary, options);
    BOOST_TEST(needs.front().bytes == matrices);
    BOOST_TEST(total(needs) > matrices);
    BOOST_TEST(total(needs) < matrices * 2 + (1 << 21));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
