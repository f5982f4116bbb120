#include "tools/output.h"

#include <cerrno>
#include <cstdio>
#include <iterator>

#include <fcntl.h>
#include <unistd.h>

#include "common/output.h"

namespace wordkin {
namespace {

void check(bool success) {
  if (success) return;
  if (errno == EPIPE) throw ClosedOutput();
  throw io_error("standard output", "write");
}

}  // namespace

void occupy_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) < 0) ::open("/dev/null", O_PATH);  // gets the lowest free number
  }
}

void write_out(std::string_view text) {
  check(std::fwrite(text.data(), 1, text.size(), stdout) == text.size());
}

void flush_out() { check(std::fflush(stdout) == 0); }

void write_error(fmt::string_view format, fmt::format_args args) noexcept {
  try {
    fmt::memory_buffer text;
    fmt::vformat_to(std::back_inserter(text), format, args);
    std::fwrite(text.data(), 1, text.size(), stderr);
  } catch (...) {
    std::fputs("wordkin: out of memory\n", stderr);
  }
}

}  // namespace wordkin
