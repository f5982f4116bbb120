#include "tools/signals.h"

#include <cerrno>
#include <chrono>
#include <ctime>
#include <string_view>

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace wordkin {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kWake = SIGUSR1;  // from the destructor to the thread
constexpr timespec kGrace{.tv_sec = 0, .tv_nsec = 700'000'000};

std::atomic<int> savings = 0;

sigset_t watched_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, kWake);
  sigaddset(&signals, SIGTERM);
  // Scripts start what runs in their background with SIGINT ignored, nohup with SIGHUP, and mean
  // it.
  for (const int signal : {SIGINT, SIGHUP}) {
    struct sigaction action {};
    ::sigaction(signal, nullptr, &action);
    if (action.sa_handler != SIG_IGN) sigaddset(&signals, signal);
  }
  return signals;
}

}  // namespace

SignalWatcher::SignalWatcher() {
  // Writing to a closed pipe, or beyond the largest file allowed, is reported by write(2) like any
  // other failure.
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  const auto signals = watched_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // inherited by every thread made from here on
  thread_ = std::thread([this] { watch(); });
}

SignalWatcher::~SignalWatcher() {
  done_ = true;
  pthread_kill(thread_.native_handle(), kWake);
  thread_.join();
}

void SignalWatcher::watch() {
  const auto signals = watched_signals();
  int signal = 0;
  sigwait(&signals, &signal);
  if (done_) return;
  received_ = signal;
  source_.request_stop();
  // Until the destructor's signal or a second one from outside, or time runs out. Programs such as
  // timeout send the first one twice, to the process and to its group, which is no second one.
  const auto first = Clock::now();
  const auto is_over = [&] {
    if (sigtimedwait(&signals, nullptr, &kGrace) < 0) return savings == 0 && errno != EINTR;
    return done_ || savings == 0 || Clock::now() > first + std::chrono::seconds(1);
  };
  while (!is_over()) {
  }
  if (done_) return;
  constexpr std::string_view kMessage = "wordkin: interrupted\n";
  [[maybe_unused]] const auto ignored = ::write(STDERR_FILENO, kMessage.data(), kMessage.size());
  ::_exit(128 + signal);
}

Saving::Saving() { ++savings; }
Saving::~Saving() { --savings; }

}  // namespace wordkin
