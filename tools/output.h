#pragma once

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace wordkin {

// The reader of standard output has gone away: nothing is left to do, and nothing is wrong.
struct ClosedOutput {};

// Standard output. Throws IoError when it cannot be written (a full disk), and ClosedOutput when it
// is a pipe that nobody reads.
void write_out(std::string_view text);
void flush_out();

template <class... Args>
void print_out(fmt::format_string<Args...> format, Args&&... args) {
  write_out(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace wordkin
