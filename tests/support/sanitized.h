#pragma once

namespace wordkin::test {

// Whether sanitizers slow down what is built; they need see each path but once.
#ifdef WORDKIN_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

}  // namespace wordkin::test
