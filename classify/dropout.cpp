#include "classify/dropout.h"

#include <fmt/format.h>

#include "common/error.h"

namespace wordkin {

void DropoutOptions::validate() const {
  const auto check = [](std::string_view name, double rate) {
    if (rate >= 0 && rate < 1) return;
    throw UsageError(
        fmt::format("--{}-dropout: expected a share from 0 to below 1, found {}", name, rate));
  };
  check("word", words);
  check("input", inputs);
  check("state", states);
  check("feature", features);
}

}  // namespace wordkin
