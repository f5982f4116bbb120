// The kernels of training against the plain references, as a program of few parts that is built for
// Arm and run in an emulator. Prints what they use; exits with 1 where they differ.

#include <cmath>
#include <cstdio>
#include <initializer_list>
#include <vector>

#include "common/packed_factor.h"
#include "embed/train/hogwild_kernels.h"
#include "tests/support/random_block.h"
#include "tests/support/reference.h"

namespace wordkin {
namespace {

bool agrees(const test::BlockShape& shape) {
  constexpr float kRate = 0.375f;
  constexpr double kTolerance = 1e-6;
  test::RandomBlock random(shape);
  const auto expected = test::logistic_steps(random.examples, test::to_double(random.input),
                                             test::to_double(random.output), kRate);
  const double magnitude = test::largest(test::flattened(test::to_double(random.output)));
  BlockScratch scratch;
  const double loss = train_block(random.block, kRate, {}, scratch);
  const auto error = [](const Matrix& found, const test::Rows& rows) {
    return test::largest_difference(test::flattened(test::to_double(found)), test::flattened(rows));
  };
  const double input = error(random.input, expected.input);
  const double output = error(random.output, expected.output);
  // Relative to the largest step that examples of such weights can cause; no input is above 1.
  const double steps = kRate * random.gross_weight;
  const bool same = std::abs(loss - expected.loss) <=
                        kTolerance * (expected.loss + random.gross_weight * std::log(2.0)) &&
                    input <= kTolerance * (steps * magnitude + 1) &&
                    output <= kTolerance * (steps + magnitude);
  if (!same) {
    std::printf("dim %zu, %zu inputs, %zu shared, band %zu: loss %g for %g, errors %g and %g\n",
                shape.dim, shape.inputs, shape.shared, shape.band, loss, expected.loss, input,
                output);
  }
  return same;
}

// A packed product against plain loops.
bool multiplies(std::size_t rows, std::size_t cols, std::size_t depth) {
  std::vector<float> a(rows * depth), b(depth * cols), product(rows * cols);
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<float>(i * 7 % 11) - 5;
  for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<float>(i * 5 % 13) - 6;
  PackedFactor<float> packed;
  packed.pack(depth, cols, {b.data(), cols});
  multiply(rows, a.data(), depth, packed, {product.data(), cols});
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < cols; ++j) {
      float sum = 0;  // of whole numbers, so exact
      for (std::size_t k = 0; k < depth; ++k) sum += a[i * depth + k] * b[k * cols + j];
      if (product[i * cols + j] == sum) continue;
      std::printf("packed product %zu x %zu by %zu: %g for %g\n", rows, depth, cols,
                  double{product[i * cols + j]}, double{sum});
      return false;
    }
  }
  return true;
}

bool run() {
  std::printf("the kernels use %s\n", hogwild_instruction_set().data());
  bool all = multiplies(1, 1, 1) && multiplies(7, 70, 33) && multiplies(12, 48, 100);
  for (const std::size_t dim : {1, 16, 100, 300}) {
    for (const std::size_t inputs : {1, 16, 61}) {
      for (const std::size_t shared : {0, 5, 24}) {
        for (const std::size_t band : {0, 16}) {
          all = agrees({dim, inputs, shared, band, 0.1}) && all;
        }
        all = agrees({dim, inputs, shared, 0, 0.1, true, true}) && all;
      }
    }
  }
  return all;
}

}  // namespace
}  // namespace wordkin

int main() { return wordkin::run() ? 0 : 1; }
