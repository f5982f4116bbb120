// Prints what this machine can do and what train_block makes of it, as one JSON object:
//   instruction_set, threads, peak_gflops (multiplications and additions of floats, all threads),
//   and for some shapes of blocks the useful operations a second, in Gflop/s, of one thread.
//
// usage: kernel_bench [THREADS]

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/matrix.h"
#include "common/random.h"
#include "embed/train/hogwild_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel_bench.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, which includes this file once for each instruction set.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace wordkin::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Runs chains of fused multiplications and additions, enough of them to hide their latency, and
// returns the number of operations. Each begins with another number, or compilers would see that
// they are all the same.
double FusedOperations(std::uint64_t rounds) {
  const hn::CappedTag<float, Matrix::kRowMultiple> d;
  const auto m = hn::Set(d, 0.999f);
  const auto start = [&](float x) HWY_ATTR { return hn::Set(d, x); };
  auto a = start(1), b = start(2), c = start(3), e = start(4), f = start(5), g = start(6);
  auto h = start(7), i = start(8), j = start(9), k = start(10), l = start(11), n = start(12);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    a = hn::MulAdd(a, m, m);
    b = hn::MulAdd(b, m, m);
    c = hn::MulAdd(c, m, m);
    e = hn::MulAdd(e, m, m);
    f = hn::MulAdd(f, m, m);
    g = hn::MulAdd(g, m, m);
    h = hn::MulAdd(h, m, m);
    i = hn::MulAdd(i, m, m);
    j = hn::MulAdd(j, m, m);
    k = hn::MulAdd(k, m, m);
    l = hn::MulAdd(l, m, m);
    n = hn::MulAdd(n, m, m);
  }
  const auto sum = hn::Add(hn::Add(hn::Add(hn::Add(a, b), hn::Add(c, e)), hn::Add(f, g)),
                           hn::Add(hn::Add(hn::Add(h, i), hn::Add(j, k)), hn::Add(l, n)));
  volatile float used = hn::GetLane(sum);
  static_cast<void>(used);
  return 24.0 * static_cast<double>(rounds * hn::Lanes(d));
}

}  // namespace wordkin::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wordkin {

HWY_EXPORT(FusedOperations);

namespace {

double seconds_of(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Gflop/s of all threads together, the best of a few tries.
double peak(unsigned threads) {
  constexpr std::uint64_t kRounds = 20'000'000;
  double best = 0;
  for (int attempt = 0; attempt < 5; ++attempt) {
    std::vector<double> operations(threads);
    const double seconds = seconds_of([&] {
      std::vector<std::jthread> running;
      for (auto& result : operations) {
        running.emplace_back([&] { result = HWY_DYNAMIC_DISPATCH(FusedOperations)(kRounds); });
      }
    });
    double sum = 0;
    for (const double count : operations) sum += count;
    best = std::max(best, sum / seconds * 1e-9);
  }
  return best;
}

struct Shape {
  std::size_t dim;
  std::size_t inputs;
  std::size_t shared;
  std::size_t window;
};

// A skip-gram block with windows of full width, from rows that are in the caches.
double block_gflops(const Shape& shape) {
  auto random = stream(1, "kernel bench", shape.dim);
  Matrix input(shape.inputs, shape.dim);
  Matrix output(shape.shared + shape.inputs + 2 * shape.window + 4, shape.dim);
  for (auto* matrix : {&input, &output}) {
    for (std::size_t i = 0; i < matrix->rows(); ++i) {
      for (float& value : matrix->row(i)) value = (random.uniform() - 0.5f) * 0.1f;
    }
  }
  const auto view = [](Matrix& matrix, std::size_t i) {
    float* row = matrix.padded_row(i).data();
    return RowView{row, row};
  };
  LogisticBlock block(input.stride());
  for (std::size_t i = 0; i < shape.inputs; ++i) block.inputs.push_back(view(input, i));
  block.weights.assign(shape.inputs, 1.0f);
  for (std::size_t k = 0; k < shape.shared; ++k) block.shared.push_back(view(output, k));
  block.labels.assign(shape.shared, 0.0f);
  block.band = (LogisticBlock::kGroup + 2 * shape.window + 3) / 4 * 4;
  double pairs = 0;
  for (std::size_t n = 0; n < shape.inputs - LogisticBlock::kGroup + block.band; ++n) {
    block.neighbours.push_back(view(output, shape.shared + n));
    std::uint64_t links = 0;
    for (std::size_t j = 0; j < shape.inputs; ++j) {
      const auto far = n > j + shape.window ? n - j - shape.window : j + shape.window - n;
      if (far > 0 && far <= (shape.window + 1) / 2) links |= std::uint64_t{1} << j, ++pairs;
    }
    block.links.push_back(links);
  }
  BlockScratch scratch;
  constexpr int kRepeats = 20'000;
  double best = 0;
  for (int attempt = 0; attempt < 5; ++attempt) {
    const double seconds = seconds_of([&] {
      for (int i = 0; i < kRepeats; ++i) train_block(block, 1e-9f, {}, scratch);
    });
    const double examples = pairs + static_cast<double>(shape.inputs * shape.shared);
    best =
        std::max(best, kRepeats * examples * 6 * static_cast<double>(shape.dim) / seconds * 1e-9);
  }
  return best;
}

void run(unsigned threads) {
  nlohmann::ordered_json result{{"instruction_set", hogwild_instruction_set()},
                                {"threads", threads},
                                {"peak_gflops", peak(threads)},
                                {"peak_gflops_one_thread", peak(1)}};
  for (const auto& shape : {Shape{100, 16, 24, 5}, Shape{300, 16, 24, 5}, Shape{100, 8, 12, 0}}) {
    result["blocks"].push_back({{"dim", shape.dim},
                                {"inputs", shape.inputs},
                                {"shared", shape.shared},
                                {"window", shape.window},
                                {"gflops", block_gflops(shape)}});
  }
  fmt::print("{}\n", result.dump(2));
}

}  // namespace
}  // namespace wordkin

int main(int argc, char** argv) {
  wordkin::run(argc > 1 ? static_cast<unsigned>(std::atoi(argv[1]))
                        : std::thread::hardware_concurrency());
}
#endif
