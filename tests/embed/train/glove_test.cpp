#include "embed/train/glove.h"

#include <cmath>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/cooccurrences.h"
#include "tests/support/glove.h"
#include "tests/support/training.h"

namespace wordkin {
namespace {

namespace data = boost::unit_test::data;

using test::small_corpus;
using test::start_of;
using test::tiles_of;

GloveOptions test_options() {
  GloveOptions options;
  options.dim = 12;
  options.epochs = 4;
  options.x_max = 10;
  options.threads = 1;
  return options;
}

const CooccurrenceTiles& small_tiles() {
  static const auto tiles = tiles_of(small_corpus(), 12);
  return tiles;
}

GloveModel train(const GloveOptions& options, const Monitor& monitor = {}) {
  return test::train(small_tiles(), small_corpus(), options, monitor);
}

Embeddings embeddings_of(const GloveModel& model, const GloveOptions& options,
                         GloveVectors which = GloveVectors::kSum) {
  return glove_embeddings(model, small_corpus().vocabulary, options, which);
}

BOOST_AUTO_TEST_SUITE(cooccurrence_tiles)

test::PairCounts counts_in(const CooccurrenceTiles& tiles) {
  test::PairCounts counts;
  std::vector<TileEntry> entries;
  const auto& parts = tiles.parts();
  for (std::size_t p = 0; p < parts.parts(); ++p) {
    for (std::size_t q = 0; q < parts.parts(); ++q) {
      tiles.load(p, q, entries);
      BOOST_CHECK_EQUAL(tiles.size_of(p, q), entries.size());
      for (const auto& [word, context, count] : entries) {
        counts[{parts.word_at(p, word), parts.word_at(q, context)}] += count;
      }
    }
  }
  return counts;
}

BOOST_AUTO_TEST_CASE(hold_what_was_added_in_memory_or_in_a_file) {
  const auto corpus = test::corpus_of_ids(test::random_ids(20'000, 500, 40));
  CooccurrenceOptions options;
  options.window = 4;
  options.distance_weight = DistanceWeight::kFlat;  // whole numbers, exact as floats
  options.threads = 1;
  const auto expected = test::counts_of(corpus, 500, options);
  for (const std::uint64_t memory : {0, 100'000, 1 << 30}) {
    for (const int log_parts : {0, 1, 5}) {
      CooccurrenceTiles tiles({500, log_parts}, memory);
      double total = 0;
      count_cooccurrences(corpus, 500, options, [&](const CooccurrenceRow& row) {
        tiles.add(row);
        for (const auto x : row.counts) total += x;
      });
      tiles.finish();
      BOOST_CHECK(counts_in(tiles) == expected);
      BOOST_CHECK_EQUAL(tiles.entries(), expected.size());
      BOOST_CHECK_EQUAL(tiles.total(), total);
      BOOST_CHECK_EQUAL(tiles.in_memory(), memory > 1'000'000);
    }
  }
}

BOOST_AUTO_TEST_CASE(deal_out_every_word_once) {
  for (const WordId words : {1, 31, 32, 33, 1000, 1'000'003}) {
    const auto parts = GloveModel::parts_for(words, 100);
    std::uint64_t dealt = 0;
    for (std::size_t part = 0; part < parts.parts(); ++part) {
      dealt += parts.size_of(part);
      BOOST_CHECK_LE(parts.size_of(part), 65'536);
    }
    BOOST_CHECK_EQUAL(dealt, words);
    for (const WordId word : {WordId{0}, words / 2, words - 1}) {
      BOOST_CHECK_EQUAL(parts.word_at(parts.part_of(word), parts.place_of(word)), word);
      BOOST_CHECK_LT(parts.place_of(word), parts.size_of(parts.part_of(word)));
    }
  }
  BOOST_CHECK_GE(WordParts::for_cache(100'000'000, 4).parts(), 100'000'000 / 65'536);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(glove)

BOOST_AUTO_TEST_CASE(the_result_is_the_same_bit_for_bit_with_any_number_of_threads) {
  auto options = test_options();
  const auto expected = embeddings_of(train(options), options);
  for (const int threads : {2, 3, 8}) {
    options.threads = threads;
    const auto found = embeddings_of(train(options), options);
    BOOST_CHECK(found.vectors() == expected.vectors());
    BOOST_CHECK(found.context() == expected.context());
    BOOST_CHECK(found.metadata() == expected.metadata());
  }
  options.seed = 2;
  BOOST_CHECK(embeddings_of(train(options), options).vectors() != expected.vectors());
}

BOOST_AUTO_TEST_CASE(the_result_is_the_same_from_a_file_of_entries) {
  const auto options = test_options();
  const auto tiles = tiles_of(small_corpus(), 12, 5, 0);
  BOOST_CHECK(!tiles.in_memory());
  BOOST_CHECK(embeddings_of(test::train(tiles, small_corpus(), options), options).vectors() ==
              embeddings_of(train(options), options).vectors());
}

BOOST_AUTO_TEST_CASE(going_on_gives_the_same_bits_as_not_stopping) {
  auto options = test_options();
  const auto expected = train(options);
  options.epochs = 1;
  auto model = train(options);
  BOOST_CHECK_EQUAL(model.losses.size(), 1);
  options.epochs = 4;
  model = train_glove(small_tiles(), small_corpus().vocabulary, options, std::move(model));
  BOOST_CHECK(embeddings_of(model, options).vectors() ==
              embeddings_of(expected, options).vectors());
  BOOST_CHECK(model.losses == expected.losses);
}

BOOST_AUTO_TEST_CASE(the_loss_falls_and_is_the_mean_over_entries) {
  auto options = test_options();
  options.epochs = 10;
  const auto losses = train(options).losses;
  BOOST_REQUIRE_EQUAL(losses.size(), 10);
  for (std::size_t i = 1; i < losses.size(); ++i) BOOST_CHECK_LT(losses[i], losses[i - 1]);
  // With steps of no length it is that of the start.
  options.epochs = 1;
  options.eta = 1e-12;
  const auto model = start_of(small_tiles(), options);
  double expected = 0;
  std::vector<TileEntry> entries;
  const auto& parts = small_tiles().parts();
  for (std::size_t p = 0; p < parts.parts(); ++p) {
    for (std::size_t q = 0; q < parts.parts(); ++q) {
      small_tiles().load(p, q, entries);
      for (const auto& entry : entries) {
        const auto w = parts.word_at(p, entry.word);
        const auto u = parts.word_at(q, entry.context);
        double difference = model.words.bias(w) + model.contexts.bias(u) - std::log(entry.count);
        for (std::size_t i = 0; i < 12; ++i) {
          difference += model.words.vector(w)[i] * model.contexts.vector(u)[i];
        }
        const double weight = std::min(1.0, std::pow(entry.count / 10.0, 0.75));
        expected += 0.5 * weight * difference * difference;
      }
    }
  }
  expected /= static_cast<double>(small_tiles().entries());
  BOOST_TEST(train(options).losses[0] == expected, boost::test_tools::tolerance(1e-5));
}

BOOST_AUTO_TEST_CASE(vectors_are_sums_or_either) {
  const auto options = test_options();
  const auto model = train(options);
  const auto sum = embeddings_of(model, options);
  const auto word = embeddings_of(model, options, GloveVectors::kWord);
  const auto context = embeddings_of(model, options, GloveVectors::kContext);
  BOOST_CHECK(word.context() == sum.context());
  BOOST_CHECK(context.vectors() == sum.context());
  for (WordId id = 0; id < sum.size(); ++id) {
    for (std::size_t i = 0; i < 12; ++i) {
      BOOST_CHECK_EQUAL(sum.vector(id)[i], word.vector(id)[i] + context.vector(id)[i]);
    }
  }
  BOOST_CHECK_EQUAL(sum.metadata().at("model"), "glove");
  BOOST_CHECK_EQUAL(sum.metadata().at("vectors"), "sum");
  BOOST_CHECK_EQUAL(sum.metadata().at("x_max"), "10");
}

BOOST_AUTO_TEST_CASE(words_start_as_the_seed_says_whatever_their_number) {
  const auto few = GloveModel::initial(GloveModel::parts_for(10, 20), 20, 5);
  const auto many = GloveModel::initial(GloveModel::parts_for(3000, 20), 20, 5);
  for (WordId word = 0; word < 10; ++word) {
    BOOST_CHECK(std::ranges::equal(few.words.vector(word), many.words.vector(word)));
    BOOST_CHECK_EQUAL(few.contexts.bias(word), many.contexts.bias(word));
    for (const float value : few.words.vector(word)) BOOST_CHECK_LE(std::abs(value), 0.5f / 20);
  }
}

BOOST_AUTO_TEST_CASE(divergence_names_a_word) {
  auto options = test_options();
  options.eta = 1e6;
  options.clip = 1e30;
  BOOST_CHECK_EXCEPTION(train(options), NumericError, test::says("epoch 1"));
  auto model = start_of(small_tiles(), test_options());
  model.words.vector(3)[0] = std::numeric_limits<float>::quiet_NaN();
  const auto& vocabulary = small_corpus().vocabulary;
  BOOST_CHECK_EXCEPTION(train_glove(small_tiles(), vocabulary, test_options(), std::move(model)),
                        NumericError, test::says(std::string(vocabulary.word(3))));
}

BOOST_AUTO_TEST_CASE(a_text_without_neighbours_is_refused) {
  const auto corpus = test::corpus_of("a\nb\nc\nc\n");
  BOOST_CHECK_EXCEPTION(test::train(tiles_of(corpus, 12), corpus, test_options()), FormatError,
                        test::says("near each other"));
}

BOOST_AUTO_TEST_CASE(a_vocabulary_of_one_word_is_learned) {
  const auto corpus = test::corpus_of("a a a a\n");
  const auto model = test::train(tiles_of(corpus, 12), corpus, test_options());
  BOOST_CHECK(std::isfinite(model.losses.back()));
}

struct BadOption {
  std::string name;
  void (*set)(GloveOptions&);

  friend std::ostream& operator<<(std::ostream& out, const BadOption& bad) {
    return out << bad.name;
  }
};

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

const std::vector<BadOption> kBadOptions{
    {"--dim", [](GloveOptions& o) { o.dim = 0; }},
    {"--epochs", [](GloveOptions& o) { o.epochs = 0; }},
    {"--eta", [](GloveOptions& o) { o.eta = 0; }},
    {"--eta", [](GloveOptions& o) { o.eta = kNan; }},
    {"--x-max", [](GloveOptions& o) { o.x_max = 0; }},
    {"--x-max", [](GloveOptions& o) { o.x_max = kNan; }},
    {"--weight-exponent", [](GloveOptions& o) { o.weight_exponent = -1; }},
    {"--clip", [](GloveOptions& o) { o.clip = 0; }},
    {"--threads", [](GloveOptions& o) { o.threads = -1; }},
};

BOOST_DATA_TEST_CASE(an_option_out_of_range_is_named, data::make(kBadOptions), bad) {
  auto options = test_options();
  bad.set(options);
  BOOST_CHECK_EXCEPTION(options.validate(), UsageError, test::says(bad.name + ":"));
}

BOOST_DATA_TEST_CASE(a_stop_interrupts_training, data::make({1, 2}), threads) {
  std::stop_source stop;
  Monitor monitor;
  monitor.stop = stop.get_token();
  monitor.on_progress = [&](const Progress&) { stop.request_stop(); };
  auto options = test_options();
  options.threads = threads;
  options.epochs = 1'000'000;
  BOOST_CHECK_THROW(train(options, monitor), Interrupted);
}

BOOST_AUTO_TEST_CASE(progress_counts_every_entry) {
  std::vector<Progress> reports;
  Monitor monitor;
  monitor.on_progress = [&](const Progress& progress) { reports.push_back(progress); };
  const auto options = test_options();
  train(options, monitor);
  BOOST_REQUIRE(!reports.empty());
  BOOST_CHECK_EQUAL(reports.back().done, 4 * small_tiles().entries());
  BOOST_CHECK_EQUAL(reports.back().total, reports.back().done);
  BOOST_CHECK_EQUAL(reports.back().unit, "entries");
  BOOST_CHECK_EQUAL(reports.back().learning_rate, options.eta);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
