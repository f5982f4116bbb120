#include "tools/output.h"

#include <cerrno>
#include <cstdio>

#include "common/error.h"

namespace wordkin {
namespace {

void check(bool success) {
  if (success) return;
  if (errno == EPIPE) throw ClosedOutput();
  throw io_error("standard output", "write");
}

}  // namespace

void write_out(std::string_view text) {
  check(std::fwrite(text.data(), 1, text.size(), stdout) == text.size());
}

void flush_out() { check(std::fflush(stdout) == 0); }

}  // namespace wordkin
