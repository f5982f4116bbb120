#include <algorithm>
#include <chrono>
#include <filesystem>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/parallel.h"
#include "common/random.h"
#include "embed/query/neighbor_graph.h"
#include "embed/vectors/vector_file.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/output.h"

namespace wordkin {
namespace {

constexpr std::size_t kTop = 10;

struct IndexOptions {
  CommonOptions common;
  Arguments vectors;
  std::filesystem::path output;
  GraphOptions graph;
  std::size_t width = kSearchWidth;
  std::size_t sample = 1000;
};

void parse(const Arguments& arguments, IndexOptions& options) {
  CommandLine line(
      "index VECTORS [OPTIONS]",
      "Builds a graph of neighbours (HNSW) in a file beside them, VECTORS.index, with which\n"
      "similar --index answers in a fraction of the time, and may miss a word. Shows\n"
      "how many of the 10 nearest it finds for words drawn at random, and how fast.\n",
      "  wordkin index vectors.safetensors\n"
      "  wordkin similar vectors.safetensors king --index\n");
  line.option("connections", options.graph.connections, "N",
              "neighbours of a word in the graph; more find more and take more memory");
  line.option("build-width", options.graph.build_width, "N",
              "words looked at for each word's connections; more find better ones");
  line.option("width", options.width, "N", "words kept while searching, in the measurement");
  line.option("sample", options.sample, "N", "words to measure with; 0: do not measure");
  line.option("seed", options.graph.seed, "N", "which words are in which layers, and drawn");
  line.arguments(options.vectors, 1, 1);
  line.common(options.common);
  line.parse(arguments);
  options.graph.validate();
  options.output = index_path(options.vectors.front());
  check_output(options.output, {options.vectors.front()}, options.common);
}

// Each the same word as a query by itself.
std::vector<Query> draw_queries(const UnitVectors& vectors, const IndexOptions& options) {
  std::vector<Query> queries;
  auto random = stream(options.graph.seed, "queries", 0);
  for (std::size_t i = 0; i < std::min(options.sample, vectors.size()); ++i) {
    const auto word = random.below(static_cast<std::uint32_t>(vectors.size()));
    queries.push_back({vectors.unit(word), {word}});
  }
  return queries;
}

double per_second(std::size_t count, std::chrono::steady_clock::time_point start) {
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  return static_cast<double>(count) / std::max(passed.count(), 1e-9);
}

struct Measurement {
  std::size_t queries = 0;
  double recall = 0;
  double queries_per_second = 0;
  double exact_queries_per_second = 0;        // together
  double exact_queries_per_second_alone = 0;  // one after another
};

// On all threads.
Measurement measure_search(const NeighborGraph& graph, const UnitVectors& vectors,
                           const IndexOptions& options) {
  constexpr std::size_t kAlone = 10;
  const auto queries = draw_queries(vectors, options);
  Measurement result{.queries = queries.size()};
  auto start = std::chrono::steady_clock::now();
  const auto exact = nearest(vectors, queries, kTop);
  result.exact_queries_per_second = per_second(queries.size(), start);
  const auto alone = std::span(queries).first(std::min(kAlone, queries.size()));
  start = std::chrono::steady_clock::now();
  for (const auto& query : alone) nearest(vectors, {&query, 1}, kTop);
  result.exact_queries_per_second_alone = per_second(alone.size(), start);
  std::vector<std::vector<Neighbor>> found(queries.size());
  start = std::chrono::steady_clock::now();
  parallel_for_ranges(queries.size(), 1, [&](std::size_t i, std::size_t) {
    found[i] = graph.search(vectors, queries[i], kTop, options.width);
  });
  result.queries_per_second = per_second(queries.size(), start);
  std::size_t right = 0;
  std::size_t wanted = 0;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    wanted += exact[i].size();
    for (const auto& neighbor : exact[i]) {
      right +=
          static_cast<std::size_t>(std::ranges::count(found[i], neighbor.word, &Neighbor::word));
    }
  }
  result.recall = wanted == 0 ? 1 : static_cast<double>(right) / static_cast<double>(wanted);
  return result;
}

void print(const IndexOptions& options, std::size_t words, std::uint64_t bytes,
           const Measurement& measured) {
  if (options.common.json) {
    nlohmann::ordered_json json = {
        {"output", options.output.string()}, {"words", words}, {"bytes", bytes}};
    if (measured.queries > 0) {
      json.update({{"queries", measured.queries},
                   {"width", options.width},
                   {"recall", measured.recall},
                   {"queries_per_second", measured.queries_per_second},
                   {"exact_queries_per_second", measured.exact_queries_per_second},
                   {"exact_queries_per_second_alone", measured.exact_queries_per_second_alone}});
    }
    return print_json(json, JsonLayout::kIndented);
  }
  print_out("{}: {}, {}\n", options.output.string(), counted(words, "word"), format_bytes(bytes));
  if (measured.queries == 0) return;
  print_out("{} words drawn, width {}, threads: {}: {:.2f} % of the {} nearest found\n",
            measured.queries, options.width, thread_count(options.common.threads),
            100 * measured.recall, kTop);
  print_out("  {:>10.0f} queries a second with the index\n", measured.queries_per_second);
  print_out("  {:>10.0f} exact, all together\n", measured.exact_queries_per_second);
  print_out("  {:>10.0f} exact, one after another\n", measured.exact_queries_per_second_alone);
}

}  // namespace

void index_command(const Arguments& arguments, const std::stop_token& stop) {
  IndexOptions options;
  parse(arguments, options);
  std::uint64_t bytes = 0;
  std::size_t words = 0;
  const auto measured = [&] {
    const CommandMonitor monitor(options.common, stop);
    return with_threads(options.common.threads, [&] {
      const auto embeddings = load_embeddings(options.vectors.front());
      const UnitVectors vectors(embeddings);
      const auto graph = NeighborGraph::build(vectors, options.graph, monitor.monitor());
      bytes = graph.save(options.output);
      words = vectors.size();
      return measure_search(graph, vectors, options);
    });
  }();
  print(options, words, bytes, measured);
}

}  // namespace wordkin
