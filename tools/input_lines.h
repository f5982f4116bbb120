#pragma once

#include <functional>
#include <string_view>

#include "common/input.h"

namespace wordkin {

// Calls on_lines(text) for the whole lines of `input` that arrive together: one after another from
// a terminal, many from a file. The last line need not end. Throws IoError, and FormatError for NUL
// bytes, which lines of UTF-8 do not have.
void for_each_arrival(Input& input, const std::function<void(std::string_view)>& on_lines);

}  // namespace wordkin
