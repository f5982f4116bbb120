#include "embed/map/neighborhoods.h"

#include <algorithm>
#include <iterator>

namespace wordkin {

Neighborhoods neighborhoods(const UnitVectors& vectors, std::size_t count, const Monitor& monitor) {
  // Between two reports: enough to keep many threads busy.
  constexpr std::size_t kWordsAtOnce = 8192;
  StageReporter reporter(monitor, "neighbours", "words", vectors.size());
  Neighborhoods result;
  result.reserve(vectors.size());
  while (result.size() < vectors.size()) {
    monitor.throw_if_stopped();
    std::vector<Query> queries;
    const auto end = std::min(result.size() + kWordsAtOnce, vectors.size());
    for (auto id = static_cast<WordId>(result.size()); id < end; ++id) {
      queries.push_back({vectors.unit(id), {id}});
    }
    std::ranges::move(nearest(vectors, queries, count), std::back_inserter(result));
    reporter.report(result.size());
  }
  reporter.finish({.done = result.size()});
  return result;
}

}  // namespace wordkin
