#include "embed/train/training_memory.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/corpus.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(training_memory)

// Bytes of the lanes of lockstep.
std::uint64_t lanes(const Vocabulary& vocabulary, Word2VecOptions options) {
  options.updates = Updates::kLockstep;
  return word2vec_memory(vocabulary, options).back().bytes;
}

const Vocabulary& vocabulary() {
  static const auto corpus = test::corpus_of(test::random_text(500, 20, 2000));
  return corpus.vocabulary;
}

constexpr std::uint64_t kMega = 1 << 20;

BOOST_AUTO_TEST_CASE(of_lanes_grows_with_what_they_share) {
  Word2VecOptions options;
  options.dim = 1000;
  options.window = 2;
  const auto narrow = lanes(vocabulary(), options);
  BOOST_CHECK_GT(narrow, 8 * 64 * 4000);  // pieces of rows
  BOOST_CHECK_LT(narrow, 40 * kMega);
  options.alpha = 1e-4;  // rounds stay as long
  for (const auto loss : {Loss::kNegativeSampling, Loss::kHierarchicalSoftmax}) {
    options.loss = loss;
    options.window = 2;
    const auto before = lanes(vocabulary(), options);
    options.window = 400;
    BOOST_CHECK_GT(lanes(vocabulary(), options), before + 10 * kMega);
  }
}

BOOST_AUTO_TEST_CASE(of_lanes_is_that_of_whole_blocks) {
  Word2VecOptions options;
  options.dim = 1000;
  options.window = 300;
  options.alpha = 1;  // rounds are of one word
  options.block = 1;
  const auto short_blocks = lanes(vocabulary(), options);
  options.block = 64;
  BOOST_CHECK_GT(lanes(vocabulary(), options), short_blocks);
}

BOOST_AUTO_TEST_CASE(of_extremes_is_a_number_within_reason) {
  const auto one_word = test::corpus_of("a a a a a\n").vocabulary;
  StringTable words;
  for (const auto* word : {"a", "b", "c"}) words.insert(word);
  const Vocabulary uncounted(std::move(words), {5, 0, 3});
  for (const auto* words_of : {&vocabulary(), &one_word, &uncounted}) {
    for (const auto loss : {Loss::kNegativeSampling, Loss::kHierarchicalSoftmax}) {
      for (const auto sharing : {Sharing::kBlock, Sharing::kNone}) {
        for (const double exponent : {-10.0, 0.0, 10.0}) {
          for (const double sample : {0.0, 1e-12, 1.0}) {
            Word2VecOptions options;
            options.loss = loss;
            options.sharing = sharing;
            options.noise_exponent = exponent;
            options.sample = sample;
            const auto bytes = lanes(*words_of, options);
            BOOST_CHECK_GT(bytes, kMega);
            BOOST_CHECK_LT(bytes, 64 * kMega);
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
