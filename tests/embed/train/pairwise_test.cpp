#include "embed/train/pairwise.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "tests/support/corpus.h"
#include "tests/support/modes.h"
#include "tests/support/reference_word2vec.h"

namespace wordkin {
namespace {

namespace data = boost::unit_test::data;

using test::kModes;
using test::Mode;

Word2VecOptions options_of(const Mode& mode) {
  Word2VecOptions options;
  options.model = mode.model;
  options.loss = mode.loss;
  options.dim = 10;
  options.epochs = 1;
  options.sample = 0;
  return options;
}

Word2VecOptions fixed_window(const Mode& mode, int window) {
  auto options = options_of(mode);
  options.window = window;
  options.window_size = WindowSize::kFixed;
  return options;
}

// Numbers of magnitude 1/4 to 3/4: a step at the smallest rate does not change them.
void fill(Matrix& matrix, std::uint64_t seed) {
  auto random = stream(seed, "pairwise test", 0);
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    for (float& value : matrix.row(i)) {
      const float magnitude = 0.25f + random.uniform() / 2;
      value = random.below(2) == 0 ? magnitude : -magnitude;
    }
  }
}

// A text and all that workers need to train on it.
class Setup {
 public:
  Setup(std::string_view text, const Word2VecOptions& options)
      : corpus_(test::corpus_of(text)), options_(options), task_(make_task(corpus_, options_)) {}
  Setup(const Setup&) = delete;
  Setup& operator=(const Setup&) = delete;

  Word2VecTask& task() { return task_; }
  const Vocabulary& vocabulary() const { return corpus_.vocabulary; }

  // What all units do, one after another.
  Tally train() {
    PairwiseWorker worker(task_);
    Tally all;
    for (std::size_t unit = 0; unit < task_.units(); ++unit) all += worker.run(unit);
    return all;
  }

 private:
  static Word2VecTask make_task(const Corpus& corpus, const Word2VecOptions& options) {
    const auto counts = corpus.vocabulary.counts();
    const auto dim = static_cast<std::size_t>(options.dim);
    Word2VecTask task{.corpus = corpus.ids,
                      .options = options,
                      .subsampler = {counts, options.sample},
                      .noise = {},
                      .tree = {},
                      .input = {counts.size(), dim},
                      .output = {}};
    if (options.loss == Loss::kNegativeSampling) {
      task.noise.emplace(counts, options.noise_exponent);
      task.output = Matrix(counts.size(), dim);
    } else {
      task.tree.emplace(counts);
      task.output = Matrix(task.tree->inner_nodes(), dim);
    }
    fill(task.input, 1);
    fill(task.output, 2);
    return task;
  }

  Corpus corpus_;
  Word2VecOptions options_;
  Word2VecTask task_;
};

BOOST_AUTO_TEST_SUITE(pairwise)

BOOST_DATA_TEST_CASE(training_agrees_with_the_reference,
                     kModes* data::make({0.0, 0.02}) * data::make({1, 4}) *
                         data::make({"drawn", "fixed"}),
                     mode, sample, window, window_size) {
  auto options = options_of(mode);
  options.sample = sample;
  options.window = window;
  options.window_size = enum_from_name<WindowSize>(window_size).value();
  options.epochs = 2;
  options.alpha = 0.1;
  Setup setup(test::random_text(20, 12, 30), options);
  test::ReferenceWord2Vec reference(setup.task());
  const auto before = setup.task().input;
  PairwiseWorker worker(setup.task());
  for (std::size_t unit = 0; unit < setup.task().units(); ++unit) {
    const auto tally = worker.run(unit);
    const auto expected = reference.run(unit);
    BOOST_CHECK_EQUAL(tally.words, expected.words);
    BOOST_CHECK_EQUAL(tally.pairs, expected.pairs);
    BOOST_CHECK_CLOSE_FRACTION(tally.loss, expected.loss, 1e-5);
  }
  BOOST_CHECK(setup.task().input != before);
  const auto check = [](const Matrix& found, const test::Rows& expected) {
    for (std::size_t i = 0; i < found.rows(); ++i) {
      BOOST_CHECK_LE(test::relative_error(test::to_double(found.row(i)), expected[i]), 1e-4);
    }
  };
  check(setup.task().input, reference.input());
  check(setup.task().output, reference.output());
}

// Texts and the lengths of their sentences.
struct Sentences {
  std::string text;
  std::vector<std::size_t> lengths;

  friend std::ostream& operator<<(std::ostream& out, const Sentences& sentences) {
    return out << '"' << sentences.text.substr(0, 20) << '"';
  }
};

const auto kSentences = data::make(std::vector<Sentences>{
    {"a b\n", {2}},
    {"a b c d e f g h\n", {8}},
    {"a b\nc d\n\ne f g\n", {2, 2, 3}},
    {"a\nb\nc\n", {1, 1, 1}},
    {"a a a a\na\n", {4, 1}},
    {test::one_sentence(999), {999}},
    {test::one_sentence(1000), {1000}},
    {test::one_sentence(1001), {1000, 1}},
    {test::one_sentence(2500), {1000, 1000, 500}},
});

BOOST_DATA_TEST_CASE(every_pair_within_the_window_and_the_sentence_counts_once,
                     kModes* kSentences* data::make({1, 2, 5, 20}), mode, sentences, window) {
  Setup setup(sentences.text, fixed_window(mode, window));
  std::size_t words = 0;
  std::size_t pairs = 0;
  for (const auto length : sentences.lengths) {
    words += length;
    const bool skip_gram = mode.model == Word2VecModel::kSkipGram;
    const auto centres = length > 1 ? length : 0;  // each has a context
    pairs +=
        skip_gram ? test::pairs_of_sentence(length, static_cast<std::size_t>(window)) : centres;
  }
  const auto tally = setup.train();
  BOOST_CHECK_EQUAL(tally.words, words);
  BOOST_CHECK_EQUAL(tally.pairs, pairs);
}

BOOST_DATA_TEST_CASE(a_word_alone_in_its_sentence_learns_nothing, kModes, mode) {
  Setup setup("a b\nlonely\nb a b\n", fixed_window(mode, 5));
  const auto before = setup.task().input;
  setup.train();
  const auto same_row = [&](std::string_view word) {
    const auto id = setup.vocabulary().find(word).value();
    return std::ranges::equal(setup.task().input.row(id), before.row(id));
  };
  BOOST_CHECK(same_row("lonely"));
  BOOST_CHECK(!same_row("a"));
  BOOST_CHECK(!same_row("b"));
}

BOOST_AUTO_TEST_CASE(drawn_windows_are_uniform) {
  constexpr int kWindow = 5;
  constexpr int kSize = 1000;
  constexpr int kRepeats = 50;
  auto options = options_of({Word2VecModel::kSkipGram, Loss::kNegativeSampling});
  options.window = kWindow;
  options.epochs = kRepeats;
  Setup setup(test::one_sentence(kSize), options);
  double expected = 0;
  double variance = 0;
  for (int i = 0; i < kSize; ++i) {
    double sum = 0;
    double squares = 0;
    for (int radius = 1; radius <= kWindow; ++radius) {
      const double pairs = std::min(radius, i) + std::min(radius, kSize - 1 - i);
      sum += pairs / kWindow;
      squares += pairs * pairs / kWindow;
    }
    expected += kRepeats * sum;
    variance += kRepeats * (squares - sum * sum);
  }
  BOOST_CHECK_SMALL(static_cast<double>(setup.train().pairs) - expected, 5 * std::sqrt(variance));
}

BOOST_AUTO_TEST_CASE(words_that_subsampling_drops_leave_no_gap) {
  // "the" is kept with probability 0.012, the others always, and so become neighbours.
  constexpr int kLines = 1000;
  std::string text;
  for (int i = 0; i < kLines; ++i) {
    text += fmt::format("x{} the the the the the y{}\n", i, i);
  }
  auto options = fixed_window({Word2VecModel::kSkipGram, Loss::kNegativeSampling}, 1);
  options.sample = 1e-4;
  Setup setup(text, options);
  const double f = 5.0 / 7;
  const double p = (std::sqrt(f / 1e-4) + 1) * 1e-4 / f;
  const double kept = 5 * kLines * p;
  BOOST_CHECK_SMALL(static_cast<double>(setup.train().pairs) - 2 * (kLines + kept),
                    2 * 5 * std::sqrt(kept * (1 - p)));
}

BOOST_DATA_TEST_CASE(the_samples_do_not_depend_on_the_number_of_threads, kModes, mode) {
  // At the smallest rate no parameter changes, so the loss tells which pairs and noise were drawn.
  auto options = options_of(mode);
  options.alpha = 1e-12;
  options.sample = 1e-2;
  options.window = 2;
  options.negative = 2;
  options.epochs = 4;
  Setup setup(test::random_text(2500, 10, 50), options);
  const auto before = setup.task().input;
  const auto tallies = [&](int threads) {
    std::vector<Tally> result(setup.task().units());
    run_hogwild(
        result.size(), threads,
        [&] {
          auto worker = std::make_shared<PairwiseWorker>(setup.task());
          return Worker([worker](std::size_t unit) { return worker->run(unit); });
        },
        [&](std::size_t unit, const Tally& tally) { result[unit] = tally; }, {});
    return result;
  };
  const auto expected = tallies(1);
  BOOST_REQUIRE_GE(expected.size(), 10);
  BOOST_CHECK_NE(expected[0].loss, expected[1].loss);
  for (const int threads : {2, 3, 8}) {
    const auto found = tallies(threads);
    for (std::size_t unit = 0; unit < expected.size(); ++unit) {
      BOOST_CHECK_EQUAL(found[unit].words, expected[unit].words);
      BOOST_CHECK_EQUAL(found[unit].pairs, expected[unit].pairs);
      BOOST_CHECK_EQUAL(found[unit].loss, expected[unit].loss);
    }
  }
  BOOST_REQUIRE(setup.task().input == before);
}

BOOST_AUTO_TEST_CASE(epochs_and_seeds_draw_other_samples) {
  auto options = options_of({Word2VecModel::kSkipGram, Loss::kNegativeSampling});
  options.alpha = 1e-12;
  options.epochs = 2;
  const auto text = test::random_text(50, 12, 50);
  const auto loss = [&](std::uint64_t seed, std::size_t unit) {
    auto with_seed = options;
    with_seed.seed = seed;
    Setup setup(text, with_seed);
    return PairwiseWorker(setup.task()).run(unit).loss;
  };
  BOOST_CHECK_EQUAL(loss(1, 0), loss(1, 0));
  BOOST_CHECK_NE(loss(1, 0), loss(1, 1));
  BOOST_CHECK_NE(loss(1, 0), loss(2, 0));
}

BOOST_AUTO_TEST_CASE(noise_that_is_the_target_is_left_out) {
  // Of one word, all noise is the target; the loss has the positive pairs alone.
  Setup setup("a a a a a\n", fixed_window({Word2VecModel::kSkipGram, Loss::kNegativeSampling}, 2));
  setup.task().input.row(0)[0] = 2;
  const auto x = test::to_double(setup.task().input.row(0));
  test::ReferenceWord2Vec reference(setup.task());
  const auto tally = setup.train();
  BOOST_CHECK_CLOSE_FRACTION(tally.loss, reference.run(0).loss, 1e-5);
  BOOST_CHECK_EQUAL(tally.pairs, 14);
}

BOOST_AUTO_TEST_CASE(the_rate_falls_linearly) {
  auto options = options_of({Word2VecModel::kSkipGram, Loss::kNegativeSampling});
  options.epochs = 5;
  options.alpha = 0.5;
  Setup setup(test::random_text(2000, 9, 40), options);
  const auto& task = setup.task();
  BOOST_REQUIRE_EQUAL(task.units(), 10);
  BOOST_CHECK_EQUAL(task.rate(0), 0.5f);
  for (std::size_t unit = 0; unit < task.units(); ++unit) {
    BOOST_CHECK_CLOSE_FRACTION(task.rate(unit), 0.5 - 0.05 * static_cast<double>(unit), 1e-6);
  }
}

BOOST_AUTO_TEST_CASE(the_rate_has_a_floor) {
  auto options = options_of({Word2VecModel::kCbow, Loss::kNegativeSampling});
  options.epochs = 1'000'000;
  Setup setup("a b\n", options);
  BOOST_CHECK_EQUAL(setup.task().rate(0), 0.05f);
  BOOST_CHECK_CLOSE_FRACTION(setup.task().rate(500'000), 0.025, 1e-6);
  for (const std::size_t unit : {999'901, 999'999}) {
    BOOST_CHECK_CLOSE_FRACTION(setup.task().rate(unit), 0.05 * kAlphaFloor, 1e-6);
  }
}

BOOST_AUTO_TEST_CASE(each_epoch_takes_every_chunk_once_in_an_order_of_its_own) {
  Word2VecOptions options;
  options.epochs = 3;
  options.dim = 1;
  Setup setup(test::random_text(20, 5'000, 30), options);
  const auto chunks = setup.task().units() / 3;
  BOOST_REQUIRE_GT(chunks, 5);
  std::set<std::vector<std::uint32_t>> orders;
  for (std::size_t epoch = 0; epoch < 3; ++epoch) {
    auto order = setup.task().order(epoch);
    orders.insert(order);
    std::ranges::sort(order);
    BOOST_REQUIRE_EQUAL(order.size(), chunks);
    for (std::size_t i = 0; i < chunks; ++i) BOOST_CHECK_EQUAL(order[i], i);
  }
  BOOST_CHECK_EQUAL(orders.size(), 3);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
