#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "common/error.h"
#include "common/parallel.h"
#include "embed/query/neighbor_graph.h"
#include "embed/vectors/vector_file.h"
#include "tools/answerer.h"
#include "tools/command.h"

namespace wordkin {
namespace {

struct SimilarOptions {
  CommonOptions common;
  Arguments arguments;  // VECTORS [WORD...]
  std::size_t top = 10;
  std::size_t restrict_to = 0;
  bool index = false;
  std::size_t width = kSearchWidth;
};

void parse(const Arguments& arguments, SimilarOptions& options) {
  CommandLine line(
      "similar VECTORS [WORD...] [--top 10]",
      "The words whose vectors have the highest cosine with a word's. Without WORD, or with\n"
      "- for it, words are read from standard input, one a line.\n",
      "  wordkin similar vectors.safetensors king queen\n"
      "  wordkin similar vectors.safetensors --top 3 --json < words.txt\n");
  line.option("top", options.top, "N", "how many words to show");
  line.option("restrict", options.restrict_to, "N",
              "search among the first N words, the most frequent; 0: all");
  line.flag(
      "index", options.index,
      "search with the index beside VECTORS, which wordkin index makes: fast, but a word may be\n"
      "missing");
  line.option("width", options.width, "N",
              "words kept while searching with the index; more find more");
  line.arguments(options.arguments, 1, std::numeric_limits<std::size_t>::max());
  line.common(options.common);
  line.parse(arguments);
  if (options.index) {
    line.refuse({"restrict"}, "--index");
  } else {
    line.refuse({"width"}, "a search without --index");
  }
  if (options.top == 0) throw UsageError("--top: expected at least 1, found 0");
  questions_from_input("similar", options.arguments);  // or throws
}

NeighborGraph load_graph(const std::string& of, const UnitVectors& vectors) {
  const auto path = index_path(of);
  if (!std::filesystem::exists(path)) {
    throw IoError(
        fmt::format("{}: does not exist; make it with: wordkin index {}", path.string(), of));
  }
  return NeighborGraph::load(path, vectors);
}

}  // namespace

void similar_command(const Arguments& arguments, const std::stop_token& stop) {
  SimilarOptions options;
  parse(arguments, options);
  const CommandMonitor monitor(options.common, stop);
  with_threads(options.common.threads, [&] {
    const bool from_input = questions_from_input("similar", options.arguments);
    auto embeddings = open_embeddings(options.arguments.front());
    if (from_input) embeddings.index_words();
    const UnitVectors vectors(embeddings, options.restrict_to);
    std::optional<NeighborGraph> graph;
    if (options.index) {
      graph = load_graph(options.arguments.front(), vectors);
    }
    using Questions = Answerer::Questions;
    Answerer answerer(
        options.common, embeddings.vocabulary(),
        from_input || options.arguments.size() > 2 ? Questions::kSeveral : Questions::kOne,
        "neighbors", options.top);
    const auto answer = [&](std::span<const Question> words) {
      answerer.answer<Query>(
          words,
          [&](std::size_t i) {
            const auto id =
                require_word(embeddings.vocabulary(), words[i].title, options.restrict_to);
            return Query{vectors.unit(id), {id}};
          },
          [&](std::span<const Query> queries) {
            if (!graph) return nearest(vectors, queries, options.top);
            std::vector<std::vector<Neighbor>> found(queries.size());
            parallel_for_ranges(queries.size(), 1, [&](std::size_t q, std::size_t) {
              found[q] = graph->search(vectors, queries[q], options.top, options.width);
            });
            return found;
          });
    };
    std::vector<Question> questions;
    const auto ask = [&](const std::string& word) {
      questions.push_back({{{"word", word}}, word});
    };
    if (from_input) {
      for_each_input_lines(options.common, monitor.monitor(), "words, one",
                           [&](std::span<const InputLine> lines) {
                             questions.clear();
                             for (const auto& line : lines) ask(line.text);
                             answer(questions);
                           });
    } else {
      for (const auto& word : std::span(options.arguments).subspan(1)) ask(word);
      answer(questions);
    }
    answerer.finish("words");
  });
}

}  // namespace wordkin
