#include "embed/map/affinities.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "common/parallel.h"

namespace wordkin {
namespace {

constexpr std::size_t kPointsAtOnce = 256;

struct Entry {
  std::uint32_t column;
  float value;
};
using Rows = std::vector<std::vector<Entry>>;  // by column, ascending

// p_j|i in row i.
Rows conditional_rows(const Neighborhoods& neighborhoods, double perplexity) {
  const auto wanted = static_cast<std::size_t>(3 * perplexity);
  Rows rows(neighborhoods.size());
  parallel_for_ranges(rows.size(), kPointsAtOnce, [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) {
      const auto& all = neighborhoods[i];
      const std::span neighbors(all.data(), std::min(wanted, all.size()));
      const auto affinities = conditional_affinities(neighbors, perplexity);
      for (std::size_t j = 0; j < neighbors.size(); ++j) {
        rows[i].push_back({neighbors[j].word, static_cast<float>(affinities[j])});
      }
      std::ranges::sort(rows[i], {}, &Entry::column);
    }
  });
  return rows;
}

Rows columns_of(const Rows& rows) {
  std::vector<std::size_t> sizes(rows.size());
  for (const auto& row : rows) {
    for (const auto& entry : row) ++sizes[entry.column];
  }
  Rows columns(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) columns[i].reserve(sizes[i]);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const auto& [column, value] : rows[i]) {
      columns[column].push_back({static_cast<std::uint32_t>(i), value});
    }
  }
  return columns;
}

// The sum of two rows.
std::vector<Entry> merged(const std::vector<Entry>& a, const std::vector<Entry>& b) {
  std::vector<Entry> sum;
  sum.reserve(a.size() + b.size());
  auto left = a.begin();
  auto right = b.begin();
  while (left != a.end() || right != b.end()) {
    if (right == b.end() || (left != a.end() && left->column < right->column)) {
      sum.push_back(*left++);
    } else if (left == a.end() || right->column < left->column) {
      sum.push_back(*right++);
    } else {
      sum.push_back({left->column, left->value + right->value});
      ++left;
      ++right;
    }
  }
  return sum;
}

}  // namespace

std::vector<double> conditional_affinities(std::span<const Neighbor> neighbors, double perplexity) {
  constexpr int kMostSteps = 100;
  constexpr double kTolerance = 1e-6;  // of the entropy
  // Less the least distance, so that at least one exponential is 1.
  std::vector<double> distances;
  for (const auto& neighbor : neighbors) {
    distances.push_back(2.0 * (double{neighbors.front().similarity} - neighbor.similarity));
  }
  const double wanted = std::log(perplexity);
  std::vector<double> affinities(neighbors.size());
  double precision = 1;
  double least = 0;
  double most = std::numeric_limits<double>::infinity();
  for (int step = 0; step < kMostSteps; ++step) {
    double sum = 0;
    double weighted = 0;
    for (std::size_t j = 0; j < distances.size(); ++j) {
      affinities[j] = std::exp(-precision * distances[j]);
      sum += affinities[j];
      weighted += affinities[j] * distances[j];
    }
    for (auto& affinity : affinities) affinity /= sum;
    const double entropy = std::log(sum) + precision * weighted / sum;
    if (std::abs(entropy - wanted) < kTolerance) break;
    (entropy > wanted ? least : most) = precision;
    precision = std::isinf(most) ? 2 * precision : (least + most) / 2;
  }
  return affinities;
}

Affinities joint_affinities(const Neighborhoods& neighborhoods, double perplexity) {
  auto rows = conditional_rows(neighborhoods, perplexity);
  const auto columns = columns_of(rows);
  parallel_for_ranges(rows.size(), kPointsAtOnce, [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) rows[i] = merged(rows[i], columns[i]);
  });
  Affinities joint;
  joint.offsets.push_back(0);
  for (const auto& row : rows) joint.offsets.push_back(joint.offsets.back() + row.size());
  joint.columns.resize(joint.offsets.back() + Affinities::kSlack);
  joint.values.resize(joint.offsets.back() + Affinities::kSlack);
  const auto scale = 0.5 / static_cast<double>(rows.size());
  parallel_for_ranges(rows.size(), kPointsAtOnce, [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) {
      auto place = joint.offsets[i];
      for (const auto& [column, value] : rows[i]) {
        joint.columns[place] = static_cast<std::int32_t>(column);
        joint.values[place++] = static_cast<float>(scale * value);
      }
    }
  });
  return joint;
}

}  // namespace wordkin
