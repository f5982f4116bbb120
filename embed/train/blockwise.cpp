#include "embed/train/blockwise.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <span>

#include "embed/train/hogwild_kernels.h"

namespace wordkin {
namespace {

constexpr auto kGroup = LogisticBlock::kGroup;

constexpr std::size_t rounded_up(std::size_t n) { return (n + kGroup - 1) / kGroup * kGroup; }

// Bits first .. last - 1, none where first >= last; both up to 64.
constexpr std::uint64_t bits(std::size_t first, std::size_t last) {
  const auto below = [](std::size_t n) {
    return n < 64 ? (std::uint64_t{1} << n) - 1 : ~std::uint64_t{0};
  };
  return below(last) & ~below(first);
}

// A filter that lets few words pass but all that are in `words`.
constexpr std::size_t kFilterBits = 1024;

}  // namespace

BlockWorker::BlockWorker(Word2VecTask& task, RowUse rows)
    : Word2VecWorker(task, rows),
      block_size_(static_cast<std::size_t>(task.block_words())),
      path_words_(static_cast<std::size_t>(task.options.path_words())),
      window_(static_cast<std::size_t>(task.options.window)),
      share_(static_cast<float>(task.options.negative) /
             static_cast<float>(task.options.noise_words())),
      noise_(static_cast<std::size_t>(task.options.noise_words())) {
  if (task.options.model == Word2VecModel::kCbow) {
    hidden_.means = Matrix(rounded_up(block_size_), task.input.cols());
    hidden_.error = hidden_.means;
    hidden_.sums = Matrix(sum_rows(task.options), task.input.cols());
  }
}

std::size_t BlockWorker::sum_rows(const Word2VecOptions& options) {
  const auto side = std::min<std::size_t>(static_cast<std::size_t>(options.window), kMaxSentence);
  return static_cast<std::size_t>(options.block_words()) + 2 * side + 1;
}

void BlockWorker::on_begin() { end_ = path_taken_ = context_end_ = 0; }

bool BlockWorker::collect() {
  const auto begin = end_;
  if (begin == sample_->words.size()) return false;
  auto& step = steps_.push();
  step.block.clear();
  step.block.stride = task_.input.stride();
  step.fetched.clear();
  if (task_.tree) {
    collect_path(begin, step);
    return true;
  }
  end_ = std::min(sample_->words.size(), begin + block_size_);
  draw_noise(begin, step);
  if (task_.options.model == Word2VecModel::kCbow) {
    collect_cbow(begin, step);
  } else {
    collect_skip_gram(begin, step);
  }
  return true;
}

bool BlockWorker::train() {
  if (steps_.empty()) return false;
  const auto& step = steps_.front();
  const auto* next = steps_.second();
  const auto upcoming =
      next != nullptr ? std::span<const float* const>(next->fetched) : std::span<const float*>();
  const bool is_cbow = task_.options.model == Word2VecModel::kCbow;
  if (is_cbow) average_contexts(step.contexts, hidden_);
  tally_.loss += train_block(step.block, rate_, upcoming, scratch_);
  if (is_cbow) add_to_contexts(step.contexts, hidden_);
  exchange_rows();
  steps_.pop();
  return true;
}

void BlockWorker::redirect(LaneRows& rows) {
  // As train() does for all but the first.
  if (!steps_.empty()) fetch_rows(steps_.front().fetched, task_.input.stride());
  for (auto& [block, contexts, fetched] : steps_) {
    const auto redirect = [&](std::vector<RowView>& views) {
      for (auto& view : views) {
        if (view.to != nullptr) view = rows.to_train(view.to);
      }
    };
    if (task_.options.model == Word2VecModel::kSkipGram) redirect(block.inputs);
    redirect(block.shared);
    redirect(block.neighbours);
    redirect(block.own);
    for (auto& row : contexts.rows) row = rows.to_train(row);
  }
}

float* BlockWorker::fetched_row(Matrix& matrix, WordId id, Step& step) {
  float* values = row(matrix, id);
  step.fetched.push_back(values);
  return values;
}

void BlockWorker::draw_noise(std::size_t begin, Step& step) {
  const bool is_new = begin % (kBlocksPerNoise * block_size_) == 0;
  if (is_new) {
    for (auto& word : noise_) word = task_.noise->draw(sampler_.random());
    noise_bits_.assign(kFilterBits / 64, 0);
    for (const auto word : noise_)
      noise_bits_[word % kFilterBits / 64] |= std::uint64_t{1} << word % 64;
  }
  for (const auto word : noise_) {
    step.block.shared.push_back(is_new ? fetched_row(task_.output, word, step)
                                       : row(task_.output, word));
  }
  step.block.labels.assign(noise_.size(), 0.0f);
}

// Noise that is a pair's target is left out, as in word2vec.c: here of the inputs, a bit each, that
// answer the target.
void BlockWorker::except_noise(WordId target, std::uint64_t inputs, LogisticBlock& block) {
  if ((noise_bits_[target % kFilterBits / 64] >> target % 64 & 1) == 0) return;
  for (std::uint32_t k = 0; k < noise_.size(); ++k) {
    if (noise_[k] != target) continue;
    for (auto rest = inputs; rest != 0; rest &= rest - 1) {
      const auto input = static_cast<std::uint32_t>(std::countr_zero(rest));
      block.exceptions.push_back({input, k, share_});
    }
  }
}

// Inputs are the block's words. Their neighbours are the words that have them in their windows:
// those of the block and up to `window` to either side.
void BlockWorker::collect_skip_gram(std::size_t begin, Step& step) {
  const auto& [words, left, right, corpus_words] = *sample_;
  const auto end = end_;
  auto& block = step.block;
  block.inputs.resize(rounded_up(end - begin));
  for (auto i = begin; i < end; ++i) {
    block.inputs[i - begin] = fetched_row(task_.input, words[i], step);
  }

  block.band = rounded_up(kGroup + 2 * window_);
  block.neighbours.resize(block.inputs.size() - kGroup + block.band);
  block.links.resize(block.neighbours.size());
  changes_.assign(end - begin + 1, 0);  // of an input's number of neighbours, to that of the last
  const auto last_neighbour = std::min(words.size(), end + window_);
  for (auto i = begin - std::min(begin, window_); i < last_neighbour; ++i) {
    const auto n = i + window_ - begin;
    const auto first = std::clamp(i - left[i], begin, end) - begin;
    const auto last = std::clamp(i + right[i] + 1, begin, end) - begin;
    changes_[first] += first < last;
    changes_[last] -= first < last;
    block.links[n] = bits(first, last);
    if (i >= begin && i < end) block.links[n] &= ~(std::uint64_t{1} << (i - begin));
    if (block.links[n] == 0) continue;
    // The rows of the others have come with the last block, most of them.
    const bool is_new = begin == 0 || i >= begin + window_;
    block.neighbours[n] =
        is_new ? fetched_row(task_.output, words[i], step) : row(task_.output, words[i]);
    except_noise(words[i], block.links[n], block);
  }
  block.weights.resize(block.inputs.size());
  std::int32_t neighbours = -1;  // itself
  for (std::size_t j = 0; j < end - begin; ++j) {
    neighbours += changes_[j];
    block.weights[j] = share_ * static_cast<float>(neighbours);
    tally_.pairs += static_cast<std::uint64_t>(neighbours);
  }
}

// Inputs are the means of contexts; each has a target of its own, its centre word.
void BlockWorker::collect_cbow(std::size_t begin, Step& step) {
  const auto& [words, left, right, corpus_words] = *sample_;
  const auto end = end_;
  auto first = begin;
  auto last = begin;
  for (auto i = begin; i < end; ++i) {
    first = std::min(first, i - left[i]);
    last = std::max(last, i + right[i] + 1);
  }
  auto& [rows, windows, first_centre, begun] = step.contexts;
  first_centre = begin - first;
  begun.assign(last - first + 1, 0);
  rows.clear();
  for (auto i = first; i < last; ++i) {
    rows.push_back(i < context_end_ ? row(task_.input, words[i])
                                    : fetched_row(task_.input, words[i], step));
  }
  context_end_ = last;

  auto& block = step.block;
  block.inputs.resize(rounded_up(end - begin));
  block.weights.resize(block.inputs.size());
  block.own.resize(block.inputs.size());
  windows.clear();
  for (auto i = begin; i < end; ++i) {
    const auto n = i - begin;
    windows.push_back({i - left[i] - first, i + right[i] + 1 - first});
    ++begun[windows.back().first];
    --begun[windows.back().last];
    if (left[i] + right[i] == 0) continue;
    block.inputs[n] = {hidden_.means.padded_row(n).data(), hidden_.error.padded_row(n).data()};
    block.weights[n] = share_;
    block.own[n] = fetched_row(task_.output, words[i], step);
    except_noise(words[i], std::uint64_t{1} << n, block);
    ++tally_.pairs;
  }
}

// A centre word's context, or a part of it, and its path through the tree.
void BlockWorker::collect_path(std::size_t centre, Step& step) {
  const auto& [words, left, right, corpus_words] = *sample_;
  auto& block = step.block;
  const std::size_t context = left[centre] + right[centre];
  const auto last = std::min(context, path_taken_ + path_words_);
  for (; path_taken_ < last; ++path_taken_) {
    const auto i = centre - left[centre] + path_taken_;
    block.inputs.push_back(fetched_row(task_.input, words[i < centre ? i : i + 1], step));
  }
  tally_.pairs += block.inputs.size();
  block.weights.assign(block.inputs.size(), 1.0f);
  block.inputs.resize(rounded_up(block.inputs.size()));
  block.weights.resize(block.inputs.size());
  if (path_taken_ == context) {
    path_taken_ = 0;
    ++end_;
  }
  if (block.inputs.empty()) return;
  for (const auto& [node, label] : task_.tree->path(words[centre])) {
    block.shared.push_back(fetched_row(task_.output, node, step));
    block.labels.push_back(label);
  }
}

}  // namespace wordkin
