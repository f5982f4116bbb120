#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "common/progress.h"
#include "common/shared_array.h"
#include "embed/query/nearest.h"

namespace wordkin {

struct GraphOptions {
  int connections = 16;   // of a word in the upper layers; twice as many in the lowest
  int build_width = 200;  // candidates that are looked at when a word is connected
  std::uint64_t seed = 1;

  void validate() const;  // throws UsageError
};

// A width of searches that finds about all of the 10 nearest words.
inline constexpr std::size_t kSearchWidth = 100;

// A hierarchical navigable small world: a graph in which steps to the neighbour nearest to a query
// lead to its nearest words in about log V of them (Malkov and Yashunin, "Efficient and robust
// approximate nearest neighbor search using hierarchical navigable small world graphs", 2018). It
// belongs to certain vectors and does not hold them. Immutable; reading is thread-safe.
class NeighborGraph {
 public:
  // Connects all words, on all threads; hnswlib does. What the graph is depends on which thread
  // comes first, but for one thread. Throws UsageError and Interrupted.
  static NeighborGraph build(const UnitVectors& vectors, const GraphOptions& options,
                             const Monitor& monitor = {});

  // Opens a file that save() wrote. Throws IoError, and FormatError when it is damaged or belongs
  // to other vectors. Words in it are checked as they are met, because checking all takes long.
  static NeighborGraph load(const std::filesystem::path& path, const UnitVectors& vectors);
  // Returns the file's size in bytes.
  std::uint64_t save(const std::filesystem::path& path) const;

  // The nearest words, as nearest() has them, but some may be missing: the more, the lower `width`,
  // the number of candidates that are kept while searching (Algorithms 2 and 5). Throws FormatError
  // where the graph is damaged.
  std::vector<Neighbor> search(const UnitVectors& vectors, const Query& query, std::size_t top,
                               std::size_t width) const;

 private:
  NeighborGraph() = default;
  // The words that `word` is linked with in a layer, which it must be in.
  std::span<const WordId> links(WordId word, std::uint32_t layer) const;

  std::uint32_t words_ = 0;
  std::uint32_t connections_ = 0;
  std::uint32_t entry_ = 0;        // the word where searches begin
  std::uint64_t fingerprint_ = 0;  // of the vectors
  // Lists of linked words, each with their number before them.
  SharedArray<std::uint32_t> lowest_;        // [V, 1 + 2 connections]
  SharedArray<std::uint32_t> upper_;         // [upper layers of all words, 1 + connections]
  SharedArray<std::uint32_t> upper_begins_;  // [V + 1], where a word's layers are in `upper_`
};

}  // namespace wordkin
