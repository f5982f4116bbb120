#include "tools/sentiment_vectors.h"

#include <cmath>
#include <string>
#include <utility>

#include "classify/text_preparation.h"
#include "common/error.h"
#include "common/output.h"
#include "common/parallel.h"
#include "common/random.h"
#include "embed/text/read_corpus.h"
#include "embed/train/word2vec.h"
#include "embed/vectors/vector_file.h"

namespace wordkin {
namespace {

constexpr const char* kPreparedFile = "temporary file for the prepared texts (set TMPDIR)";

// Prepared texts in a nameless file, one a line.
class PreparedFile {
 public:
  explicit PreparedFile(TextPreparation preparation)
      : preparation_(preparation), fd_(open_temporary_file()) {}

  void add(const std::vector<std::string>& texts) {
    constexpr std::size_t kTexts = 4096;
    for (std::size_t begin = 0; begin < texts.size(); begin += kTexts) {
      std::vector<std::string> lines(std::min(kTexts, texts.size() - begin));
      parallel_for_ranges(lines.size(), 64, [&](std::size_t from, std::size_t to) {
        for (auto i = from; i < to; ++i) {
          lines[i] =
              fmt::format("{}\n", fmt::join(prepare_text(texts[begin + i], preparation_), " "));
        }
      });
      write_all(fd_.get(), fmt::format("{}", fmt::join(lines, "")), kPreparedFile);
    }
  }

  std::filesystem::path path() const { return fmt::format("/proc/self/fd/{}", fd_.get()); }

 private:
  TextPreparation preparation_;
  FileDescriptor fd_;
};

Corpus read_prepared(const PreparedFile& file, std::uint64_t min_count, int threads,
                     const Monitor& monitor) {
  const std::vector<std::filesystem::path> paths{file.path()};
  try {
    return read_corpus(paths, {.vocabulary = {.min_count = min_count}, .threads = threads},
                       monitor);
  } catch (const FormatError&) {
    throw FormatError(fmt::format(
        "no word occurs {} times in the texts to train on; give more texts, or --vectors",
        min_count));
  } catch (const IoError& error) {
    std::string message = error.what();
    const auto path = paths.front().string();
    if (message.starts_with(path)) message.replace(0, path.size(), kPreparedFile);
    throw IoError(message);
  }
}

SentimentVectors read_vectors(const SentimentTrainOptions& options) {
  const auto embeddings = load_embeddings(options.vectors);
  return {embeddings.vocabulary(), embeddings.vectors(), preparation_for(embeddings.vocabulary())};
}

SentimentVectors train_vectors(const SentimentTrainOptions& options, const LabelledTexts& train,
                               const Monitor& monitor) {
  const TextPreparation preparation;
  PreparedFile file(preparation);
  file.add(train.texts);
  for (const auto& corpus : options.corpora) file.add(read_texts(corpus));
  const auto corpus =
      read_prepared(file, VocabularyOptions{}.min_count, options.common.threads, monitor);
  Word2VecOptions word2vec;
  word2vec.dim = options.dim;
  word2vec.epochs = options.corpus_epochs;
  word2vec.seed = options.training.seed;
  word2vec.threads = options.common.threads;
  word2vec.updates = Updates::kLockstep;  // the same for any number of threads
  try {
    const auto embeddings = train_word2vec(corpus.ids, corpus.vocabulary, word2vec, monitor);
    return {embeddings.vocabulary(), embeddings.vectors(), preparation};
  } catch (const FormatError&) {
    throw UsageError(
        "--corpus: no text has two words in a row that are frequent enough to learn vectors from; "
        "give more text, or leave --corpus off");
  }
}

// Vectors of normal length 1 or so for the words that occur twice at least.
SentimentVectors draw_vectors(const SentimentTrainOptions& options, const LabelledTexts& train,
                              const Monitor& monitor) {
  const TextPreparation preparation;
  PreparedFile file(preparation);
  file.add(train.texts);
  auto corpus = read_prepared(file, 2, options.common.threads, monitor);
  Matrix vectors(corpus.vocabulary.size(), static_cast<std::size_t>(options.dim));
  const auto limit = std::sqrt(3.0f / static_cast<float>(options.dim));
  for (std::size_t i = 0; i < vectors.rows(); ++i) {
    auto random = stream(options.training.seed, "word vectors", i);
    for (auto& value : vectors.row(i)) value = limit * (2 * random.uniform() - 1);
  }
  return {std::move(corpus.vocabulary), std::move(vectors), preparation};
}

}  // namespace

SentimentVectors make_sentiment_vectors(const SentimentTrainOptions& options,
                                        const LabelledTexts& train, const Monitor& monitor) {
  if (!options.vectors.empty()) return read_vectors(options);
  if (!options.corpora.empty()) return train_vectors(options, train, monitor);
  return draw_vectors(options, train, monitor);
}

}  // namespace wordkin
