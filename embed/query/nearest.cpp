#include "embed/query/nearest.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include <fmt/format.h>

#include "common/error.h"
#include "common/gemm.h"
#include "common/parallel.h"
#include "embed/query/search_kernels.h"

namespace wordkin {
namespace {

// The tiles of the product queries x words: their scores stay in the second-level cache, and words
// are brought into the product's order for as many queries as possible.
constexpr std::size_t kQueriesAtOnce = 256;
constexpr std::size_t kWordsAtOnce = 512;  // with so many queries, more with fewer
constexpr std::size_t kMostWordsAtOnce = 4 * kWordsAtOnce;
// Words that one task searches: enough for the merging of tasks not to count.
constexpr std::size_t kWordsInTask = 8 * kMostWordsAtOnce;
// As many candidates are kept at a time, but for those of one block of queries.
constexpr std::size_t kCandidates = std::size_t{1} << 23;

// In double precision, where no product of floats overflows or vanishes.
double dot(std::span<const float> a, std::span<const float> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0, std::plus<>(),
                            [](double x, double y) { return x * y; });
}

// The best so far, as a heap with the worst of them at the front.
class Best {
 public:
  Best(std::size_t top, std::span<const WordId> excluded) : top_(top), excluded_(excluded) {}

  // products[i] * scales[i] is the score of word first + i; words come in ascending order.
  void offer(WordId first, std::span<const float> products, std::span<const float> scales) {
    if (top_ == 0) return;
    for (std::size_t i = 0; i < products.size(); ++i) {
      if (best_.size() == top_) {
        i = first_above(products, scales, i, best_.front().similarity);
        if (i == products.size()) return;
      }
      insert({first + static_cast<WordId>(i), products[i] * scales[i]});
    }
  }

  void merge(const Best& other) {
    for (const auto& candidate : other.best_) {
      if (best_.size() < top_ || is_nearer(candidate, best_.front())) insert(candidate);
    }
  }

  std::vector<Neighbor> take() {
    std::ranges::sort_heap(best_, is_nearer);
    return std::move(best_);
  }

 private:
  void insert(Neighbor candidate) {
    if (!std::isfinite(candidate.similarity)) throw similarity_not_finite(candidate.word);
    if (std::ranges::find(excluded_, candidate.word) != excluded_.end()) return;
    if (best_.size() == top_) {
      std::ranges::pop_heap(best_, is_nearer);
      best_.pop_back();
    }
    best_.push_back(candidate);
    std::ranges::push_heap(best_, is_nearer);
  }

  std::size_t top_;
  std::span<const WordId> excluded_;
  std::vector<Neighbor> best_;
};

MatrixView rows_of(const UnitVectors& vectors, std::size_t begin, std::size_t end) {
  const auto rows = vectors.rows();
  return {rows.data() + begin * rows.stride(), end - begin, rows.cols(), rows.stride()};
}

// The words begin .. end - 1, offered to best[q] for each query.
void search(const UnitVectors& vectors, std::span<const Query> queries, std::size_t begin,
            std::size_t end, std::span<Best> best) {
  Matrix directions(queries.size(), vectors.dim());
  for (std::size_t q = 0; q < queries.size(); ++q) {
    std::ranges::copy(queries[q].direction, directions.row(q).begin());
  }
  const auto at_once =
      std::clamp(kQueriesAtOnce * kWordsAtOnce / queries.size(), kWordsAtOnce, kMostWordsAtOnce);
  std::vector<float> products(queries.size() * at_once);
  for (auto first = begin; first < end; first += at_once) {
    const auto rows = rows_of(vectors, first, std::min(first + at_once, end));
    const auto words = rows.rows();
    if (queries.size() == 1) {
      multiply_rows(rows, directions.row(0), {products.data(), words});
    } else {
      multiply({queries.size(), words, vectors.dim()}, {directions.data(), directions.stride()},
               transposed(rows.data(), rows.stride()), {products.data(), words});
    }
    const auto scales = vectors.scales().subspan(first, words);
    for (std::size_t q = 0; q < queries.size(); ++q) {
      best[q].offer(static_cast<WordId>(first), {products.data() + q * words, words}, scales);
    }
  }
}

// The scores of a block's products differ in the last digit by what else is in the block. So the
// best are scored again, as those of a single query are; of these, kSpare more than asked for.
constexpr std::size_t kSpare = 8;

void score_again(const UnitVectors& vectors, const Query& query, std::vector<Neighbor>& best) {
  std::vector<WordId> words;
  for (const auto& neighbor : best) words.push_back(neighbor.word);
  std::vector<float> products(words.size());
  multiply_chosen(vectors.rows(), words, query.direction, products);
  for (std::size_t i = 0; i < best.size(); ++i) {
    best[i].similarity = products[i] * vectors.scales()[best[i].word];
  }
  std::ranges::sort(best, is_nearer);
}

// The best for each query of all words.
std::vector<std::vector<Neighbor>> best_of_all(const UnitVectors& vectors,
                                               std::span<const Query> queries, std::size_t top) {
  const auto blocks = (queries.size() + kQueriesAtOnce - 1) / kQueriesAtOnce;
  const auto ranges = (vectors.size() + kWordsInTask - 1) / kWordsInTask;
  std::vector<std::vector<Best>> best(ranges);  // [range][query]
  for (auto& of_range : best) {
    for (const auto& query : queries) of_range.emplace_back(top, query.excluded);
  }
  parallel_for_ranges(blocks * ranges, 1, [&](std::size_t task, std::size_t) {
    const auto range = task / blocks;
    const auto begin = range * kWordsInTask;
    const auto first = task % blocks * kQueriesAtOnce;
    const auto count = std::min(kQueriesAtOnce, queries.size() - first);
    search(vectors, queries.subspan(first, count), begin,
           std::min(begin + kWordsInTask, vectors.size()),
           std::span(best[range]).subspan(first, count));
  });
  std::vector<std::vector<Neighbor>> results(queries.size());
  parallel_for_ranges(queries.size(), 1, [&](std::size_t q, std::size_t) {
    for (std::size_t range = 1; range < ranges; ++range) best[0][q].merge(best[range][q]);
    results[q] = best[0][q].take();
  });
  return results;
}

// Whether dot products with a unit vector neither overflow nor lose digits.
bool is_moderate(double norm) { return norm == 0 || (norm > 1e-15 && norm < 1e15); }

Matrix normalised(const Embeddings& embeddings, std::size_t size) {
  Matrix rows(size, embeddings.dim());
  parallel_for_ranges(size, 4096, [&](std::size_t begin, std::size_t end) {
    for (auto i = begin; i < end; ++i) {
      const auto norm = embeddings.norms()[i];
      if (norm == 0) continue;
      std::ranges::transform(embeddings.vector(static_cast<WordId>(i)), rows.row(i).begin(),
                             [&](float value) { return static_cast<float>(value / norm); });
    }
  });
  return rows;
}

}  // namespace

UnitVectors::UnitVectors(const Embeddings& embeddings, std::size_t restrict_to)
    : embeddings_(embeddings), rows_(embeddings.vectors()) {
  const auto size =
      restrict_to == 0 ? embeddings.size() : std::min<std::size_t>(restrict_to, embeddings.size());
  const auto norms = embeddings.norms().first(size);
  const bool moderate = std::ranges::all_of(norms, is_moderate);
  if (!moderate) rows_ = normalised(embeddings, size);
  for (const auto norm : norms) {
    scales_.push_back(norm == 0 ? 0 : moderate ? static_cast<float>(1 / norm) : 1);
  }
}

FloatVector UnitVectors::unit(WordId id) const {
  const auto norm = embeddings_.norms()[id];
  FloatVector unit(dim());
  if (norm == 0) return unit;
  std::ranges::transform(embeddings_.vector(id), unit.begin(),
                         [&](float value) { return static_cast<float>(value / norm); });
  return unit;
}

void UnitVectors::check(std::span<const Neighbor> answers) const {
  for (const auto& answer : answers) embeddings_.vector(answer.word);
}

bool is_nearer(const Neighbor& a, const Neighbor& b) {
  return a.similarity != b.similarity ? a.similarity > b.similarity : a.word < b.word;
}

NumericError similarity_not_finite(WordId word) {
  return NumericError(fmt::format(
      "the similarity of the vector in row {} is not a finite number; the file is damaged",
      word + 1));
}

double cosine(std::span<const float> a, std::span<const float> b) {
  const auto norms = std::sqrt(dot(a, a) * dot(b, b));
  return norms == 0 ? 0 : dot(a, b) / norms;
}

std::vector<std::vector<Neighbor>> nearest(const UnitVectors& vectors,
                                           std::span<const Query> queries, std::size_t top) {
  top = std::min<std::size_t>(top, vectors.size());
  const auto kept = queries.size() == 1 || top == 0 ? top : top + kSpare;
  const auto ranges = (vectors.size() + kWordsInTask - 1) / kWordsInTask;
  const auto group =
      std::max(kQueriesAtOnce, kCandidates / std::max<std::size_t>(ranges * kept, 1));
  std::vector<std::vector<Neighbor>> results;
  for (std::size_t first = 0; first < queries.size(); first += group) {
    const auto some = queries.subspan(first, std::min(group, queries.size() - first));
    for (auto& best : best_of_all(vectors, some, kept)) {
      if (queries.size() > 1) score_again(vectors, queries[results.size()], best);
      best.resize(std::min(best.size(), top));
      vectors.check(best);
      results.push_back(std::move(best));
    }
  }
  return results;
}

std::vector<Neighbor> highest(std::span<const float> scores, std::span<const WordId> excluded,
                              std::size_t top) {
  Best best(top, excluded);
  best.offer(0, scores, std::vector<float>(scores.size(), 1));
  return best.take();
}

}  // namespace wordkin
