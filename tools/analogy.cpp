#include "embed/query/analogy.h"

#include <span>
#include <string_view>
#include <vector>

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

void parse(const Arguments& arguments, AnalogyOptions& options) {
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
  line.parse(arguments);
  if (!questions_from_input("analogy", options.arguments) && options.arguments.size() != 4) {
    throw line.wrong_number_of_arguments();
  }
  if (options.top == 0) throw UsageError("--top: expected at least 1, found 0");
}

}  // namespace

void analogy_command(const Arguments& arguments, const std::stop_token& stop) {
  AnalogyOptions options;
  parse(arguments, options);
  const CommandMonitor monitor(options.common, stop);
  with_threads(options.common.threads, [&] {
    const bool from_input = questions_from_input("analogy", options.arguments);
    auto embeddings = open_embeddings(options.arguments.front());
    if (from_input) embeddings.index_words();
    const auto& vocabulary = embeddings.vocabulary();
    const UnitVectors vectors(embeddings, options.restrict_to);
    using Questions = Answerer::Questions;
    Answerer answerer(options.common, vocabulary,
                      from_input ? Questions::kSeveral : Questions::kOne, "answers", options.top);
    const auto id = [&](std::string_view word) {
      return require_word(vocabulary, word, options.restrict_to);
    };
    const auto solve = [&](std::span<const Analogy> analogies) {
      if (options.method == AnalogyMethod::k3CosAdd) {
        return solve_analogies(vectors, analogies, options.method, options.top);
      }
      // The last digits of the others depend on what is solved together, and so on what happens to
      // arrive together.
      std::vector<std::vector<Neighbor>> answers;
      for (const auto& analogy : analogies) {
        answers.push_back(
            solve_analogies(vectors, {&analogy, 1}, options.method, options.top).front());
      }
      return answers;
    };
    const auto question = [&](const auto& words) {
      return Question{{{"a", words[0]},
                       {"b", words[1]},
                       {"c", words[2]},
                       {"method", enum_name(options.method)}},
                      fmt::format("{}", fmt::join(words, " "))};
    };
    if (!from_input) {
      const auto words = std::span(options.arguments).subspan(1);
      const auto only = question(words);
      return answerer.answer<Analogy>(
          {&only, 1},
          [&](std::size_t) {
            return Analogy{id(words[0]), id(words[1]), id(words[2])};
          },
          solve);
    }
    const auto on_lines = [&](std::span<const InputLine> lines) {
      std::vector<Question> questions;
      std::vector<const InputLine*> asking;
      for (const auto& line : lines) {
        const auto words = split_tokens(line.text);
        if (words.empty()) continue;
        asking.push_back(&line);
        questions.push_back(words.size() == 3 ? question(words)
                                              : Question{{{"line", line.number}}, line.text});
      }
      answerer.answer<Analogy>(
          questions,
          [&](std::size_t i) {
            const auto& line = *asking[i];
            const auto words = split_tokens(line.text);
            if (words.size() == 3) return Analogy{id(words[0]), id(words[1]), id(words[2])};
            throw NoAnswer(fmt::format("standard input: line {}: found '{}', expected three words",
                                       line.number, excerpt(line.text)));
          },
          solve);
    };
    for_each_input_lines(options.common, monitor.monitor(), "questions, three words", on_lines);
    answerer.finish("questions");
  });
}

}  // namespace wordkin
