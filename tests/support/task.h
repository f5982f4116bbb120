#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string_view>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/unit_test.hpp>

#include "embed/train/word2vec_task.h"
#include "embed/train/word2vec_worker.h"
#include "tests/support/corpus.h"
#include "tests/support/modes.h"

namespace wordkin::test {

inline Word2VecOptions options_of(const Mode& mode) {
  Word2VecOptions options;
  options.model = mode.model;
  options.loss = mode.loss;
  options.dim = 10;
  options.epochs = 1;
  options.sample = 0;
  return options;
}

inline Word2VecOptions fixed_window(const Mode& mode, int window) {
  auto options = options_of(mode);
  options.window = window;
  options.window_size = WindowSize::kFixed;
  return options;
}

// A rate so small that steps change no parameter of a Setup.
inline constexpr double kStandstill = 1e-12;

// A text and all that workers need to train on it.
class Setup {
 public:
  Setup(std::string_view text, const Word2VecOptions& options)
      : corpus_(corpus_of(text)),
        options_(options),
        state_(make_state(corpus_, options_)),
        task_(Word2VecTask::of(corpus_.ids, corpus_.vocabulary, options_, state_)) {}
  Setup(const Setup&) = delete;
  Setup& operator=(const Setup&) = delete;

  Word2VecTask& task() { return task_; }
  const Vocabulary& vocabulary() const { return corpus_.vocabulary; }

  // What workers of one kind do in all units, one after another.
  template <class W>
  Tally train() {
    W worker(task_, RowUse::kShared);
    Tally all;
    for (std::size_t unit = 0; unit < task_.units(); ++unit) all += worker.run(unit);
    return all;
  }

  // The same in rounds of lockstep, where another lane has announced every other row.
  template <class W>
  void train_in_copies() {
    W worker(task_, RowUse::kShared);
    LockstepRows rows(task_.input, task_.output, 2);
    auto& lane = rows.lane(0);
    auto& other = rows.lane(1);
    std::uint64_t round = 0;
    const auto collect_round = [&] {
      lane.begin_round(++round);
      other.begin_round(round);
      for (const auto* matrix : {&task_.input, &task_.output}) {
        for (WordId row = 0; row < matrix->rows(); row += 2) other.announce(*matrix, row);
      }
      return worker.collect_round(lane);
    };
    for (std::size_t unit = 0; unit < task_.units(); ++unit) {
      worker.begin(unit);
      while (collect_round()) {
        lane.forget_copies();
        worker.train_round(lane);
        for (std::size_t shard = 0; shard < LockstepRows::kShards; ++shard) rows.add(shard);
      }
    }
  }

  // The tally of each unit, of workers of one kind in as many threads.
  template <class W>
  std::vector<Tally> tallies(int threads) {
    std::vector<Tally> result(task_.units());
    run_hogwild(
        {.units = result.size(), .threads = threads},
        [&] {
          auto worker = std::make_shared<W>(task_, RowUse::kShared);
          return Worker([worker](std::size_t unit) { return worker->run(unit); });
        },
        [&](std::size_t unit, const Tally& tally) { result[unit] = tally; });
    return result;
  }

 private:
  // Numbers of magnitude 1/4 to 3/4: a step at the smallest rate does not change them.
  static void fill(Matrix& matrix, std::uint64_t seed) {
    auto random = stream(seed, "pairwise test", 0);
    for (std::size_t i = 0; i < matrix.rows(); ++i) {
      for (float& value : matrix.row(i)) {
        const float magnitude = 0.25f + random.uniform() / 2;
        value = random.below(2) == 0 ? magnitude : -magnitude;
      }
    }
  }

  static Word2VecState make_state(const Corpus& corpus, const Word2VecOptions& options) {
    auto state = Word2VecState::initial(corpus.vocabulary, options);
    fill(state.input, 1);
    fill(state.output, 2);
    return state;
  }

  Corpus corpus_;
  Word2VecOptions options_;
  Word2VecState state_;
  Word2VecTask task_;
};

// Checks that workers of one kind have the same tally in each unit for any number of threads, where
// steps change no parameter: the losses tell which pairs and noise were drawn.
template <class W>
void check_samples_with_threads(Setup& setup) {
  const auto before = setup.task().input;
  const auto expected = setup.tallies<W>(1);
  BOOST_REQUIRE_GE(expected.size(), 10);
  BOOST_CHECK_NE(expected[0].loss, expected[1].loss);
  for (const int threads : {2, 3, 8}) {
    const auto found = setup.tallies<W>(threads);
    for (std::size_t unit = 0; unit < expected.size(); ++unit) {
      BOOST_CHECK_EQUAL(found[unit].words, expected[unit].words);
      BOOST_CHECK_EQUAL(found[unit].pairs, expected[unit].pairs);
      BOOST_CHECK_EQUAL(found[unit].loss, expected[unit].loss);
    }
  }
  BOOST_REQUIRE(setup.task().input == before);
}

// Texts and the lengths of their sentences.
struct Sentences {
  std::string text;
  std::vector<std::size_t> lengths;

  friend std::ostream& operator<<(std::ostream& out, const Sentences& sentences) {
    return out << '"' << sentences.text.substr(0, 20) << '"';
  }
};

inline const auto kSentences = boost::unit_test::data::make(std::vector<Sentences>{
    {"a b\n", {2}},
    {"a b c d e f g h\n", {8}},
    {"a b\nc d\n\ne f g\n", {2, 2, 3}},
    {"a\nb\nc\n", {1, 1, 1}},
    {"a a a a\na\n", {4, 1}},
    {one_sentence(999), {999}},
    {one_sentence(1000), {1000}},
    {one_sentence(1001), {1000, 1}},
    {one_sentence(2500), {1000, 1000, 500}},
});

}  // namespace wordkin::test
