#pragma once

#include <string_view>
#include <vector>

namespace wordkin {

// The instruction sets that kernels are compiled for, the best first. They use the first that the
// processor has.
std::vector<std::string_view> instruction_sets();

}  // namespace wordkin
