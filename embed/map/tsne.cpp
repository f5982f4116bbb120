#include "embed/map/tsne.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "common/error.h"
#include "common/parallel.h"
#include "common/random.h"
#include "embed/map/quadtree.h"
#include "embed/map/tsne_kernels.h"

namespace wordkin {
namespace {

constexpr std::size_t kPointsInTask = 256;
constexpr double kEarlyExaggeration = 12;
constexpr double kSpread = 1e-4;  // of the places that it starts with

double sum_of(std::span<const float> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

// The forces on all points, and the room that they are computed in.
class Forces {
 public:
  Forces(const Affinities& affinities, double theta)
      : affinities_(affinities),
        tree_(static_cast<float>(theta)),
        attraction_(layout_of_size(affinities.size())),
        repulsion_{layout_of_size(affinities.size()), FloatVector(affinities.size())} {}

  void update(const Layout& points) {
    tree_.build(points);
    // Repulsion takes longer in some places than in others, so both are in small pieces.
    parallel_for_ranges(points.size(), kPointsInTask, [&](std::size_t begin, std::size_t end) {
      repel(tree_, begin, end, repulsion_);
      attract(affinities_, points, begin, end, attraction_);
    });
    total_weight_ = sum_of(repulsion_.weight) - static_cast<double>(points.size());
  }

  // The sum of w_ij over all i and other j.
  double total_weight() const { return total_weight_; }

  // 4 (exaggeration attraction - repulsion / total weight), of a point and a coordinate of Layout.
  float gradient(FloatVector Layout::*coordinate, std::size_t point, float exaggeration) const {
    const auto repulsion =
        static_cast<float>((repulsion_.force.*coordinate)[point] / total_weight_);
    return 4 * (exaggeration * (attraction_.*coordinate)[point] - repulsion);
  }

 private:
  const Affinities& affinities_;
  QuadTree tree_;
  Layout attraction_;
  Repulsion repulsion_;
  double total_weight_ = 0;
};

// A part of the iterations. Each begins with steps of 0 and gains of 1: gains that grew while
// points were drawn together more strongly would be wrong afterwards, and cost much of the quality.
struct Phase {
  int iterations;
  double momentum;
  double exaggeration;
};

// The first quarter, as long as it helps, draws points together (Belkina et al. 2019).
std::array<Phase, 2> phases(int iterations) {
  const int early = std::min(iterations / 4, 250);
  return {{{early, 0.5, kEarlyExaggeration}, {iterations - early, 0.8, 1}}};
}

// Gradient descent with momentum and gains (Jacobs, "Increased rates of convergence through
// learning rate adaptation", 1988), of one coordinate of all points.
class Descent {
 public:
  Descent(FloatVector Layout::*coordinate, std::size_t points, float rate)
      : coordinate_(coordinate), rate_(rate), step_(points), gain_(points, 1.0f) {}

  void move(Layout& points, const Forces& forces, const Phase& phase) {
    constexpr float kLeastGain = 0.01f;
    const auto momentum = static_cast<float>(phase.momentum);
    const auto exaggeration = static_cast<float>(phase.exaggeration);
    auto& places = points.*coordinate_;
    parallel_for_ranges(places.size(), 8 * kPointsInTask, [&](std::size_t begin, std::size_t end) {
      for (auto i = begin; i < end; ++i) {
        const auto gradient = forces.gradient(coordinate_, i, exaggeration);
        const bool turns = step_[i] * gradient > 0;
        gain_[i] = std::max(turns ? gain_[i] * 0.8f : gain_[i] + 0.2f, kLeastGain);
        step_[i] = momentum * step_[i] - rate_ * gain_[i] * gradient;
        places[i] += step_[i];
      }
    });
  }

 private:
  FloatVector Layout::*coordinate_;
  float rate_;
  FloatVector step_;
  FloatVector gain_;
};

// Moves points so that their mean is 0, near which floats are finest.
void centre(Layout& points) {
  for (auto* values : {&points.x, &points.y}) {
    const auto mean = static_cast<float>(sum_of(*values) / static_cast<double>(values->size()));
    for (auto& value : *values) value -= mean;
  }
}

// The standard deviation of numbers whose mean is 0.
double spread_of(std::span<const float> values) {
  const auto squares = std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
  return std::sqrt(squares / static_cast<double>(values.size()));
}

// The rate of Belkina et al., N / exaggeration, by the 4 of the gradient, and at least 50 as others
// have it; but with that, fewer than a thousand points overshoot.
float learning_rate(std::size_t points) {
  const auto size = static_cast<double>(points);
  return static_cast<float>(std::max(size / kEarlyExaggeration / 4, std::min(50.0, size / 20)));
}

// Where all points are neighbours of each other's neighbours, exaggeration draws them all together
// into one, and with it goes what they knew of each other. Then it is weakened, and the points
// moved apart again: as long as they are so near, their forces do not depend on the scale.
void keep_apart(Layout& points, Phase& phase) {
  if (phase.exaggeration == 1 || spread_of(points.x) + spread_of(points.y) > kSpread / 2) return;
  phase.exaggeration = std::max(1.0, 0.7 * phase.exaggeration);
  for (auto* values : {&points.x, &points.y}) {
    for (auto& value : *values) value *= 2;
  }
}

// `start` with a spread of 1e-4 along x, and a hundredth of it at random.
Layout scaled(Layout start, std::uint64_t seed) {
  centre(start);
  const auto spread = spread_of(start.x);
  const auto scale = spread > 0 ? static_cast<float>(kSpread / spread) : 0.0f;
  auto random = stream(seed, "t-SNE", 0);
  for (auto* values : {&start.x, &start.y}) {
    for (auto& value : *values) {
      value = scale * value + static_cast<float>(0.01 * kSpread) * (2 * random.uniform() - 1);
    }
  }
  return start;
}

// sum over i, j of p_ij log(p_ij / q_ij), with q_ij = w_ij / total weight.
double divergence(const Affinities& affinities, const Layout& points, double total_weight) {
  std::vector<double> sums(points.size());
  parallel_for_ranges(points.size(), kPointsInTask, [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) {
      for (auto at = affinities.offsets[i]; at < affinities.offsets[i + 1]; ++at) {
        const double p = affinities.values[at];
        if (p == 0) continue;
        const auto j = affinities.columns[at];
        const double dx = points.x[i] - points.x[j];
        const double dy = points.y[i] - points.y[j];
        sums[i] += p * std::log(p * (1 + dx * dx + dy * dy) * total_weight);
      }
    }
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

void check_perplexity(double perplexity, std::size_t points) {
  if (perplexity <= highest_perplexity(points)) return;
  throw UsageError(
      fmt::format("perplexity {:g} needs at least {} points, found {}; lower it to at most {:g}",
                  perplexity, static_cast<std::size_t>(std::ceil(3 * perplexity)) + 1, points,
                  std::floor(100 * highest_perplexity(points)) / 100));
}

}  // namespace

void TsneOptions::validate() const {
  if (!(perplexity >= 1 && perplexity <= 10000)) {
    throw UsageError(fmt::format("--perplexity: expected 1 to 10000, found {:g}", perplexity));
  }
  if (iterations < 1 || iterations > 1000000) {
    throw UsageError(fmt::format("--iterations: expected 1 to 1000000, found {}", iterations));
  }
  // Beyond that, a point in the corner of a square could see it, and so itself, as one.
  if (!(theta >= 0 && theta <= 0.7)) {
    throw UsageError(fmt::format("theta: expected 0 to 0.7, found {:g}", theta));
  }
}

Tsne tsne(const Neighborhoods& neighborhoods, const Layout& start, const TsneOptions& options,
          const Monitor& monitor) {
  options.validate();
  check_perplexity(options.perplexity, neighborhoods.size());
  const auto affinities = joint_affinities(neighborhoods, options.perplexity);
  const auto size = affinities.size();
  auto points = scaled(start, options.seed);
  Forces forces(affinities, options.theta);
  const auto rate = learning_rate(size);
  StageReporter reporter(monitor, "t-SNE", "iterations",
                         static_cast<std::uint64_t>(options.iterations));
  std::uint64_t done = 0;
  for (auto phase : phases(options.iterations)) {
    Descent along_x(&Layout::x, size, rate);
    Descent along_y(&Layout::y, size, rate);
    for (int iteration = 0; iteration < phase.iterations; ++iteration) {
      monitor.throw_if_stopped();
      forces.update(points);
      along_x.move(points, forces, phase);
      along_y.move(points, forces, phase);
      centre(points);
      keep_apart(points, phase);
      reporter.report(++done);
    }
  }
  forces.update(points);
  reporter.finish({.done = done});
  const auto final_divergence = divergence(affinities, points, forces.total_weight());
  return {std::move(points), final_divergence};
}

Layout tsne_gradient(const Affinities& affinities, const Layout& points, double theta,
                     double exaggeration) {
  Forces forces(affinities, theta);
  forces.update(points);
  auto gradient = layout_of_size(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto factor = static_cast<float>(exaggeration);
    gradient.x[i] = forces.gradient(&Layout::x, i, factor);
    gradient.y[i] = forces.gradient(&Layout::y, i, factor);
  }
  return gradient;
}

}  // namespace wordkin
