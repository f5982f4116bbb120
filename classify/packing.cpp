#include "classify/packing.h"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "common/error.h"

namespace wordkin {

Packing::Packing(std::vector<std::uint32_t> lengths) : lengths_(std::move(lengths)) {
  if (!std::ranges::is_sorted(lengths_, std::greater<>()) ||
      (!lengths_.empty() && lengths_.back() == 0)) {
    throw UsageError("sequences to pack must be sorted by length, and none may be empty");
  }
  first_rows_.push_back(0);
  auto active = lengths_.size();
  for (std::size_t t = 0; !lengths_.empty() && t < lengths_.front(); ++t) {
    while (lengths_[active - 1] <= t) --active;
    first_rows_.push_back(first_rows_.back() + active);
  }
}

}  // namespace wordkin
