#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "tools/command_help.h"

namespace wordkin {

struct Command {
  std::string_view name;  // as typed: "train", "sentiment train"
  std::string_view summary;
  void (*run)(const std::vector<std::string>&, const std::stop_token&);
};

// All that there are, in the order in which they are shown.
std::span<const Command> commands();

// A word that can follow the first words of a command line.
struct NextWord {
  std::string word;
  std::string summary;
};

// Those that can follow "wordkin", and then `first`, such as "sentiment", if it is no command.
std::vector<NextWord> first_words();
std::vector<NextWord> words_after(std::string_view first);

// " (did you mean 'train'?)" for the name of a command that there is not, or nothing.
std::string similar_command(std::string_view name);

// Asks a command for what --help shows.
CommandHelp help_of(const Command& command);

}  // namespace wordkin
