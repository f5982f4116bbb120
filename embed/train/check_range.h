#pragma once

#include <string_view>

#include <fmt/format.h>

#include "common/error.h"

namespace wordkin {

// Throws UsageError unless `value` lies from `least` to `most`; NaN does not.
template <class T>
void check_range(std::string_view option, T value, T least, T most) {
  if (value >= least && value <= most) return;
  throw UsageError(fmt::format("{}: expected {} to {}, found {}", option, least, most, value));
}

}  // namespace wordkin
