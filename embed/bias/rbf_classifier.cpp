#include "embed/bias/rbf_classifier.h"

#include <atomic>

#include <libsvm/svm.h>

#include "common/error.h"
#include "common/parallel.h"

namespace wordkin {
namespace {

using Nodes = std::vector<svm_node>;

Nodes nodes_of(const DenseVector& vector) {
  Nodes nodes;
  for (std::size_t i = 0; i < vector.size(); ++i) {
    nodes.push_back({static_cast<int>(i) + 1, vector[i]});
  }
  nodes.push_back({-1, 0});  // the end
  return nodes;
}

double class_of(std::size_t i, std::size_t count) { return i < count / 2 ? 1 : -1; }

// 1 / (D variance), the variance over all values of all vectors.
double kernel_width(const DenseVectors& vectors) {
  double sum = 0;
  double squares = 0;
  for (const auto& vector : vectors) {
    for (const double x : vector) {
      sum += x;
      squares += x * x;
    }
  }
  const auto dim = static_cast<double>(vectors.front().size());
  const auto count = dim * static_cast<double>(vectors.size());
  const auto variance = squares / count - (sum / count) * (sum / count);
  return variance > 0 ? 1 / (dim * variance) : 1;
}

svm_parameter parameters_for(const DenseVectors& vectors) {
  svm_parameter parameters{};
  parameters.svm_type = C_SVC;
  parameters.kernel_type = RBF;
  parameters.gamma = kernel_width(vectors);
  parameters.cache_size = 200;  // MB
  parameters.eps = 1e-3;
  parameters.C = 1;
  parameters.shrinking = 1;
  return parameters;
}

}  // namespace

// libsvm's model points into the problem that it was trained on.
struct RbfClassifier::Machine {
  std::vector<Nodes> nodes;
  svm_model* model = nullptr;
};

RbfClassifier::RbfClassifier(const DenseVectors& vectors) : machine_(std::make_unique<Machine>()) {
  std::vector<svm_node*> rows;
  std::vector<double> classes;
  for (const auto& vector : vectors) machine_->nodes.push_back(nodes_of(vector));
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    rows.push_back(machine_->nodes[i].data());
    classes.push_back(class_of(i, vectors.size()));
  }
  const svm_problem problem{static_cast<int>(vectors.size()), classes.data(), rows.data()};
  const auto parameters = parameters_for(vectors);
  if (const auto* fault = svm_check_parameter(&problem, &parameters)) throw NumericError(fault);
  svm_set_print_string_function([](const char*) {});  // it reports to standard output otherwise
  machine_->model = svm_train(&problem, &parameters);
}

RbfClassifier::~RbfClassifier() { svm_free_and_destroy_model(&machine_->model); }

double RbfClassifier::accuracy(const DenseVectors& vectors) const {
  std::atomic<std::size_t> right = 0;
  parallel_for_ranges(vectors.size(), 64, [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) {
      const auto nodes = nodes_of(vectors[i]);
      right += svm_predict(machine_->model, nodes.data()) == class_of(i, vectors.size()) ? 1 : 0;
    }
  });
  return static_cast<double>(right) / static_cast<double>(vectors.size());
}

}  // namespace wordkin
