#pragma once

#include "embed/train/hogwild.h"
#include "embed/train/pairwise.h"
#include "tests/support/reference.h"

namespace wordkin::test {

// Word2vec pair by pair, plainly and in double precision.
class ReferenceWord2Vec {
 public:
  // Begins with the matrices of `task`, and takes its corpus, options, samplers and tree.
  explicit ReferenceWord2Vec(const Word2VecTask& task)
      : task_(task), input_(to_double(task.input)), output_(to_double(task.output)) {}

  Tally run(std::size_t unit);

  const Rows& input() const { return input_; }
  const Rows& output() const { return output_; }

 private:
  void train_sentence(const std::vector<WordId>& words);
  // The step for the input x of a pair, after output_ has made its own.
  Vector step(const Vector& x, WordId word);

  const Word2VecTask& task_;
  Rows input_;
  Rows output_;
  RandomStream random_{0};
  double rate_ = 0;
  Tally tally_;
};

}  // namespace wordkin::test
