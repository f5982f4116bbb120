#pragma once

#include <cstdint>
#include <ostream>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/unit_test.hpp>
#include <hwy/targets.h>

#include "embed/train/hogwild_kernels.h"

namespace wordkin::test {

struct InstructionSet {
  std::int64_t target;

  friend std::ostream& operator<<(std::ostream& out, const InstructionSet& set) {
    return out << hwy::TargetName(set.target);
  }
};

// Those that are compiled in and that this machine has.
inline std::vector<InstructionSet> instruction_sets() {
  std::vector<InstructionSet> sets;
  for (const auto target : hwy::SupportedAndGeneratedTargets()) sets.push_back({target});
  return sets;
}

inline const auto kSets = boost::unit_test::data::make(instruction_sets());

// Makes the kernels use one instruction set while it lives.
class Forced {
 public:
  explicit Forced(const InstructionSet& set) {
    hwy::SetSupportedTargetsForTest(set.target);
    BOOST_REQUIRE_EQUAL(hogwild_instruction_set(), hwy::TargetName(set.target));
  }
  Forced(const Forced&) = delete;
  Forced& operator=(const Forced&) = delete;
  ~Forced() { hwy::SetSupportedTargetsForTest(0); }
};

}  // namespace wordkin::test
