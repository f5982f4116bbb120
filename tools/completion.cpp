#include "tools/completion.h"

#include <array>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/enum_names.h"
#include "common/output.h"
#include "tools/answers.h"
#include "tools/command.h"

namespace wordkin {
namespace {

enum class Shell { kBash, kZsh, kFish };

std::string script_for(Shell shell) {
  switch (shell) {
    case Shell::kBash:
      return bash_completion();
    case Shell::kZsh:
      return zsh_completion();
    case Shell::kFish:
      break;
  }
  return fish_completion();
}

}  // namespace

template <>
inline constexpr std::array<std::string_view, 3> kEnumNames<Shell>{"bash", "zsh", "fish"};

void completion_command(const Arguments& arguments, const std::stop_token&) {
  CommonOptions common;
  Arguments shells;
  std::filesystem::path output = "-";
  CommandLine line(
      "completion bash|zsh|fish [-o FILE]",
      "A script with which the shell completes commands, options, their values and\n"
      "paths. What is installed has them; without, put into ~/.bashrc, or into ~/.zshrc\n"
      "after compinit: source <(wordkin completion bash), or zsh.\n",
      "  wordkin completion bash -o ~/.local/share/bash-completion/completions/wordkin\n"
      "  wordkin completion fish -o ~/.config/fish/completions/wordkin.fish\n");
  line.option("output,o", output, "FILE", "where the script goes [-, standard output]");
  line.arguments(shells, 1, 1, ValueTraits<Shell>::choices());
  line.common(common);
  line.parse(arguments);
  Shell shell{};
  parse_value("SHELL", shells.front(), shell);
  check_output(output, {}, common);

  OutputFile file(output);
  file.write(script_for(shell));
  file.commit();
  if (common.json) {
    print_json({{"output", output.string()}, {"bytes", file.bytes_written()}});
  }
}

}  // namespace wordkin
