#include "tests/support/reference_word2vec.h"

#include <algorithm>

namespace wordkin::test {
namespace {

// Blocks in a row that have the same noise words.
constexpr std::size_t kBlocksPerNoise = 4;

void add(const Vector& delta, Vector& row) {
  for (std::size_t i = 0; i < row.size(); ++i) row[i] += delta[i];
}

// Gives the words from `begin` on, a sentence, their contexts.
void end_sentence(const std::vector<int>& radii, std::size_t begin, std::vector<Centre>& centres) {
  const auto first = static_cast<int>(begin);
  const auto last = static_cast<int>(centres.size()) - 1;
  for (int i = first; i <= last; ++i) {
    const auto centre = static_cast<std::size_t>(i);
    for (int j = i - radii[centre]; j <= i + radii[centre]; ++j) {
      if (j >= first && j <= last && j != i) {
        centres[centre].context.push_back(static_cast<std::size_t>(j));
      }
    }
  }
}

}  // namespace

std::vector<Centre> draw_centres(const Word2VecTask& task, std::size_t unit, RandomStream& random) {
  random = stream(task.options.seed, "samples", unit);
  const auto window = static_cast<std::uint32_t>(task.options.window);
  std::vector<Centre> centres;
  std::vector<int> radii;
  std::size_t begin = 0;
  const auto end = [&] {
    end_sentence(radii, begin, centres);
    begin = centres.size();
  };
  const auto chunks = task.corpus.chunks();
  for (const auto id : task.corpus.chunk(task.order(unit / chunks)[unit % chunks])) {
    if (id == kSentenceEnd) {
      end();
      continue;
    }
    if (!task.subsampler.keeps(id, random)) continue;
    if (centres.size() - begin == kMaxSentence) end();
    centres.push_back({id, {}});
    const bool fixed = task.options.window_size == WindowSize::kFixed;
    radii.push_back(static_cast<int>(fixed ? window : 1 + random.below(window)));
  }
  end();
  return centres;
}

void ReferenceWord2Vec::begin(std::size_t unit) {
  tally_ = {};
  rate_ = task_.rate(unit);
  centres_ = draw_centres(task_, unit, random_);
  const auto chunks = task_.corpus.chunks();
  for (const auto id : task_.corpus.chunk(task_.order(unit / chunks)[unit % chunks])) {
    tally_.words += id != kSentenceEnd;
  }
}

Tally ReferenceWord2Vec::run_pairwise(std::size_t unit) {
  begin(unit);
  for (const auto& centre : centres_) {
    if (centre.context.empty()) continue;
    if (task_.options.model == Word2VecModel::kSkipGram) {
      for (const auto place : centre.context) {
        auto& row = input_[row_of(place)];
        add(step(row, centre.word), row);
      }
      continue;
    }
    const auto error = step(mean_of(centre), centre.word);
    for (const auto place : centre.context) add(error, input_[row_of(place)]);
  }
  return tally_;
}

Vector ReferenceWord2Vec::mean_of(const Centre& centre) const {
  Vector mean(input_.front().size());
  for (const auto place : centre.context) add(input_[row_of(place)], mean);
  for (double& value : mean) value /= static_cast<double>(centre.context.size());
  return mean;
}

Vector ReferenceWord2Vec::step(const Vector& x, WordId word) {
  std::vector<Target> targets;
  if (task_.options.loss == Loss::kHierarchicalSoftmax) {
    for (const auto& [node, label] : task_.tree->path(word)) targets.push_back({node, label});
  } else {
    targets.push_back({word, 1});
    for (int i = 0; i < task_.options.negative; ++i) {
      const auto noise = task_.noise->draw(random_);
      if (noise != word) targets.push_back({noise, 0});
    }
  }
  const auto result = logistic_step(x, targets, output_, rate_);
  output_ = result.output;
  tally_.loss += result.loss;
  ++tally_.pairs;
  return result.error;
}

Tally ReferenceWord2Vec::run_blockwise(std::size_t unit) {
  begin(unit);
  if (task_.tree) {
    for (const auto& centre : centres_) train_path(centre);
    return tally_;
  }
  const auto size = static_cast<std::size_t>(task_.block_words());
  for (std::size_t first = 0; first < centres_.size(); first += size) {
    if (first % (size * kBlocksPerNoise) == 0) draw_block_noise();
    train_block(first, std::min(first + size, centres_.size()));
  }
  return tally_;
}

void ReferenceWord2Vec::draw_block_noise() {
  noise_.resize(static_cast<std::size_t>(task_.options.noise_words()));
  for (auto& word : noise_) word = task_.noise->draw(random_);
}

void ReferenceWord2Vec::add_examples(std::size_t input, WordId word,
                                     std::vector<Example>& examples) {
  ++tally_.pairs;
  if (task_.tree) {
    for (const auto& [node, label] : task_.tree->path(word)) {
      examples.push_back({input, node, label, 1});
    }
    return;
  }
  examples.push_back({input, word, 1, 1});
  const double share =
      static_cast<double>(task_.options.negative) / static_cast<double>(noise_.size());
  for (const auto other : noise_) {
    if (other != word) examples.push_back({input, other, 0, share});
  }
}

void ReferenceWord2Vec::train_block(std::size_t begin, std::size_t end) {
  std::vector<Example> examples;
  if (task_.options.model == Word2VecModel::kCbow) {
    // The examples' inputs are means; each step for a mean goes to the whole context.
    Rows means(end - begin, Vector(input_.front().size()));
    for (auto i = begin; i < end; ++i) {
      const auto& centre = centres_[i];
      if (centre.context.empty()) continue;
      means[i - begin] = mean_of(centre);
      add_examples(i - begin, centre.word, examples);
    }
    auto steps = logistic_steps(examples, means, output_, rate_);
    for (auto i = begin; i < end; ++i) {
      auto& error = steps.input[i - begin];
      for (std::size_t k = 0; k < error.size(); ++k) error[k] -= means[i - begin][k];
      for (const auto place : centres_[i].context) add(error, input_[row_of(place)]);
    }
    output_ = steps.output;
    tally_.loss += steps.loss;
    return;
  }
  // Pairs whose context word is in the block.
  for (std::size_t i = 0; i < centres_.size(); ++i) {
    for (const auto place : centres_[i].context) {
      if (place >= begin && place < end) {
        add_examples(row_of(place), centres_[i].word, examples);
      }
    }
  }
  apply(examples);
}

void ReferenceWord2Vec::train_path(const Centre& centre) {
  std::vector<Example> examples;
  std::size_t words = 0;
  for (const auto place : centre.context) {
    add_examples(row_of(place), centre.word, examples);
    if (++words % static_cast<std::size_t>(task_.options.path_words()) == 0) {
      apply(examples);
      examples.clear();
    }
  }
  apply(examples);
}

void ReferenceWord2Vec::apply(const std::vector<Example>& examples) {
  const auto steps = logistic_steps(examples, input_, output_, rate_);
  input_ = steps.input;
  output_ = steps.output;
  tally_.loss += steps.loss;
}

}  // namespace wordkin::test
