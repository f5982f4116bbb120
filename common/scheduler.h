#pragma once

#include <cstddef>
#include <functional>

// What common/parallel.h takes from oneTBB; use that, not this. It is behind functions so that the
// thread sanitizer can be told about it, see scheduler.cpp, and because oneTBB's headers take
// seconds to compile.
namespace wordkin::internal {

// As many processors as this process may run on, or its control group may keep busy.
int default_threads();

// Calls f(), where the other functions use at most `threads` threads.
void run_limited(int threads, const std::function<void()>& f);

// Calls task(0) .. task(count - 1) in parallel.
void run_tasks(std::size_t count, const std::function<void(std::size_t)>& task);

// The stages of a pipeline, each called once for every ticket 0, 1, ...
struct Stages {
  std::function<bool(std::size_t ticket)> read;   // in order, one at a time, until it returns false
  std::function<void(std::size_t ticket)> work;   // in parallel
  std::function<void(std::size_t ticket)> write;  // in order, one at a time
};

// Ticket t is read only after ticket t - in_flight has been written.
void run_pipeline(std::size_t in_flight, const Stages& stages);

}  // namespace wordkin::internal
