#pragma once

#include <cstdio>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace wordkin {

// Opens the standard streams that are closed as something that can be neither read nor written, so
// that no file opened later takes their number, and gets messages for bytes. Call it first in main.
void occupy_standard_streams();

// Standard output. Throws IoError when it cannot be written (a full disk), and ClosedOutput when it
// is a pipe that nobody reads any more.
void write_out(std::string_view text);
void flush_out();

template <class... Args>
void print_out(fmt::format_string<Args...> format, Args&&... args) {
  write_out(fmt::format(format, std::forward<Args>(args)...));
}

// Standard error. What cannot be written there is lost: nobody can be told. Short messages need no
// memory, for there may be none.
void write_error(fmt::string_view format, fmt::format_args args) noexcept;

template <class... Args>
void print_error(fmt::format_string<Args...> format, Args&&... args) noexcept {
  write_error(format, fmt::make_format_args(args...));
}

}  // namespace wordkin
