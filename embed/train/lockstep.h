#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "embed/train/hogwild.h"
#include "embed/train/lockstep_rows.h"

namespace wordkin {

// One of the workers that go in lockstep.
struct Lane {
  // Begins a unit.
  std::function<void(std::size_t unit)> begin;
  // Collects a part of the unit, to be trained in this round, without looking at parameters, which
  // change meanwhile. False when there is none left.
  std::function<bool(std::uint64_t round)> collect;
  // Trains it, or nothing, in every round, while the parameters that other lanes read or change
  // stay as they are.
  std::function<void()> train;
  std::function<Tally()> tally;  // of the unit so far
};

// The number of lanes, whatever the number of threads: results depend on it. As many as there are
// shards, so that both halves of a round have as many parts.
inline constexpr std::size_t kLockstepLanes = LockstepRows::kShards;
static_assert(kLockstepLanes <= LockstepRows::kMostLanes);

// A pause is possible where all lanes have done all units before a multiple of this: they wait for
// each other there, whether there is a pause or not.
inline constexpr std::size_t kUnitsBetweenPauses = 8 * kLockstepLanes;

// Runs units like run_hogwild, with a result that depends neither on threads nor on pauses. Lane l
// takes the units l, l + kLockstepLanes, ... In each round every lane that has a unit collects a
// part of it; when all have, they train. Then apply(shard) adds the changes of all lanes to the
// parameters of each shard, 0 .. kLockstepLanes - 1, while lanes collect for the next round. No two
// threads work on a shard or for a lane at a time; if besides no lane trains what another reads,
// there is no race. run.first is one of the units that this function returned, or 0.
std::size_t run_lockstep(const UnitRun& run, const std::function<Lane()>& make_lane,
                         const std::function<void(std::size_t shard)>& apply,
                         const std::function<void(std::size_t unit, const Tally&)>& on_unit);

}  // namespace wordkin
