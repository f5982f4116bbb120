#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace wordkin {

struct NbsvmOptions {
  // The weight of the squared losses against |w|^2 / 2, > 0. On reviews of films 0.3 to 3 make no
  // difference beyond chance; the paper has 1.
  double c = 1;
  double alpha = 1;    // added to every count of texts, > 0
  double beta = 0.25;  // 0: a multinomial naive Bayes with the SVM's bias; 1: the SVM
};

// A linear classifier of word sequences by which words and pairs of adjacent words they contain:
// the support vector machine with naive Bayes features of Wang and Manning, "Baselines and bigrams:
// simple, good sentiment and topic classification", 2012. With two classes one machine tells class
// 1 from class 0; with more, there is one for each class against the rest.
//
// N-grams are known by 64-bit hashes: with two million of them, the chance that any two are taken
// for one is 1 in 10 million. Immutable after training, so thread-safe.
class Nbsvm {
 public:
  // `classes` has for each text a number below `class_count`, which is at least 2; each class needs
  // a text. Throws UsageError when any of this does not hold, for options out of range, and where
  // no text has a word. Uses the threads of the arena that it is called in, and cannot be
  // interrupted. The result depends on nothing but the arguments.
  static Nbsvm train(std::span<const std::vector<std::string>> texts,
                     std::span<const std::uint32_t> classes, std::size_t class_count,
                     const NbsvmOptions& options = {});

  // The first class with the largest decision value.
  std::uint32_t predict(std::span<const std::string> words) const;

  // [class_count()]: how far on the side of each class the text is, by the machine for it. With two
  // classes the values are the negatives of each other. No probabilities.
  std::vector<double> decision_values(std::span<const std::string> words) const;

  std::size_t class_count() const { return biases_.size() == 1 ? 2 : biases_.size(); }
  // How many n-grams occur in the texts that it was trained by.
  std::size_t feature_count() const { return features_.size(); }

 private:
  Nbsvm() = default;

  std::vector<std::uint64_t> features_;  // hashes of n-grams, ascending
  std::vector<double> weights_;          // [features, machines]
  std::vector<double> biases_;           // [machines]
};

}  // namespace wordkin
