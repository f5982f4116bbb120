#pragma once

#include <string>

namespace wordkin {

// Scripts with which shells complete commands, options, their values, and paths.
std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace wordkin
