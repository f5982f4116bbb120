#pragma once

#include "classify/cell_kernels.h"
#include "tests/support/instruction_sets.h"

namespace wordkin::test {

// As Forced, for the kernels of recurrent networks.
class ForcedForCells {
 public:
  explicit ForcedForCells(const InstructionSet& set) {
    hwy::SetSupportedTargetsForTest(set.target);
    BOOST_REQUIRE_EQUAL(cell_instruction_set(), hwy::TargetName(set.target));
  }
  ForcedForCells(const ForcedForCells&) = delete;
  ForcedForCells& operator=(const ForcedForCells&) = delete;
  ~ForcedForCells() { hwy::SetSupportedTargetsForTest(0); }
};

}  // namespace wordkin::test
