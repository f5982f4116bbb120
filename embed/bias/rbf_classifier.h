#pragma once

#include <memory>

#include "embed/bias/known_words.h"

namespace wordkin {

// A support vector machine with the kernel exp(-gamma |x - y|^2), by libsvm, with C = 1 and
// gamma = 1 / (D variance of all values): scikit-learn's SVC as it comes. Deterministic.
class RbfClassifier {
 public:
  // The first half of the vectors is one class, the second half, of the same size, the other.
  explicit RbfClassifier(const DenseVectors& vectors);
  RbfClassifier(const RbfClassifier&) = delete;
  RbfClassifier& operator=(const RbfClassifier&) = delete;
  ~RbfClassifier();

  // The share of vectors, in halves as above, that it has right. Runs on all threads.
  double accuracy(const DenseVectors& vectors) const;

 private:
  struct Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace wordkin
