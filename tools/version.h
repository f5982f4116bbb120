#pragma once

#include <string>
#include <vector>

namespace wordkin {

// `wordkin --version [--json]`: what this program is and runs on. Throws UsageError.
void print_version(const std::vector<std::string>& arguments);

}  // namespace wordkin
