#pragma once

#include <cstdint>
#include <ostream>
#include <string_view>
#include <vector>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/unit_test.hpp>
#include <hwy/targets.h>

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

// Makes the kernels use one instruction set while it lives; in_use() says which they do.
class Forced {
 public:
  Forced(const InstructionSet& set, std::string_view (*in_use)()) {
    hwy::SetSupportedTargetsForTest(set.target);
    BOOST_REQUIRE_EQUAL(in_use(), hwy::TargetName(set.target));
  }
  Forced(const Forced&) = delete;
  Forced& operator=(const Forced&) = delete;
  ~Forced() { hwy::SetSupportedTargetsForTest(0); }
};

}  // namespace wordkin::test
