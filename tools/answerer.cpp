#include "tools/answerer.h"

#include <cstdio>
#include <iostream>

#include <fmt/format.h>
#include <unistd.h>

#include "common/error.h"
#include "tools/answers.h"
#include "tools/output.h"

namespace wordkin {

bool questions_from_input(std::string_view command, const Arguments& arguments) {
  const bool from_input = arguments.size() == 1 || (arguments.size() == 2 && arguments[1] == "-");
  if (from_input && arguments.front() == "-") {
    throw UsageError(fmt::format(
        "{}: words cannot come from standard input too; name them after the -", command));
  }
  return from_input;
}

void for_each_input_line(const CommonOptions& options, const Monitor& monitor,
                         std::string_view what,
                         const std::function<void(const std::string&, std::size_t)>& on_line) {
  if (!options.quiet && ::isatty(STDIN_FILENO) == 1) {
    print_error("reading {} a line, until Ctrl-D\n", what);
  }
  std::size_t number = 0;
  for (std::string line; std::getline(std::cin, line);) {
    monitor.throw_if_stopped();
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) on_line(line, number);
  }
  if (std::ferror(stdin) != 0) throw io_error("standard input", "read");
}

Answerer::Answerer(const CommonOptions& options, const Vocabulary& vocabulary, Questions questions,
                   std::string_view key)
    : options_(options), vocabulary_(vocabulary), questions_(questions), key_(key) {}

void Answerer::answer(const nlohmann::ordered_json& question, std::string_view title,
                      const std::function<std::vector<Neighbor>()>& solve) {
  ++asked_;
  try {
    print(question, title, solve());
  } catch (const NoAnswer& error) {
    if (options_.json) {
      auto json = question;
      json["error"] = error.what();
      print_json(json);
    }
    if (questions_ == Questions::kOne) throw;
    ++unanswered_;
    print_error("wordkin: {}\n", error.what());
  }
  flush_out();
}

void Answerer::print(nlohmann::ordered_json question, std::string_view title,
                     const std::vector<Neighbor>& answers) {
  if (options_.json) {
    question[key_] = neighbors_json(vocabulary_, answers);
    return print_json(question);
  }
  const bool is_first = asked_ - unanswered_ == 1;
  if (questions_ == Questions::kSeveral) print_out("{}{}\n", is_first ? "" : "\n", title);
  print_neighbors(vocabulary_, answers);
}

void Answerer::finish(std::string_view what) const {
  if (unanswered_ > 0) {
    throw Error(fmt::format("no answer for {} of {} {}", unanswered_, asked_, what));
  }
}

}  // namespace wordkin
