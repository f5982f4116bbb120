#include "embed/query/neighbor_graph.h"

#include <string>

#include "common/parallel.h"
#include "common/random.h"
#include "tests/fuzz/embeddings.h"

namespace wordkin::fuzz {
namespace {

Embeddings random_embeddings() {
  constexpr WordId kGraphWords = 12;
  StringTable words;
  Matrix vectors(kGraphWords, 2);
  auto random = stream(1, "fuzzed graph", 0);
  for (WordId word = 0; word < kGraphWords; ++word) {
    words.insert(std::to_string(word));
    for (float& x : vectors.row(word)) x = random.uniform() - 0.5f;
  }
  return {Vocabulary(std::move(words), {}), std::move(vectors)};
}

const UnitVectors& unit_vectors() {
  static const auto embeddings = random_embeddings();
  static const UnitVectors vectors(embeddings);
  return vectors;
}

std::string saved_graph(const NeighborGraph& graph) {
  return written([&](const std::filesystem::path& path) { graph.save(path); });
}

void run_neighbor_graph(std::string_view bytes) {
  const auto& vectors = unit_vectors();
  const MemoryFile file(bytes);
  const auto graph =
      accepted(bytes.size(), [&] { return NeighborGraph::load(file.path(), vectors); });
  if (!graph) return;
  for (const WordId word : {0, 7}) {
    const auto neighbors = accepted(0, [&] {
      return graph->search(vectors, {vectors.unit(word), {word}}, 3, 4);
    });
    if (!neighbors) continue;
    check(neighbors->size() <= 3 && std::ranges::is_sorted(*neighbors, is_nearer),
          "the nearest come first");
    for (const auto& neighbor : *neighbors) {
      check(neighbor.word < vectors.size() && neighbor.word != word, "neighbours are other words");
    }
  }
  if (!gets_long_checks(bytes)) return;
  const auto again = saved_graph(*graph);
  check(saved_graph(NeighborGraph::load(MemoryFile(again).path(), vectors)) == again,
        "a graph is kept");
}

std::vector<std::string> neighbor_graph_seeds() {
  const auto build = [](int connections) {
    return saved_graph(with_threads(1, [&] {
      return NeighborGraph::build(unit_vectors(), {.connections = connections, .build_width = 10});
    }));
  };
  return {build(2), build(3)};
}

const Registration kNeighborGraph{{"neighbor_graph", run_neighbor_graph, neighbor_graph_seeds}};

}  // namespace
}  // namespace wordkin::fuzz
