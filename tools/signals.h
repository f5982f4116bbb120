#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace wordkin {

// Turns SIGINT, SIGTERM and SIGHUP into a stop request. Where the program does not end soon after,
// because it waits for input that does not come, or when a second signal arrives, the process exits
// with 128 + the signal's number. Make it first in main, before any thread.
class SignalWatcher {
 public:
  SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;
  ~SignalWatcher();

  std::stop_token stop() const { return source_.get_token(); }
  // The signal that arrived, or 0.
  int received() const { return received_; }

 private:
  void watch();

  std::stop_source source_;
  std::atomic<int> received_ = 0;
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

// While one lives, a stop request is not followed by an exit after a short while, but waited for:
// for what would be lost. A second signal still exits at once, a second after the first or later.
class Saving {
 public:
  Saving();
  Saving(const Saving&) = delete;
  Saving& operator=(const Saving&) = delete;
  ~Saving();
};

}  // namespace wordkin
