#include "embed/train/lockstep.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <numeric>
#include <ostream>
#include <thread>
#include <utility>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(lockstep)

namespace data = boost::unit_test::data;

const auto kThreads = data::make({1, 2, 3, 8});
const auto kUnits = data::make<std::size_t>({1, 2, 7, 8, 9, 100});

constexpr std::size_t steps_of(std::size_t unit) { return unit * 7 % 5; }

Tally tally_of(std::size_t unit) { return {unit + 1, 2 * unit, 0.5}; }

void apply_nothing(std::size_t) {}

void ignore(std::size_t, const Tally&) {}

// What all lanes of a run did. Members that are not atomic belong to one thread at a time, as the
// thread sanitizer sees.
struct Record {
  explicit Record(std::size_t units) : begun(units), trained(units), reported(units) {}

  std::vector<int> begun;
  std::vector<std::size_t> trained;
  std::vector<int> reported;
  // For each shard, the steps of all lanes that there were whenever it took them.
  std::array<std::vector<std::size_t>, kLockstepLanes> applied;
  std::atomic<std::size_t> steps = 0;
  std::atomic<std::uint64_t> round = 0;
  std::atomic<int> lanes = 0;
  std::atomic<int> training = 0;
  std::atomic<int> collecting = 0;  // or applying
  std::atomic<bool> mixed = false;
};

// Lanes that do steps_of(unit) steps for a unit.
auto lanes(Record& record) {
  return [&record] {
    ++record.lanes;
    const auto unit = std::make_shared<std::size_t>();
    const auto left = std::make_shared<std::size_t>();
    const auto collected = std::make_shared<bool>();
    return Lane{[&record, unit, left](std::size_t next) {
                  *unit = next;
                  *left = steps_of(next);
                  ++record.begun.at(next);
                },
                [&record, left, collected](std::uint64_t round) {
                  ++record.collecting;
                  if (record.training > 0) record.mixed = true;
                  record.round = round;
                  std::this_thread::yield();
                  *collected = *left > 0;
                  if (*collected) --*left;
                  --record.collecting;
                  return *collected;
                },
                [&record, unit, collected] {
                  ++record.training;
                  if (record.collecting > 0) record.mixed = true;
                  std::this_thread::yield();
                  if (std::exchange(*collected, false)) {
                    ++record.trained.at(*unit);
                    ++record.steps;
                  }
                  --record.training;
                },
                [unit] { return tally_of(*unit); }};
  };
}

auto apply(Record& record) {
  return [&record](std::size_t shard) {
    ++record.collecting;
    if (record.training > 0) record.mixed = true;
    record.applied.at(shard).push_back(record.steps);
    --record.collecting;
  };
}

// The steps of all lanes before each round, of which a lane does one in a round. They wait for each
// other where a pause is possible.
std::vector<std::size_t> steps_before_rounds(std::size_t units) {
  struct Place {
    std::size_t unit;
    std::size_t done = 0;
  };
  std::size_t steps = 0;
  std::vector<std::size_t> before;
  for (std::size_t begin = 0; begin < units; begin += kUnitsBetweenPauses) {
    const auto end = std::min(units, begin + kUnitsBetweenPauses);
    std::vector<Place> places;
    for (std::size_t l = 0; l < kLockstepLanes; ++l) places.push_back({begin + l});
    const auto is_left = [&](const Place& place) { return place.unit < end; };
    while (std::ranges::any_of(places, is_left)) {
      before.push_back(steps);
      for (auto& [unit, done] : places) {
        if (unit >= end) continue;
        if (done++ < steps_of(unit)) {
          ++steps;
        } else {
          unit += kLockstepLanes;  // which takes a round
          done = 0;
        }
      }
    }
  }
  return before;
}

BOOST_DATA_TEST_CASE(every_unit_is_done_once_and_reported_once_with_its_tally, kThreads* kUnits,
                     threads, units) {
  Record record(units);
  std::vector<Tally> tallies(units);
  const auto on_unit = [&](std::size_t unit, const Tally& tally) {
    ++record.reported.at(unit);
    tallies[unit] = tally;
    // After all its steps.
    BOOST_CHECK_EQUAL(record.trained[unit], steps_of(unit));
  };
  run_lockstep({.units = units, .threads = threads}, lanes(record), apply(record), on_unit);
  BOOST_CHECK_EQUAL(record.lanes, kLockstepLanes);
  BOOST_CHECK(!record.mixed);
  BOOST_CHECK_EQUAL(record.round, steps_before_rounds(units).size());
  for (std::size_t unit = 0; unit < units; ++unit) {
    BOOST_CHECK_EQUAL(record.begun[unit], 1);
    BOOST_CHECK_EQUAL(record.trained[unit], steps_of(unit));
    BOOST_CHECK_EQUAL(record.reported[unit], 1);
    BOOST_CHECK_EQUAL(tallies[unit].words, unit + 1);
    BOOST_CHECK_EQUAL(tallies[unit].pairs, 2 * unit);
    BOOST_CHECK_EQUAL(tallies[unit].loss, 0.5);
  }
}

BOOST_DATA_TEST_CASE(every_shard_takes_the_steps_of_a_round_before_the_next, kThreads* kUnits,
                     threads, units) {
  Record record(units);
  run_lockstep({.units = units, .threads = threads}, lanes(record), apply(record), ignore);
  const auto expected = steps_before_rounds(units);
  for (const auto& shard : record.applied) {
    BOOST_TEST(shard == expected, boost::test_tools::per_element());
  }
}

BOOST_DATA_TEST_CASE(units_are_reported_in_the_same_order_for_any_number_of_threads, kUnits,
                     units) {
  std::vector<std::size_t> expected;
  for (const int threads : {1, 2, 3, 8}) {
    Record record(units);
    std::vector<std::size_t> order;
    run_lockstep({.units = units, .threads = threads}, lanes(record), apply(record),
                 [&](std::size_t unit, const Tally&) { order.push_back(unit); });
    if (threads == 1) expected = order;
    BOOST_TEST(order == expected, boost::test_tools::per_element());
  }
}

BOOST_DATA_TEST_CASE(a_run_that_pauses_goes_on_in_the_same_order, kThreads, threads) {
  constexpr std::size_t kSome = 3 * kUnitsBetweenPauses + 5;
  Record record(kSome);
  std::size_t next = 0;
  for (std::size_t pauses = 1; pauses <= 4; ++pauses) {
    next = run_lockstep(
        {.units = kSome, .first = next, .threads = threads, .pause = [] { return true; }},
        lanes(record), apply(record), ignore);
    BOOST_CHECK_EQUAL(next, std::min(kSome, pauses * kUnitsBetweenPauses));
  }
  Record at_once(kSome);
  run_lockstep({.units = kSome, .threads = threads}, lanes(at_once), apply(at_once), ignore);
  for (std::size_t shard = 0; shard < record.applied.size(); ++shard) {
    BOOST_TEST(record.applied[shard] == at_once.applied[shard], boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(nothing_happens_without_units) {
  Record record(0);
  std::stop_source stop;
  stop.request_stop();
  BOOST_CHECK_NO_THROW(
      run_lockstep({.units = 0, .threads = 2}, lanes(record), apply(record), ignore));
  BOOST_CHECK_NO_THROW(run_lockstep({.units = 0, .threads = 2, .stop = stop.get_token()},
                                    lanes(record), apply(record), ignore));
  for (const auto& shard : record.applied) BOOST_CHECK(shard.empty());
}

// So many units that a run which was not stopped would be noticed.
constexpr std::size_t kMany = 100'000;

enum class Where { kBegin, kCollect, kTrain, kApply, kTally, kReport };

std::ostream& operator<<(std::ostream& out, Where where) {
  constexpr std::array kNames{"begin", "collect", "train", "apply", "tally", "report"};
  return out << "in " << kNames.at(static_cast<std::size_t>(where));
}

BOOST_DATA_TEST_CASE(what_is_thrown_comes_out_and_ends_the_run,
                     kThreads* data::make({Where::kBegin, Where::kCollect, Where::kTrain,
                                           Where::kApply, Where::kTally, Where::kReport}) *
                         data::make<std::size_t>({0, 5, 20}),
                     threads, where, bad) {
  const auto fail = [=](Where here, std::size_t unit) {
    if (here == where && unit == bad) throw NumericError("unit failed");
  };
  std::atomic<std::size_t> begun = 0;
  const auto make_lane = [&] {
    const auto unit = std::make_shared<std::size_t>();
    const auto left = std::make_shared<int>();
    return Lane{[&, unit, left](std::size_t next) {
                  *unit = next;
                  *left = 1;
                  ++begun;
                  fail(Where::kBegin, next);
                },
                [&, unit, left](std::uint64_t) {
                  fail(Where::kCollect, *unit);
                  return (*left)-- > 0;
                },
                [&, unit] {
                  if (begun > 0) fail(Where::kTrain, *unit);
                },
                [&, unit] {
                  fail(Where::kTally, *unit);
                  return Tally{};
                }};
  };
  const auto apply = [&](std::size_t shard) {
    if (shard == 3 && begun > bad) fail(Where::kApply, bad);
  };
  std::size_t reports = 0;
  const auto on_unit = [&](std::size_t unit, const Tally&) {
    fail(Where::kReport, unit);
    ++reports;
  };
  BOOST_CHECK_EXCEPTION(
      run_lockstep({.units = kMany, .threads = threads}, make_lane, apply, on_unit), NumericError,
      test::says("unit failed"));
  BOOST_CHECK_LE(begun, bad + 2 * kLockstepLanes);
  BOOST_CHECK_LE(reports, bad + 2 * kLockstepLanes);
}

BOOST_AUTO_TEST_CASE(what_the_making_of_a_lane_throws_comes_out) {
  int made = 0;
  const auto make_lane = [&]() -> Lane {
    if (++made == 2) throw Error("no memory for a lane");
    return {[](std::size_t) {}, [](std::uint64_t) { return false; }, [] {}, [] { return Tally{}; }};
  };
  BOOST_CHECK_EXCEPTION(run_lockstep({.units = 10, .threads = 2}, make_lane, apply_nothing, ignore),
                        Error, test::says("no memory for a lane"));
}

BOOST_DATA_TEST_CASE(when_several_lanes_throw_one_of_them_comes_out, kThreads, threads) {
  const auto make_lane = [] {
    return Lane{[](std::size_t) { throw NumericError("a lane failed"); },
                [](std::uint64_t) { return false; }, [] {}, [] { return Tally{}; }};
  };
  BOOST_CHECK_EXCEPTION(
      run_lockstep({.units = 10, .threads = threads}, make_lane, apply_nothing, ignore),
      NumericError, test::says("a lane failed"));
}

BOOST_DATA_TEST_CASE(a_stop_that_was_requested_before_reports_no_unit, kThreads, threads) {
  std::stop_source stop;
  stop.request_stop();
  Record record(10);
  const auto on_unit = [&](std::size_t unit, const Tally&) { ++record.reported[unit]; };
  BOOST_CHECK_THROW(run_lockstep({.units = 10, .threads = threads, .stop = stop.get_token()},
                                 lanes(record), apply(record), on_unit),
                    Interrupted);
  BOOST_CHECK_EQUAL(std::accumulate(record.reported.begin(), record.reported.end(), 0), 0);
}

BOOST_DATA_TEST_CASE(a_stop_interrupts_the_run, kThreads, threads) {
  std::stop_source stop;
  Record record(kMany);
  std::size_t reports = 0;
  const auto on_unit = [&](std::size_t, const Tally&) {
    if (++reports == 6) stop.request_stop();
  };
  BOOST_CHECK_THROW(run_lockstep({.units = kMany, .threads = threads, .stop = stop.get_token()},
                                 lanes(record), apply(record), on_unit),
                    Interrupted);
  BOOST_CHECK_LE(reports, 6 + kLockstepLanes);
}

BOOST_DATA_TEST_CASE(a_stop_interrupts_a_unit_that_does_not_end, kThreads, threads) {
  std::stop_source stop;
  std::atomic<int> steps = 0;
  const auto make_lane = [&] {
    return Lane{[](std::size_t) {}, [](std::uint64_t) { return true; },
                [&] {
                  if (++steps == 1000) stop.request_stop();
                },
                [] { return Tally{}; }};
  };
  BOOST_CHECK_THROW(run_lockstep({.units = 8, .threads = threads, .stop = stop.get_token()},
                                 make_lane, apply_nothing, ignore),
                    Interrupted);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
