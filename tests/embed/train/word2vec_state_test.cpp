#include "embed/train/word2vec_state.h"

#include <string>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "common/error.h"
#include "common/version.h"
#include "embed/train/lockstep.h"
#include "embed/vectors/vector_file.h"
#include "tests/support/training.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(word2vec_state)

namespace data = boost::unit_test::data;

const auto kUpdates = data::make(kEnumNames<Updates>);

// One chunk, so that an epoch is a unit.
const Corpus& one_chunk() {
  static const auto corpus = test::corpus_of(test::random_text(60, 10, 40));
  return corpus;
}

// Many more units than there are between two pauses.
Word2VecOptions many_units(const test::Way& way, std::string_view updates = "hogwild") {
  auto options = test::training_options(way);
  options.epochs = 2 * kUnitsBetweenPauses + 20;
  options.updates = *enum_from_name<Updates>(updates);
  return options;
}

using Saved = Checkpoint<Word2VecState>;

Word2VecState go_on(Word2VecState state, const Word2VecOptions& options, Saved checkpoint = {},
                    const Monitor& monitor = {}) {
  return train_word2vec(one_chunk().ids, one_chunk().vocabulary, options, std::move(state), monitor,
                        std::move(checkpoint));
}

Word2VecState first(const Word2VecOptions& options) {
  return Word2VecState::initial(one_chunk().vocabulary, options);
}

class StateFile {
 public:
  void save(const Word2VecState& state, const Word2VecOptions& options) const {
    save_word2vec_state(path_, state, word2vec_identity(one_chunk().ids, options),
                        one_chunk().vocabulary);
  }
  Word2VecState load(const Word2VecOptions& options) const {
    return load_word2vec_state(path_, word2vec_identity(one_chunk().ids, options), one_chunk().ids,
                               one_chunk().vocabulary, options);
  }
  const std::filesystem::path& path() const { return path_; }
  const test::TemporaryFolder& folder() const { return folder_; }

 private:
  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "state";
};

void check_equal(const Word2VecState& found, const Word2VecState& expected) {
  BOOST_CHECK_EQUAL(found.unit, expected.unit);
  BOOST_CHECK(found.input == expected.input);
  BOOST_CHECK(found.output == expected.output);
  BOOST_REQUIRE_EQUAL(found.epochs.size(), expected.epochs.size());
  for (std::size_t i = 0; i < found.epochs.size(); ++i) {
    BOOST_CHECK_EQUAL(found.epochs[i].words, expected.epochs[i].words);
    BOOST_CHECK_EQUAL(found.epochs[i].pairs, expected.epochs[i].pairs);
    BOOST_CHECK_EQUAL(found.epochs[i].loss, expected.epochs[i].loss);
  }
}

BOOST_DATA_TEST_CASE(training_goes_on_from_a_file_to_the_same_bits, test::kWays* kUpdates, way,
                     updates) {
  auto options = many_units(way, updates);
  const StateFile file;
  int saved = 0;
  const auto save_and_end = [&](const Word2VecState& state) {
    file.save(state, options);
    if (++saved == 2) throw Interrupted();
  };
  BOOST_CHECK_THROW(go_on(first(options), options, Saved(save_and_end, {})), Interrupted);
  options.threads = updates == "lockstep" ? 3 : 1;
  auto resumed = file.load(options);
  BOOST_CHECK_GT(resumed.unit, 0);
  BOOST_CHECK_LT(resumed.unit, options.epochs);
  options.threads = 1;
  check_equal(go_on(std::move(resumed), options), go_on(first(options), options));
}

BOOST_DATA_TEST_CASE(a_stop_saves_a_state_and_interrupts, kUpdates, updates) {
  const auto options = many_units(test::kBlocks, updates);
  std::stop_source stop;
  const Monitor monitor{.on_progress = [&](const Progress&) { stop.request_stop(); },
                        .stop = stop.get_token()};
  std::vector<std::size_t> saved;
  const auto save = [&](const Word2VecState& state) { saved.push_back(state.unit); };
  BOOST_CHECK_THROW(go_on(first(options), options, Saved(save, std::chrono::hours(1)), monitor),
                    Interrupted);
  BOOST_REQUIRE_EQUAL(saved.size(), 1);
  BOOST_CHECK_EQUAL(saved[0], updates == "lockstep" ? kUnitsBetweenPauses : 1);
}

BOOST_AUTO_TEST_CASE(a_state_that_is_not_finite_is_not_saved) {
  auto options = many_units(test::kBlocks);
  options.alpha = 1e6;
  options.block = 16;
  bool all_finite = true;
  const auto save = [&](const Word2VecState& state) {
    all_finite =
        all_finite && !first_non_finite_row(state.input) && !first_non_finite_row(state.output);
  };
  BOOST_CHECK_EXCEPTION(go_on(first(options), options, Saved(save, {})), NumericError,
                        test::says("try --alpha 0.025"));
  BOOST_CHECK(all_finite);
}

BOOST_DATA_TEST_CASE(a_state_is_read_as_it_was_written, test::kModes, mode) {
  const auto options = many_units({mode, Sharing::kBlock});
  const auto state = go_on(first(options), options);
  const StateFile file;
  file.save(state, options);
  check_equal(file.load(options), state);
  const auto vectors = load_embeddings(file.path());
  BOOST_CHECK(vectors.vectors() == state.input);
  BOOST_CHECK_EQUAL(vectors.has_context(), mode.loss == Loss::kNegativeSampling);
}

BOOST_AUTO_TEST_CASE(what_differs_is_named) {
  const auto options = many_units(test::kBlocks);
  const StateFile file;
  file.save(first(options), options);
  const auto fails = [&](void (*change)(Word2VecOptions&), const std::string& message) {
    auto other = options;
    change(other);
    BOOST_CHECK_EXCEPTION(file.load(other), UsageError, test::says(message));
  };
  fails([](Word2VecOptions& o) { o.model = Word2VecModel::kCbow; }, "model skipgram, found cbow");
  fails([](Word2VecOptions& o) { o.loss = Loss::kHierarchicalSoftmax; }, "loss ns, found hs");
  fails([](Word2VecOptions& o) { o.dim = 13; }, "dim 12, found 13");
  fails([](Word2VecOptions& o) { o.window = 6; }, "window 5, found 6");
  fails([](Word2VecOptions& o) { o.window_size = WindowSize::kFixed; },
        "was saved without --fixed-window");
  fails([](Word2VecOptions& o) { o.negative = 6; }, "negative 5, found 6");
  fails([](Word2VecOptions& o) { o.noise_exponent = 1; }, "--noise-exponent 0.75, found 1");
  fails([](Word2VecOptions& o) { o.sample = 0; }, "sample 0.001, found 0");
  fails([](Word2VecOptions& o) { ++o.epochs; }, "epochs 148, found 149");
  fails([](Word2VecOptions& o) { o.alpha = 0.5; }, "alpha 0.025, found 0.5");
  fails([](Word2VecOptions& o) { o.seed = 2; }, "seed 1, found 2");
  fails([](Word2VecOptions& o) { o.sharing = Sharing::kNone; }, "sharing block, found none");
  fails([](Word2VecOptions& o) { o.updates = Updates::kLockstep; },
        "was saved without --deterministic");
  fails([](Word2VecOptions& o) { o.block = 8; }, "block as usual, found 8");
  fails([](Word2VecOptions& o) { o.shared_negatives = 8; }, "--shared-negatives 24, found 8");
  fails([](Word2VecOptions& o) { o.seed = 2, o.dim = 13; },
        "with --dim 12, found 13; with --seed 1, found 2");
  const auto other = test::corpus_of(test::random_text(60, 10, 40) + "w1 w2\n");
  BOOST_CHECK_EXCEPTION(load_word2vec_state(file.path(), word2vec_identity(other.ids, options),
                                            other.ids, other.vocabulary, options),
                        UsageError, test::says(" words of text, found "));
  auto identity = word2vec_identity(one_chunk().ids, options);
  identity["program"] = "wordkin 0.0.0";
  BOOST_CHECK_EXCEPTION(
      load_word2vec_state(file.path(), identity, one_chunk().ids, one_chunk().vocabulary, options),
      UsageError, test::says(fmt::format("with wordkin {}, found wordkin 0.0.0", kVersion)));
}

BOOST_AUTO_TEST_CASE(other_words_are_named) {
  const auto options = many_units(test::kBlocks);
  const StateFile file;
  file.save(first(options), options);
  StringTable words;
  for (int i = 0; i < 40; ++i) words.insert("v" + std::to_string(i));
  const std::vector<std::uint64_t> counts(40, 1);
  BOOST_CHECK_EXCEPTION(
      load_word2vec_state(file.path(), word2vec_identity(one_chunk().ids, options), one_chunk().ids,
                          Vocabulary(std::move(words), counts), options),
      UsageError, test::says("word 1 was 'w"));
}

BOOST_AUTO_TEST_CASE(other_counts_are_refused) {
  const auto options = many_units(test::kBlocks);
  const StateFile file;
  file.save(first(options), options);
  const auto& vocabulary = one_chunk().vocabulary;
  std::vector<std::uint64_t> counts(vocabulary.counts().begin(), vocabulary.counts().end());
  ++counts.front();
  BOOST_CHECK_EXCEPTION(
      load_word2vec_state(file.path(), word2vec_identity(one_chunk().ids, options), one_chunk().ids,
                          Vocabulary(test::table_of(vocabulary), counts), options),
      UsageError, test::says("with other counts of the same words"));
}

// An epoch is a unit.
Word2VecState after(std::size_t epochs, const Word2VecOptions& options) {
  auto state = first(options);
  state.unit = epochs;
  for (std::size_t i = 0; i < epochs; ++i) {
    state.epochs[i] = {.words = one_chunk().ids.words(), .pairs = 10, .loss = 20};
  }
  return state;
}

BOOST_AUTO_TEST_CASE(lockstep_goes_on_only_from_where_it_pauses) {
  const auto options = many_units(test::kBlocks, "lockstep");
  const StateFile file;
  for (const std::size_t unit : {std::size_t{0}, kUnitsBetweenPauses, std::size_t{148}}) {
    file.save(after(unit, options), options);
    BOOST_CHECK_NO_THROW(file.load(options));
  }
  file.save(after(5, options), options);
  BOOST_CHECK_EXCEPTION(file.load(options), FormatError, test::says("units are done"));
}

BOOST_AUTO_TEST_CASE(contradictions_are_refused) {
  const auto options = many_units(test::kBlocks);
  const StateFile file;
  const auto refuses = [&](void (*spoil)(Word2VecState&), const std::string& message) {
    auto state = after(3, options);
    file.save(state, options);
    BOOST_CHECK_NO_THROW(file.load(options));
    spoil(state);
    file.save(state, options);
    BOOST_CHECK_EXCEPTION(file.load(options), FormatError, test::says(message));
  };
  refuses([](auto& state) { state.unit = 4; },
          "'epoch_words' holds 0 for epoch 4, expected 600 to 600");
  refuses([](auto& state) { state.unit = 2; },
          "'epoch_words' holds 600 for epoch 3, expected 0 to 0");
  refuses([](auto& state) { state.epochs[1].words = 599; }, "holds 599 for epoch 2");
  refuses([](auto& state) { state.epochs[1].pairs = 6001; }, "more pairs than the text has");
}

BOOST_AUTO_TEST_CASE(other_files_are_refused) {
  const auto options = many_units(test::kBlocks);
  const StateFile file;
  file.save(first(options), options);
  const auto bytes = test::read_bytes(file.path());
  const auto load = [&](const std::string& content) {
    const auto path = file.folder().write("other", content);
    return load_word2vec_state(path, word2vec_identity(one_chunk().ids, options), one_chunk().ids,
                               one_chunk().vocabulary, options);
  };
  for (std::size_t size = 0; size < bytes.size(); size += 97) {
    BOOST_CHECK_THROW(load(bytes.substr(0, size)), FormatError);
  }
  BOOST_CHECK_NO_THROW(load(bytes));
  auto beyond = first(options);
  beyond.unit = 149;
  file.save(beyond, options);
  BOOST_CHECK_EXCEPTION(file.load(options), FormatError, test::says("which of 148 units are done"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
