#include "tools/display.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tools/output.h"

namespace wordkin {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kBetweenLines = std::chrono::seconds(10);

// A number with three digits and what goes before its unit: "1.23 M", or "12 ".
std::string with_prefix(double value) {
  constexpr std::array kPrefixes{"", "k", "M", "G", "T", "P", "E"};
  std::size_t prefix = 0;
  while (value >= 999.5 && prefix + 1 < kPrefixes.size()) {
    value /= 1000;
    ++prefix;
  }
  const int decimals = prefix == 0 && value == std::floor(value) ? 0
                       : value < 10                              ? 2
                       : value < 100                             ? 1
                                                                 : 0;
  return fmt::format("{:.{}f} {}", value, decimals, kPrefixes[prefix]);
}

// The columns of the terminal; enough for any line where it does not tell.
std::size_t terminal_width() {
  struct winsize size {};
  ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size);
  return size.ws_col > 0 ? size.ws_col : 1000;
}

std::string progress_line(const Progress& progress) {
  auto line = std::string(progress.stage);
  if (progress.total > 0) {
    line += fmt::format(" {:5.1f} %", 100.0 * static_cast<double>(progress.done) /
                                          static_cast<double>(progress.total));
  }
  line += "  " + format_rate(progress.rate, progress.unit);
  if (!std::isnan(progress.loss)) line += fmt::format("  loss {:.4f}", progress.loss);
  if (!std::isnan(progress.learning_rate))
    line += fmt::format("  rate {:.5f}", progress.learning_rate);
  if (progress.total > progress.done && progress.rate > 0) {
    const auto left = static_cast<double>(progress.total - progress.done) / progress.rate;
    line += "  ETA " + format_duration(left);
  }
  return line + "  memory " + format_bytes(resident_memory());
}

// As many of the line's parts as fit: what has wrapped cannot be rewritten.
std::string fitted(const std::string& line, std::size_t width) {
  if (line.size() < width) return line;
  return line.substr(0, std::min(line.rfind("  ", width - 1), width - 1));
}

// What /proc/self/status says of `key`, in bytes; 0 where it says nothing.
std::uint64_t status_bytes(std::string_view key) {
  std::uint64_t kibibytes = 0;
  if (auto* file = std::fopen("/proc/self/status", "r")) {
    std::array<char, 256> line{};
    while (kibibytes == 0 && std::fgets(line.data(), line.size(), file) != nullptr) {
      if (std::string_view(line.data()).starts_with(key)) {
        kibibytes = std::strtoull(line.data() + key.size(), nullptr, 10);
      }
    }
    std::fclose(file);
  }
  return kibibytes * 1024;
}

}  // namespace

std::string format_duration(double seconds) {
  if (seconds < 60) return fmt::format("{:.{}f} s", seconds, seconds < 10 ? 2 : 1);
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  const auto minutes = whole / 60;
  if (minutes < 60) return fmt::format("{}:{:02}", minutes, whole % 60);
  return fmt::format("{}:{:02}:{:02}", minutes / 60, minutes % 60, whole % 60);
}

std::string format_rate(double per_second, std::string_view unit) {
  const auto number = with_prefix(std::round(per_second));
  return fmt::format("{}{}{}/s", number, number.ends_with(' ') ? "" : " ", unit);
}

std::uint64_t resident_memory() { return status_bytes("VmRSS:"); }

// getrusage(2) would count the peak of the process that started this one, too.
std::uint64_t peak_memory() { return status_bytes("VmHWM:"); }

std::string_view clear_line() { return ::isatty(STDERR_FILENO) == 1 ? "\r\033[K" : ""; }

ProgressDisplay::ProgressDisplay()
    : terminal_(::isatty(STDERR_FILENO) == 1), next_(Clock::now() + kBetweenLines) {}

ProgressDisplay::~ProgressDisplay() {
  if (line_open_) print_error("\r\033[K");
}

void ProgressDisplay::show(const Progress& progress) {
  if (terminal_) {
    print_error("\r{}\033[K", fitted(progress_line(progress), terminal_width()));
    line_open_ = true;
  } else if (const auto now = Clock::now(); now >= next_) {
    print_error("{}\n", progress_line(progress));
    next_ = now + kBetweenLines;
  }
}

}  // namespace wordkin
