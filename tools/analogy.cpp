#include "embed/query/analogy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/parallel.h"
#include "embed/text/tokenizer.h"
#include "embed/vectors/vector_file.h"
#include "tools/answerer.h"

namespace wordkin {
namespace {

struct AnalogyOptions {
  CommonOptions common;
  Arguments arguments;  // VECTORS [A B C]
  AnalogyMethod method = AnalogyMethod::k3CosAdd;
  std::size_t top = 10;
  std::size_t restrict_to = 0;
};

bool parse(const Arguments& arguments, AnalogyOptions& options) {
  CommandLine line(
      "analogy VECTORS [A B C] [--method 3cosadd]",
      "A is to B as C is to what? Without words, or with - for them, questions are read from\n"
      "standard input, three words a line.\n",
      "  wordkin analogy vectors.safetensors man woman king\n"
      "  wordkin analogy vectors.safetensors paris france berlin --method 3cosmul --top 3\n"
      "  wordkin analogy vectors.safetensors --method pairdirection --json < questions.txt\n");
  line.option("method", options.method, "METHOD", "3cosadd, 3cosmul or pairdirection");
  line.option("top", options.top, "N", "how many answers to show");
  line.option("restrict", options.restrict_to, "N",
              "use the first N words only, the most frequent; 0: all");
  line.arguments(options.arguments, 1, 4);
  line.common(options.common);
  if (!line.parse(arguments)) return false;
  if (!questions_from_input("analogy", options.arguments) && options.arguments.size() != 4) {
    throw line.wrong_number_of_arguments();
  }
  if (options.top == 0) throw UsageError("--top: expected at least 1, found 0");
  return true;
}

}  // namespace

void analogy_command(const Arguments& arguments, const std::stop_token& stop) {
  AnalogyOptions options;
  if (!parse(arguments, options)) return;
  const CommandMonitor monitor(options.common, stop);
  with_threads(options.common.threads, [&] {
    const bool from_input = questions_from_input("analogy", options.arguments);
    auto embeddings = open_embeddings(options.arguments.front());
    if (from_input) embeddings.index_words();
    const auto& vocabulary = embeddings.vocabulary();
    const UnitVectors vectors(embeddings, options.restrict_to);
    using Questions = Answerer::Questions;
    Answerer answerer(options.common, vocabulary,
                      from_input ? Questions::kSeveral : Questions::kOne, "answers");
    const auto answer = [&](const std::vector<std::string>& words) {
      const nlohmann::ordered_json question = {
          {"a", words[0]}, {"b", words[1]}, {"c", words[2]}, {"method", enum_name(options.method)}};
      answerer.answer(question, fmt::format("{}", fmt::join(words, " ")), [&] {
        const auto id = [&](const std::string& word) {
          return require_word(vocabulary, word, options.restrict_to);
        };
        const Analogy analogy{id(words[0]), id(words[1]), id(words[2])};
        return solve_analogies(vectors, {&analogy, 1}, options.method, options.top).front();
      });
    };
    if (!from_input) return answer({options.arguments.begin() + 1, options.arguments.end()});
    const auto on_line = [&](const std::string& line, std::size_t number) {
      const auto words = split_tokens(line);
      if (words.size() == 3) return answer({words.begin(), words.end()});
      if (words.empty()) return;
      answerer.answer({{"line", number}}, line, [&]() -> std::vector<Neighbor> {
        throw NoAnswer(fmt::format("standard input: line {}: found '{}', expected three words",
                                   number, excerpt(line)));
      });
    };
    for_each_input_line(options.common, monitor.monitor(), "questions, three words", on_line);
    answerer.finish("questions");
  });
}

}  // namespace wordkin
