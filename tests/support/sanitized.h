#pragma once

namespace wordkin::test {

// Whether sanitizers slow down what is built; they need see each path but once.
#ifdef WORDKIN_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// Whether accesses of threads are watched, each of which takes ten times as long.
#ifdef WORDKIN_THREADS_WATCHED
constexpr bool kThreadsWatched = true;
#else
constexpr bool kThreadsWatched = false;
#endif

}  // namespace wordkin::test
