// The kernels of training against the plain references, as a program of few parts that is built for
// Arm and run in an emulator. Prints what they use; exits with 1 where they differ.

#include <cmath>
#include <cstdio>
#include <initializer_list>

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
  const double loss = train_block(random.block, kRate, {});
  const auto error = [](const Matrix& found, const test::Rows& rows) {
    return test::relative_error(test::flattened(test::to_double(found)), test::flattened(rows));
  };
  const double input = error(random.input, expected.input);
  const double output = error(random.output, expected.output);
  const double scale = 1 + random.gross_weight;
  const bool same = std::abs(loss - expected.loss) <= kTolerance * scale &&
                    input <= kTolerance * scale && output <= kTolerance * scale;
  if (!same) {
    std::printf("dim %zu, %zu inputs, %zu shared, band %zu: loss %g for %g, errors %g and %g\n",
                shape.dim, shape.inputs, shape.shared, shape.band, loss, expected.loss, input,
                output);
  }
  return same;
}

bool run() {
  std::printf("the kernels use %s\n", hogwild_instruction_set().data());
  bool all = true;
  for (const std::size_t dim : {1, 16, 100, 300}) {
    for (const std::size_t inputs : {1, 16, 61}) {
      for (const std::size_t shared : {0, 5, 24}) {
        for (const std::size_t band : {0, 16}) {
          all = agrees({dim, inputs, shared, band, 0.1}) && all;
        }
      }
    }
  }
  return all;
}

}  // namespace
}  // namespace wordkin

int main() { return wordkin::run() ? 0 : 1; }
