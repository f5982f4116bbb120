#pragma once

#include <algorithm>
#include <string>

#include "common/error.h"

namespace wordkin {

// Whether a JSON value (of nlohmann's types) is nested more than `levels` deep.
template <class Json>
bool is_nested_deeper(const Json& value, int levels) {
  if (!value.is_structured()) return false;
  return levels == 0 || std::any_of(value.begin(), value.end(), [levels](const Json& inner) {
           return is_nested_deeper(inner, levels - 1);
         });
}

// The start of a JSON value, for a message. dump() would use up the stack for one that is nested
// deep enough.
template <class Json>
std::string json_excerpt(const Json& value) {
  constexpr int kDeepest = 64;
  if (is_nested_deeper(value, kDeepest)) return "a value nested too deep";
  return excerpt(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace wordkin
