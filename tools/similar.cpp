#include <cstdio>
#include <filesystem>
#include <iostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "common/error.h"
#include "common/parallel.h"
#include "embed/query/neighbor_graph.h"
#include "embed/vectors/vector_file.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/output.h"

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

bool parse(const Arguments& arguments, SimilarOptions& options) {
  CommandLine line(
      "similar VECTORS [WORD...] [--top 10]",
      "The words whose vectors have the highest cosine with a word's. Without WORD, words are\n"
      "read from standard input, one a line.\n",
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
  if (!line.parse(arguments)) return false;
  if (options.index) {
    line.refuse({"restrict"}, "--index");
  } else {
    line.refuse({"width"}, "a search without --index");
  }
  if (options.top == 0) throw UsageError("--top: expected at least 1, found 0");
  if (options.arguments == Arguments{"-"}) {
    throw UsageError("similar: words cannot come from standard input too; name them after the -");
  }
  return true;
}

// Answers queries one after another; an unknown word is reported and the next one answered.
class Answerer {
 public:
  Answerer(const SimilarOptions& options, const UnitVectors& vectors, bool several)
      : options_(options), vectors_(vectors), several_(several) {
    if (options.index) {
      graph_ = NeighborGraph::load(index_path(options.arguments.front()), vectors);
    }
  }

  void answer(const std::string& word) {
    ++words_;
    if (const auto id = find(word)) print(word, search(*id));
    flush_out();
  }

  // Throws when words had no answer.
  void finish() const {
    if (missing_ > 0) throw Error(fmt::format("no answer for {} of {} words", missing_, words_));
  }

 private:
  std::optional<WordId> find(const std::string& word) {
    try {
      return require_word(vectors_.vocabulary(), word, options_.restrict_to);
    } catch (const Error& error) {
      if (options_.common.json) print_json({{"word", word}, {"error", error.what()}});
      if (!several_) throw;
      ++missing_;
      print_error("wordkin: {}\n", error.what());
      return std::nullopt;
    }
  }

  std::vector<Neighbor> search(WordId id) const {
    const Query query{vectors_.unit(id), {id}};
    if (graph_) return graph_->search(vectors_, query, options_.top, options_.width);
    return nearest(vectors_, {&query, 1}, options_.top).front();
  }

  void print(const std::string& word, const std::vector<Neighbor>& neighbors) {
    if (options_.common.json) {
      return print_json(
          {{"word", word}, {"neighbors", neighbors_json(vectors_.vocabulary(), neighbors)}});
    }
    if (several_) print_out("{}{}\n", std::exchange(first_, false) ? "" : "\n", word);
    print_neighbors(vectors_.vocabulary(), neighbors);
  }

  const SimilarOptions& options_;
  const UnitVectors& vectors_;
  std::optional<NeighborGraph> graph_;
  bool several_;
  bool first_ = true;
  std::size_t words_ = 0;
  std::size_t missing_ = 0;
};

}  // namespace

void similar_command(const Arguments& arguments, const std::stop_token& stop) {
  SimilarOptions options;
  if (!parse(arguments, options)) return;
  const CommandMonitor monitor(options.common, stop);
  with_threads(options.common.threads, [&] {
    const bool from_input = options.arguments.size() == 1;
    auto embeddings = open_embeddings(options.arguments.front());
    if (from_input) embeddings.index_words();
    const UnitVectors vectors(embeddings, options.restrict_to);
    if (from_input && !options.common.quiet && ::isatty(STDIN_FILENO) == 1) {
      print_error("reading words, one a line, until Ctrl-D\n");
    }
    Answerer answerer(options, vectors, from_input || options.arguments.size() > 2);
    for (std::size_t i = 1; i < options.arguments.size(); ++i)
      answerer.answer(options.arguments[i]);
    for (std::string word; from_input && std::getline(std::cin, word);) {
      monitor.monitor().throw_if_stopped();
      if (word.ends_with('\r')) word.pop_back();
      if (!word.empty()) answerer.answer(word);
    }
    if (std::ferror(stdin) != 0) throw io_error("standard input", "read");
    answerer.finish();
  });
}

}  // namespace wordkin
