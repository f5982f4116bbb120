#include "embed/query/neighbor_graph.h"

#include <algorithm>

#include "common/error.h"
#include "common/parallel.h"
#include "tests/support/random_embeddings.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(neighbor_graph)

constexpr std::size_t kTop = 10;

std::vector<Query> queries_of(const UnitVectors& vectors, WordId count) {
  std::vector<Query> queries;
  for (WordId word = 0; word < count; ++word) queries.push_back({vectors.unit(word), {word}});
  return queries;
}

// With one thread, so that the graph is always the same.
NeighborGraph graph_of(const UnitVectors& vectors, const GraphOptions& options = {}) {
  return with_threads(1, [&] { return NeighborGraph::build(vectors, options); });
}

double recall(const NeighborGraph& graph, const UnitVectors& vectors, std::size_t width) {
  const auto queries = queries_of(vectors, 200);
  const auto exact = nearest(vectors, queries, kTop);
  std::size_t found = 0;
  for (std::size_t q = 0; q < queries.size(); ++q) {
    for (const auto& neighbor : graph.search(vectors, queries[q], kTop, width)) {
      found +=
          static_cast<std::size_t>(std::ranges::count(exact[q], neighbor.word, &Neighbor::word));
    }
  }
  return static_cast<double>(found) / static_cast<double>(kTop * queries.size());
}

BOOST_AUTO_TEST_CASE(finds_nearly_all_of_the_nearest_words) {
  const auto embeddings = test::random_embeddings(3000, 16);
  const UnitVectors vectors(embeddings);
  const auto graph = graph_of(vectors);
  BOOST_CHECK_GE(recall(graph, vectors, 100), 0.95);
  BOOST_CHECK_GE(recall(graph, vectors, 400), 0.99);
  BOOST_CHECK_LT(recall(graph, vectors, 10), recall(graph, vectors, 100));
}

BOOST_AUTO_TEST_CASE(finds_exactly_them_when_it_looks_at_all_words) {
  const auto embeddings = test::random_embeddings(500, 21);
  const UnitVectors vectors(embeddings);
  const auto graph = graph_of(vectors);
  for (const auto& query : queries_of(vectors, 50)) {
    const auto exact = nearest(vectors, {&query, 1}, kTop).front();
    BOOST_CHECK(graph.search(vectors, query, kTop, 500) == exact);
  }
}

BOOST_AUTO_TEST_CASE(misses_no_frequent_word_however_narrow_the_search) {
  constexpr WordId kFrequent = 1024;
  const auto embeddings = test::random_embeddings(4000, 24);
  const UnitVectors vectors(embeddings);
  const auto graph = graph_of(vectors, {.connections = 2, .build_width = 2});
  for (const auto& query : queries_of(vectors, 300)) {
    const auto found = graph.search(vectors, query, kTop, 1);
    const auto exact = nearest(vectors, {&query, 1}, kTop).front();
    for (const auto& neighbor : exact) {
      if (neighbor.word >= kFrequent) continue;
      BOOST_CHECK_EQUAL(std::ranges::count(found, neighbor.word, &Neighbor::word), 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(is_the_same_again_with_one_thread) {
  const auto embeddings = test::random_embeddings(400, 5);
  const UnitVectors vectors(embeddings);
  const test::TemporaryFolder folder;
  const auto bytes = [&](const std::string& name, std::uint64_t seed) {
    graph_of(vectors, {.seed = seed}).save(folder / name);
    return test::read_bytes(folder / name);
  };
  BOOST_CHECK(bytes("a", 1) == bytes("b", 1));
  BOOST_CHECK(bytes("a", 1) != bytes("c", 2));
}

BOOST_AUTO_TEST_CASE(built_by_several_threads_finds_as_much) {
  const auto embeddings = test::random_embeddings(3000, 16);
  const UnitVectors vectors(embeddings);
  const auto graph = with_threads(4, [&] { return NeighborGraph::build(vectors, GraphOptions{}); });
  BOOST_CHECK_GE(recall(graph, vectors, 100), 0.95);
}

BOOST_AUTO_TEST_CASE(of_one_word_finds_it_or_nothing) {
  const auto embeddings = test::random_embeddings(1, 3);
  const UnitVectors vectors(embeddings);
  const auto graph = graph_of(vectors);
  BOOST_CHECK_EQUAL(graph.search(vectors, {vectors.unit(0), {}}, 5, 1).size(), 1);
  BOOST_CHECK(graph.search(vectors, {vectors.unit(0), {0}}, 5, 1).empty());
}

BOOST_AUTO_TEST_CASE(is_read_as_it_was_written) {
  const auto embeddings = test::random_embeddings(700, 9);
  const UnitVectors vectors(embeddings);
  const auto graph = graph_of(vectors, {.connections = 4});
  const test::TemporaryFolder folder;
  const auto size = graph.save(folder / "graph");
  BOOST_CHECK_EQUAL(std::filesystem::file_size(folder / "graph"), size);
  const auto read = NeighborGraph::load(folder / "graph", vectors);
  for (const auto& query : queries_of(vectors, 50)) {
    BOOST_CHECK(read.search(vectors, query, kTop, 30) == graph.search(vectors, query, kTop, 30));
  }
}

BOOST_AUTO_TEST_CASE(of_other_vectors_is_refused) {
  const auto embeddings = test::random_embeddings(50, 9);
  const UnitVectors vectors(embeddings);
  const test::TemporaryFolder folder;
  graph_of(vectors).save(folder / "graph");
  for (const auto& [words, dim] : {std::pair{51, 9}, std::pair{50, 8}}) {
    const auto other =
        test::random_embeddings(static_cast<std::size_t>(words), static_cast<std::size_t>(dim));
    BOOST_CHECK_EXCEPTION(NeighborGraph::load(folder / "graph", UnitVectors(other)), FormatError,
                          test::says("belongs to other vectors; build it again: wordkin index"));
  }
}

// Whatever byte of a file is changed, reading and searching end in an answer or in an error.
BOOST_AUTO_TEST_CASE(damaged_anywhere_does_no_harm) {
  const auto embeddings = test::random_embeddings(60, 4);
  const UnitVectors vectors(embeddings);
  const test::TemporaryFolder folder;
  graph_of(vectors, {.connections = 2}).save(folder / "graph");
  const auto bytes = test::read_bytes(folder / "graph");
  const auto queries = queries_of(vectors, 3);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    auto damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0xff);
    try {
      const auto graph = NeighborGraph::load(folder.write("damaged", damaged), vectors);
      for (const auto& query : queries) graph.search(vectors, query, kTop, 60);
    } catch (const FormatError&) {
    }
  }
}

BOOST_AUTO_TEST_CASE(options_out_of_range_are_refused) {
  BOOST_CHECK_EXCEPTION(GraphOptions{.connections = 1}.validate(), UsageError,
                        test::says("--connections: expected a number from 2 to 1024, found 1"));
  BOOST_CHECK_EXCEPTION(GraphOptions{.build_width = 0}.validate(), UsageError,
                        test::says("--build-width: expected at least 1, found 0"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
