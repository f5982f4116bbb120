#pragma once

#include <string>
#include <vector>

namespace wordkin {

// An option of a command. Names are without dashes.
struct OptionHelp {
  std::string name;
  std::string letter;                     // the short form, or empty
  std::string placeholder;                // of the value; empty for a flag
  std::string help;                       // with the default
  std::vector<std::string> choices = {};  // the values, where there are a few
  bool path = false;
  bool repeatable = false;
};

struct OptionGroup {
  std::string title;
  std::vector<OptionHelp> options = {};
};

// What there is to say of a command: its help, its manual page and its completion come from here.
struct CommandHelp {
  std::string usage;  // "similar VECTORS [WORD...]"
  std::string description;
  std::string examples;  // one a line
  std::vector<OptionGroup> groups = {};
  std::vector<std::string> choices = {};  // the arguments, where there are a few
};

// What --help shows.
std::string help_text(const CommandHelp& help);

}  // namespace wordkin
