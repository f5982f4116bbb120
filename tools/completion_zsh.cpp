#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/commands.h"
#include "tools/completion.h"

namespace wordkin {
namespace {

constexpr std::string_view kZshHead = R"(#compdef wordkin
# zsh completion of wordkin, by: wordkin completion zsh

_wordkin() {
  local -a choices
  case " ${(j: :)words[2,CURRENT-1]} " in
)";

constexpr std::string_view kZshTail = R"(  esac
}

# Called by compinit's loader, or sourced.
if [[ $funcstack[1] == _wordkin ]]; then
  _wordkin "$@"
else
  compdef _wordkin wordkin
fi
)";

// What stands between single quotes, in the brackets of an option of _arguments.
std::string zsh_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\'') {
      result += "'\\''";
    } else if (c == '\n') {
      result += ' ';
    } else {
      if (std::string_view("[]:\\").find(c) != std::string_view::npos) result += '\\';
      result += c;
    }
  }
  return result;
}

std::string zsh_value(const OptionHelp& option) {
  if (option.placeholder.empty()) return "";
  if (!option.choices.empty()) {
    return fmt::format(":{}:({})", option.placeholder, fmt::join(option.choices, " "));
  }
  return fmt::format(":{}:{}", option.placeholder, option.path ? "_files" : " ");
}

// One argument of _arguments: '(-o --output)'{-o,--output}'[where it goes]:FILE:_files'.
std::string zsh_option(const OptionHelp& option) {
  const auto rest = fmt::format("[{}]{}'", zsh_text(option.help), zsh_value(option));
  const std::string_view repeated = option.repeatable ? "*" : "";
  if (option.letter.empty()) return fmt::format("'{}--{}{}", repeated, option.name, rest);
  return fmt::format("'(-{0} --{1})'{{-{0},--{1}}}'{2}", option.letter, option.name, rest);
}

std::string zsh_case(const Command& command) {
  const auto help = help_of(command);
  std::string text = fmt::format("    ' {} '*)\n", command.name);
  const auto words = command.name.find(' ') == command.name.npos ? 1 : 2;
  text += fmt::format("      shift {0} words\n      (( CURRENT -= {0} ))\n", words);
  text += "      _arguments -S";
  for (const auto& group : help.groups) {
    for (const auto& option : group.options) {
      text += fmt::format(" \\\n        {}", zsh_option(option));
    }
  }
  const auto arguments = help.choices.empty() ? std::string("_files")
                                              : fmt::format("({})", fmt::join(help.choices, " "));
  return text + fmt::format(" \\\n        '*:argument:{}'\n      ;;\n", arguments);
}

}  // namespace

std::string zsh_completion() {
  std::string text(kZshHead);
  for (const auto& command : commands()) text += zsh_case(command);
  const auto add_words = [&](std::string_view before, const std::vector<NextWord>& words) {
    text += fmt::format("    {})\n      choices=(", before);
    for (const auto& [word, summary] : words) {
      text += fmt::format("\n        '{}:{}'", word, zsh_text(summary));
    }
    text += ")\n      _describe command choices\n      ;;\n";
  };
  for (const auto& [word, summary] : first_words()) {
    if (const auto after = words_after(word); !after.empty()) {
      add_words(fmt::format("' {0} ' | ' help {0} '", word), after);
    }
  }
  add_words("' --version '", {{"--json", "the same as JSON"}});
  add_words("*", first_words());
  return text.append(kZshTail);
}

}  // namespace wordkin
