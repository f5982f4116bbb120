#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wordkin {

// " (did you mean 'train'?)" for a mistyped `word`, or nothing where none of the `known` is like
// it.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

}  // namespace wordkin
