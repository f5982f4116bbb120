#include "embed/query/nearest.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "common/gemm.h"
#include "common/parallel.h"

namespace wordkin {
namespace {

// The tiles of the product queries x words: their scores stay in the second-level cache.
constexpr std::size_t kQueriesAtOnce = 64;
constexpr std::size_t kWordsAtOnce = 2048;

// In double precision, where no product of floats overflows or vanishes.
double dot(std::span<const float> a, std::span<const float> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0, std::plus<>(),
                            [](double x, double y) { return x * y; });
}

bool is_better(const Neighbor& a, const Neighbor& b) {
  return a.similarity != b.similarity ? a.similarity > b.similarity : a.word < b.word;
}

// The best so far, as a heap with the worst of them at the front.
class Best {
 public:
  Best(std::size_t top, std::span<const WordId> excluded) : top_(top), excluded_(excluded) {}

  // scores[i] belongs to word first + i; words come in ascending order.
  void offer(WordId first, std::span<const float> scores) {
    if (top_ == 0) return;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      if (best_.size() < top_ || scores[i] > best_.front().similarity) {
        insert({first + static_cast<WordId>(i), scores[i]});
      }
    }
  }

  std::vector<Neighbor> take() {
    std::ranges::sort_heap(best_, is_better);
    return std::move(best_);
  }

 private:
  void insert(Neighbor candidate) {
    if (std::ranges::find(excluded_, candidate.word) != excluded_.end()) return;
    if (best_.size() == top_) {
      std::ranges::pop_heap(best_, is_better);
      best_.pop_back();
    }
    best_.push_back(candidate);
    std::ranges::push_heap(best_, is_better);
  }

  std::size_t top_;
  std::span<const WordId> excluded_;
  std::vector<Neighbor> best_;
};

void search_block(const UnitVectors& vectors, std::span<const Query> queries, std::size_t top,
                  std::span<std::vector<Neighbor>> results) {
  Matrix directions(queries.size(), vectors.dim());
  std::vector<Best> best;
  for (std::size_t q = 0; q < queries.size(); ++q) {
    std::ranges::copy(queries[q].direction, directions.row(q).begin());
    best.emplace_back(top, queries[q].excluded);
  }
  const auto& rows = vectors.rows();
  std::vector<float> scores(queries.size() * kWordsAtOnce);
  for (std::size_t first = 0; first < rows.rows(); first += kWordsAtOnce) {
    const auto words = std::min(kWordsAtOnce, rows.rows() - first);
    multiply({queries.size(), words, vectors.dim()}, {directions.data(), directions.stride()},
             transposed(rows.data() + first * rows.stride(), rows.stride()),
             {scores.data(), words});
    for (std::size_t q = 0; q < queries.size(); ++q) {
      best[q].offer(static_cast<WordId>(first), {scores.data() + q * words, words});
    }
  }
  for (std::size_t q = 0; q < queries.size(); ++q) results[q] = best[q].take();
}

}  // namespace

UnitVectors::UnitVectors(const Embeddings& embeddings, std::size_t restrict_to)
    : vocabulary_(embeddings.vocabulary()),
      rows_(restrict_to == 0 ? embeddings.size()
                             : std::min<std::size_t>(restrict_to, embeddings.size()),
            embeddings.dim()) {
  parallel_for_ranges(rows_.rows(), 4096, [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) {
      const auto vector = embeddings.vector(static_cast<WordId>(i));
      const auto norm = std::sqrt(dot(vector, vector));
      if (norm == 0) continue;
      std::ranges::transform(vector, rows_.row(i).begin(),
                             [&](float value) { return static_cast<float>(value / norm); });
    }
  });
}

double cosine(std::span<const float> a, std::span<const float> b) {
  const auto norms = std::sqrt(dot(a, a) * dot(b, b));
  return norms == 0 ? 0 : dot(a, b) / norms;
}

std::vector<std::vector<Neighbor>> nearest(const UnitVectors& vectors,
                                           std::span<const Query> queries, std::size_t top) {
  std::vector<std::vector<Neighbor>> results(queries.size());
  parallel_for_ranges(queries.size(), kQueriesAtOnce, [&](std::size_t begin, std::size_t end) {
    search_block(vectors, queries.subspan(begin, end - begin), top,
                 std::span(results).subspan(begin, end - begin));
  });
  return results;
}

std::vector<Neighbor> highest(std::span<const float> scores, std::span<const WordId> excluded,
                              std::size_t top) {
  Best best(top, excluded);
  best.offer(0, scores);
  return best.take();
}

}  // namespace wordkin
