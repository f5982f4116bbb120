#pragma once

#include <vector>

#include "embed/train/hogwild.h"
#include "embed/train/word2vec_task.h"
#include "tests/support/reference.h"

namespace wordkin::test {

// A word that subsampling keeps, and its context.
struct Centre {
  WordId word;
  std::vector<std::size_t> context;  // places among the unit's words
};

// What a unit should draw, plainly; `random` continues its stream afterwards.
std::vector<Centre> draw_centres(const Word2VecTask& task, std::size_t unit, RandomStream& random);

// Word2vec plainly and in double precision.
class ReferenceWord2Vec {
 public:
  // Begins with the matrices of `task`, and takes its corpus, options, samplers and tree.
  explicit ReferenceWord2Vec(const Word2VecTask& task)
      : task_(task), input_(to_double(task.input)), output_(to_double(task.output)) {}

  // Pair by pair.
  Tally run_pairwise(std::size_t unit);
  // By blocks, each from the rows as they were before it.
  Tally run_blockwise(std::size_t unit);

  const Rows& input() const { return input_; }
  const Rows& output() const { return output_; }

 private:
  void begin(std::size_t unit);
  // The input row of the context's word at a place.
  std::size_t row_of(std::size_t place) const { return centres_[place].word; }
  Vector mean_of(const Centre& centre) const;
  // The step for the input x of a pair, after output_ has made its own.
  Vector step(const Vector& x, WordId word);
  void draw_block_noise();
  void train_block(std::size_t begin, std::size_t end);
  // All pairs of a centre word, options.path_words() at a time.
  void train_path(const Centre& centre);
  void apply(const std::vector<Example>& examples);
  // The examples of one pair in a block, with the block's noise.
  void add_examples(std::size_t input, WordId word, std::vector<Example>& examples);

  const Word2VecTask& task_;
  Rows input_;
  Rows output_;
  std::vector<Centre> centres_;
  std::vector<WordId> noise_;  // of a block
  RandomStream random_{0};
  double rate_ = 0;
  Tally tally_;
};

}  // namespace wordkin::test
