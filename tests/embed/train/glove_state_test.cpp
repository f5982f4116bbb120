#include "embed/train/glove_state.h"

#include <array>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "embed/vectors/vector_file.h"
#include "tests/support/glove.h"
#include "tests/support/training.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(glove_state)

using test::small_corpus;
using test::tiles_of;

GloveOptions test_options() {
  GloveOptions options;
  options.dim = 12;
  options.epochs = 2;
  options.threads = 1;
  return options;
}

GloveOptions more_epochs() {
  auto options = test_options();
  options.epochs = 5;
  return options;
}

// A state after two epochs.
struct Saved {
  test::TemporaryFolder folder;
  std::filesystem::path path = folder / "state.safetensors";
  CooccurrenceTiles tiles = tiles_of(small_corpus(), 12);
  GloveModel model = test::train(tiles, small_corpus(), test_options());

  Saved() { save_glove_state(path, model, tiles, small_corpus().vocabulary, test_options()); }

  GloveModel load(const GloveOptions& options) const {
    return load_glove_state(path, tiles, small_corpus().vocabulary, options);
  }
};

BOOST_AUTO_TEST_CASE(training_goes_on_to_the_same_bits) {
  Saved saved;
  auto options = test_options();
  options.epochs = 5;
  const auto& vocabulary = small_corpus().vocabulary;
  const auto resumed = train_glove(saved.tiles, vocabulary, options, saved.load(options));
  const auto expected = test::train(saved.tiles, small_corpus(), options);
  const auto found = glove_embeddings(resumed, vocabulary, options);
  BOOST_CHECK(found.vectors() == glove_embeddings(expected, vocabulary, options).vectors());
  BOOST_CHECK(found.context() == glove_embeddings(expected, vocabulary, options).context());
  BOOST_CHECK(resumed.losses == expected.losses);
}

BOOST_AUTO_TEST_CASE(training_goes_on_from_within_an_epoch_to_the_same_bits) {
  const Saved saved;
  const auto options = more_epochs();
  const auto& vocabulary = small_corpus().vocabulary;
  const auto expected = test::train(saved.tiles, small_corpus(), options);
  const auto rounds = saved.tiles.parts().parts();
  BOOST_REQUIRE_GE(rounds, 2);
  for (const std::size_t last : {std::size_t{1}, rounds, rounds + 2}) {
    std::size_t saves = 0;
    const auto save = [&](const GloveModel& model) {
      save_glove_state(saved.path, model, saved.tiles, vocabulary, options);
      if (++saves == last) throw Interrupted();
    };
    BOOST_CHECK_THROW(
        train_glove(saved.tiles, vocabulary, options, test::start_of(saved.tiles, options), {},
                    Checkpoint<GloveModel>(save, {})),
        Interrupted);
    const auto model = saved.load(options);
    BOOST_CHECK_EQUAL(model.losses.size() * rounds + model.rounds, last - 1);
    const auto resumed = train_glove(saved.tiles, vocabulary, options, model);
    BOOST_CHECK(glove_embeddings(resumed, vocabulary, options).vectors() ==
                glove_embeddings(expected, vocabulary, options).vectors());
    BOOST_CHECK(resumed.losses == expected.losses);
  }
}

BOOST_AUTO_TEST_CASE(is_a_file_of_vectors_too) {
  const Saved saved;
  const auto vectors = load_embeddings(saved.path);
  const auto expected =
      glove_embeddings(saved.model, small_corpus().vocabulary, test_options(), GloveVectors::kWord);
  BOOST_CHECK(vectors.vectors() == expected.vectors());
  BOOST_CHECK(vectors.context() == expected.context());
}

BOOST_AUTO_TEST_CASE(what_differs_is_named) {
  const Saved saved;
  const auto fails = [&](void (*change)(GloveOptions&), std::string_view message) {
    auto options = more_epochs();
    change(options);
    BOOST_CHECK_EXCEPTION(saved.load(options), UsageError, test::says(std::string(message)));
  };
  fails([](GloveOptions& o) { o.eta = 0.1; }, "eta 0.05, found 0.1");
  fails([](GloveOptions& o) { o.x_max = 10; }, "--x-max 100, found 10");
  fails([](GloveOptions& o) { o.weight_exponent = 1; }, "--weight-exponent 0.75, found 1");
  fails([](GloveOptions& o) { o.clip = 1; }, "clip");
  fails([](GloveOptions& o) { o.seed = 7; }, "seed");
  fails([](GloveOptions& o) { o.dim = 13; }, "dim 12, found 13");
  fails([](GloveOptions& o) { o.epochs = 1; }, "2 epochs already; give --epochs 2 or more");
  const auto other = tiles_of(small_corpus(), 12, 3);
  BOOST_CHECK_EXCEPTION(
      load_glove_state(saved.path, other, small_corpus().vocabulary, test_options()), UsageError,
      test::says(" co-occurrences, found "));
}

BOOST_AUTO_TEST_CASE(other_cooccurrences_of_the_same_sum_are_refused) {
  const Saved saved;
  const auto with_context_of_first_word = [&](WordId context) {
    CooccurrenceTiles tiles(saved.tiles.parts(), std::uint64_t{1} << 20);
    const std::array contexts{context};
    const std::array counts{2.0};
    tiles.add({0, contexts, counts});
    tiles.finish();
    return tiles;
  };
  const auto tiles = with_context_of_first_word(1);
  const auto& vocabulary = small_corpus().vocabulary;
  save_glove_state(saved.path, saved.model, tiles, vocabulary, test_options());
  BOOST_CHECK_NO_THROW(load_glove_state(saved.path, tiles, vocabulary, more_epochs()));
  BOOST_CHECK_EXCEPTION(
      load_glove_state(saved.path, with_context_of_first_word(2), vocabulary, more_epochs()),
      UsageError, test::says("with other counts of co-occurrences"));
}

// A file with the tensors that a state of one dimension has, and vectors of another.
BOOST_AUTO_TEST_CASE(vectors_of_another_size_than_they_say_are_refused) {
  Saved saved;
  auto bytes = test::read_bytes(saved.path);
  const std::string shape =
      R"("shape":[)" + std::to_string(small_corpus().vocabulary.size()) + ",12]";
  for (const std::string tensor : {"\"vectors\"", "\"vector_squares\"", "\"context\""}) {
    auto changed = bytes;
    const auto at = changed.find(tensor);
    BOOST_REQUIRE(at != changed.npos);
    const auto numbers = changed.find(shape, at);
    BOOST_REQUIRE(numbers != changed.npos);
    changed.replace(numbers + shape.size() - 3, 2, "13");
    saved.folder.write("changed", changed);
    BOOST_CHECK_THROW(load_glove_state(saved.folder / "changed", saved.tiles,
                                       small_corpus().vocabulary, more_epochs()),
                      FormatError);
  }
}

BOOST_AUTO_TEST_CASE(sums_of_squares_below_one_are_refused) {
  const Saved saved;
  auto model = saved.model;
  model.words.vector_squares(3)[2] = 0;
  save_glove_state(saved.path, model, saved.tiles, small_corpus().vocabulary, test_options());
  BOOST_CHECK_EXCEPTION(saved.load(more_epochs()), FormatError, test::says("vector_squares"));
}

BOOST_AUTO_TEST_CASE(other_words_are_refused) {
  const Saved saved;
  StringTable words;
  for (WordId id = 0; id < small_corpus().vocabulary.size(); ++id) {
    words.insert("other" + std::to_string(id));
  }
  BOOST_CHECK_EXCEPTION(
      load_glove_state(saved.path, saved.tiles, Vocabulary(std::move(words), {}), test_options()),
      UsageError, test::says("another vocabulary"));
}

BOOST_AUTO_TEST_CASE(other_files_are_refused) {
  const Saved saved;
  const auto vectors = saved.folder / "vectors.safetensors";
  save_embeddings(vectors, glove_embeddings(saved.model, small_corpus().vocabulary, test_options()),
                  VectorFormat::kSafetensors);
  const auto& vocabulary = small_corpus().vocabulary;
  BOOST_CHECK_EXCEPTION(load_glove_state(vectors, saved.tiles, vocabulary, test_options()),
                        FormatError, test::says("no saved state"));
  BOOST_CHECK_THROW(load_glove_state(saved.folder.write("text", "no state"), saved.tiles,
                                     vocabulary, test_options()),
                    FormatError);
  const auto bytes = test::read_bytes(saved.path);
  for (std::size_t size = 0; size < bytes.size(); size += 997) {
    BOOST_CHECK_THROW(load_glove_state(saved.folder.write("cut", bytes.substr(0, size)),
                                       saved.tiles, vocabulary, test_options()),
                      FormatError);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
