#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "common/progress.h"
#include "common/quantities.h"

namespace wordkin {

std::string format_duration(double seconds);                        // 3.2 s, 4:05, 1:02:03
std::string format_rate(double per_second, std::string_view unit);  // 1.23 M words/s

// Resident memory of this process in bytes, now and at its highest; 0 where it cannot be told.
std::uint64_t resident_memory();
std::uint64_t peak_memory();

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// What removes a line of progress from a terminal, before another message.
std::string_view clear_line();

// Shows progress on standard error: one line that is rewritten where that is a terminal, a line
// every ten seconds elsewhere.
class ProgressDisplay {
 public:
  ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;
  ~ProgressDisplay();

  void show(const Progress& progress);

 private:
  bool terminal_;
  bool line_open_ = false;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace wordkin
