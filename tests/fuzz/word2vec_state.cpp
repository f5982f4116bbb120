#include "embed/train/word2vec_state.h"

#include <array>

#include "embed/text/read_corpus.h"
#include "tests/fuzz/embeddings.h"

namespace wordkin::fuzz {
namespace {

Corpus few_words() {
  const MemoryFile file("a b a c a b\nb d a\n");
  const std::array inputs{file.path()};
  CorpusOptions options;
  options.vocabulary.min_count = 1;
  options.threads = 1;
  return read_corpus(inputs, options);
}

// What a state is resumed with.
struct Word2VecTraining {
  Word2VecTraining() {
    options.dim = 2;
    options.epochs = 4;
    options.sample = 0;
    options.threads = 1;
    identity = word2vec_identity(corpus.ids, options);
  }

  Word2VecOptions options;
  Corpus corpus = few_words();
  Metadata identity;
};

const Word2VecTraining& word2vec_training() {
  static const Word2VecTraining training;
  return training;
}

bool is_finite(const Matrix& matrix) { return !first_non_finite_row(matrix); }

Word2VecState load_word2vec(std::string_view bytes) {
  const auto& training = word2vec_training();
  return load_word2vec_state(MemoryFile(with_checksum(bytes)).path(), training.identity,
                             training.corpus.ids, training.corpus.vocabulary, training.options);
}

std::string saved_word2vec(const Word2VecState& state) {
  return written([&](const std::filesystem::path& path) {
    const auto& training = word2vec_training();
    save_word2vec_state(path, state, training.identity, training.corpus.vocabulary);
  });
}

Word2VecState train(Word2VecState state, Checkpoint<Word2VecState> checkpoint = {}) {
  const auto& training = word2vec_training();
  return train_word2vec(training.corpus.ids, training.corpus.vocabulary, training.options,
                        std::move(state), {}, std::move(checkpoint));
}

void run_word2vec_state(std::string_view bytes) {
  const auto state = accepted(bytes.size(), [&] { return load_word2vec(bytes); });
  if (!state) return;
  const auto& training = word2vec_training();
  const auto words = training.corpus.vocabulary.size();
  check(state->input.rows() == words && state->output.rows() == words, "every word has its rows");
  check(is_finite(state->input) && is_finite(state->output), "values are finite");
  check(state->unit <= 4 && state->epochs.size() == 4, "no more is done than there is");
  if (!gets_long_checks(bytes)) return;
  const auto again = saved_word2vec(*state);
  check(saved_word2vec(load_word2vec(again)) == again, "a state is kept");
  // Training goes on, or tells that its numbers are too large.
  const auto trained = accepted(0, [&] { return train(*state); });
  if (trained) check(is_finite(trained->input) && is_finite(trained->output), "values are finite");
}

std::vector<std::string> word2vec_state_seeds() {
  const auto& training = word2vec_training();
  std::vector<std::string> states;
  train(Word2VecState::initial(training.corpus.vocabulary, training.options),
        {[&](const Word2VecState& state) { states.push_back(saved_word2vec(state)); }, {}});
  return states;
}

const Registration kWord2VecState{{"word2vec_state", run_word2vec_state, word2vec_state_seeds}};

}  // namespace
}  // namespace wordkin::fuzz
