#include <string>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/commands.h"
#include "tools/completion.h"

namespace wordkin {
namespace {

constexpr std::string_view kFishHead = R"(# fish completion of wordkin, by: wordkin completion fish

# Whether these words begin the arguments.
function __wordkin_after
    set -l words (commandline -opc)
    test "$words[2..]" = "$argv" || string match -q -- "$argv *" "$words[2..]"
end

# Whether they are all of them.
function __wordkin_just_after
    set -l words (commandline -opc)
    test "$words[2..]" = "$argv"
end

)";

std::string fish_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

// Lines that complete the options and arguments of a command.
std::string fish_lines(const Command& command) {
  const auto help = help_of(command);
  const auto begin = fmt::format("complete -c wordkin -n '__wordkin_after {}'", command.name);
  std::string text;
  for (const auto& group : help.groups) {
    for (const auto& option : group.options) {
      text += fmt::format("{} -l {}", begin, option.name);
      if (!option.letter.empty()) text += fmt::format(" -s {}", option.letter);
      if (!option.placeholder.empty()) text += option.path ? " -rF" : " -x";
      if (!option.choices.empty()) {
        text += fmt::format(" -a '{}'", fmt::join(option.choices, " "));
      }
      text += fmt::format(" -d '{}'\n", fish_text(option.help));
    }
  }
  return text + (help.choices.empty()
                     ? fmt::format("{} -F\n", begin)
                     : fmt::format("{} -a '{}'\n", begin, fmt::join(help.choices, " ")));
}

std::string fish_words(std::string_view before, const std::vector<NextWord>& words) {
  std::string text;
  for (const auto& [word, summary] : words) {
    text += fmt::format("complete -c wordkin -n '__wordkin_just_after {}' -a {} -d '{}'\n", before,
                        word, fish_text(summary));
  }
  return text;
}

}  // namespace

std::string fish_completion() {
  std::string text(kFishHead);
  text += "complete -c wordkin -f\n";
  text += fish_words("", first_words());
  for (const auto& [word, summary] : first_words()) text += fish_words(word, words_after(word));
  text += "complete -c wordkin -n '__wordkin_just_after' -l version -d 'names this program'\n";
  for (const auto& command : commands()) text += fish_lines(command);
  return text;
}

}  // namespace wordkin
