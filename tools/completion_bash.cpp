#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/commands.h"
#include "tools/completion.h"

namespace wordkin {
namespace {

constexpr std::string_view kBashHead = R"(# bash completion of wordkin, by: wordkin completion bash
# shellcheck shell=bash

_wordkin() {
    local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} choices='' IFS=$' \t\n'
    if [[ $word == '=' ]]; then
        word=
    elif [[ $option == '=' ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    case " ${COMP_WORDS[*]:1:COMP_CWORD - 1} " in
)";

// Without choices bash completes paths.
constexpr std::string_view kBashTail = R"(    esac
    mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
}

complete -o bashdefault -o default -F _wordkin wordkin
)";

std::vector<std::string> spellings(const OptionHelp& option) {
  std::vector<std::string> all{"--" + option.name};
  if (!option.letter.empty()) all.push_back("-" + option.letter);
  return all;
}

// What completes the value of one of a command's options, and otherwise an option or an argument.
std::string bash_case(const Command& command) {
  const auto help = help_of(command);
  std::vector<std::string> all;
  std::vector<std::string> paths;
  std::vector<std::string> others;
  std::string values;
  for (const auto& group : help.groups) {
    for (const auto& option : group.options) {
      const auto names = spellings(option);
      all.insert(all.end(), names.begin(), names.end());
      if (option.placeholder.empty()) continue;
      if (!option.choices.empty()) {
        values += fmt::format("                {}) choices='{}' ;;\n", fmt::join(names, " | "),
                              fmt::join(option.choices, " "));
      } else {
        auto& list = option.path ? paths : others;
        list.insert(list.end(), names.begin(), names.end());
      }
    }
  }
  if (!paths.empty()) values += fmt::format("                {}) ;;\n", fmt::join(paths, " | "));
  return fmt::format(
      "        ' {} '*)\n"
      "            case $option in\n"
      "{}"
      "                {}) compopt +o default ;;\n"
      "                *) if [[ $word == -* ]]; then choices='{}'; {}fi ;;\n"
      "            esac\n"
      "            ;;\n",
      command.name, values, fmt::join(others, " | "), fmt::join(all, " "),
      help.choices.empty() ? "" : fmt::format("else choices='{}'; ", fmt::join(help.choices, " ")));
}

}  // namespace

std::string bash_completion() {
  std::string text(kBashHead);
  for (const auto& command : commands()) text += bash_case(command);
  const auto add_words = [&](std::string_view before, const std::vector<NextWord>& words,
                             std::string_view more = "") {
    text += fmt::format("        {}) choices='", before);
    for (const auto& next : words) text += next.word + " ";
    text += fmt::format("{}' ;;\n", more);
  };
  for (const auto& [word, summary] : first_words()) {
    if (const auto after = words_after(word); !after.empty()) {
      add_words(fmt::format("' {0} ' | ' help {0} '", word), after);
    }
  }
  add_words("' help '", first_words());
  add_words("' --version '", {}, "--json");
  add_words("'  '", first_words(), "help --help --version");
  return text.append(kBashTail);
}

}  // namespace wordkin
