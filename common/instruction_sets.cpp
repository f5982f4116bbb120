#include "common/instruction_sets.h"

#include <cstdint>

#include <hwy/targets.h>

namespace wordkin {

std::vector<std::string_view> instruction_sets() {
  std::vector<std::string_view> sets;
  for (std::int64_t rest = HWY_TARGETS; rest != 0; rest &= rest - 1) {
    sets.emplace_back(hwy::TargetName(rest & -rest));
  }
  return sets;
}

}  // namespace wordkin
