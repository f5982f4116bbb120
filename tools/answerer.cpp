#include "tools/answerer.h"

#include <fmt/format.h>
#include <unistd.h>

#include "common/error.h"
#include "common/lines.h"
#include "tools/answers.h"
#include "tools/input_lines.h"
#include "tools/output.h"

namespace wordkin {
namespace {

constexpr std::size_t kQuestionsAtOnce = 1024;
constexpr std::size_t kAnswersAtOnce = std::size_t{1} << 20;

}  // namespace

bool questions_from_input(std::string_view command, const Arguments& arguments) {
  const bool from_input = arguments.size() == 1 || (arguments.size() == 2 && arguments[1] == "-");
  if (from_input && arguments.front() == "-") {
    throw UsageError(fmt::format(
        "{}: words cannot come from standard input too; name them after the -", command));
  }
  return from_input;
}

void for_each_input_lines(const CommonOptions& options, const Monitor& monitor,
                          std::string_view what,
                          const std::function<void(std::span<const InputLine>)>& on_lines) {
  if (!options.quiet && ::isatty(STDIN_FILENO) == 1) {
    print_error("reading {} a line, until Ctrl-D\n", what);
  }
  Input input("-");
  std::size_t number = 0;
  for_each_arrival(input, [&](std::string_view text) {
    monitor.throw_if_stopped();
    std::vector<InputLine> lines;
    for (const auto line : split_lines(text)) {
      ++number;
      constexpr std::string_view kBlanks = " \t\v\f\r";  // no word has them
      const auto first = line.find_first_not_of(kBlanks);
      if (first == line.npos) continue;
      lines.push_back(
          {std::string(line.substr(first, line.find_last_not_of(kBlanks) + 1 - first)), number});
    }
    if (!lines.empty()) on_lines(lines);
  });
}

Answerer::Answerer(const CommonOptions& options, const Vocabulary& vocabulary, Questions questions,
                   std::string_view key, std::size_t top)
    : options_(options),
      vocabulary_(vocabulary),
      questions_(questions),
      key_(key),
      // Fewer where their answers take much memory.
      at_once_(std::clamp<std::size_t>(kAnswersAtOnce / top, 1, kQuestionsAtOnce)) {}

void Answerer::print(const Question& question, const std::vector<Neighbor>& answers) {
  ++answered_;
  if (options_.json) {
    auto json = question.json;
    json[key_] = neighbors_json(vocabulary_, answers);
    return print_json(json);
  }
  if (questions_ == Questions::kSeveral) {
    print_out("{}{}\n", answered_ == 1 ? "" : "\n", question.title);
  }
  print_neighbors(vocabulary_, answers);
}

void Answerer::refuse(const Question& question, const std::string& error) {
  ++unanswered_;
  if (options_.json) {
    auto json = question.json;
    json["error"] = error;
    print_json(json);
  }
  flush_out();  // so that what is said on both streams stays in order
  if (questions_ == Questions::kOne) throw NoAnswer(error);
  print_error("wordkin: {}\n", error);
}

void Answerer::finish(std::string_view what) const {
  if (unanswered_ > 0) {
    throw Error(
        fmt::format("no answer for {} of {} {}", unanswered_, answered_ + unanswered_, what));
  }
}

}  // namespace wordkin
