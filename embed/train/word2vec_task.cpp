#include "embed/train/word2vec_task.h"

#include <algorithm>

#include "common/random.h"

namespace wordkin {

Word2VecTask Word2VecTask::of(const EncodedCorpus& corpus, const Vocabulary& vocabulary,
                              const Word2VecOptions& options, Word2VecState& state) {
  Word2VecTask task{.corpus = corpus,
                    .options = options,
                    .subsampler = Subsampler(vocabulary.counts(), options.sample),
                    .noise = {},
                    .tree = {},
                    .input = state.input,
                    .output = state.output};
  if (options.loss == Loss::kNegativeSampling) {
    task.noise.emplace(vocabulary.counts(), options.noise_exponent);
  } else {
    task.tree.emplace(vocabulary.counts());
  }
  return task;
}

std::vector<std::uint32_t> Word2VecTask::order(std::size_t epoch) const {
  return shuffled(static_cast<std::uint32_t>(corpus.chunks()),
                  stream(options.seed, "order of chunks", epoch));
}

float Word2VecTask::rate(std::size_t unit) const {
  const double remaining = 1 - static_cast<double>(unit) / static_cast<double>(units());
  return static_cast<float>(options.initial_alpha() * std::max(remaining, kAlphaFloor));
}

}  // namespace wordkin
