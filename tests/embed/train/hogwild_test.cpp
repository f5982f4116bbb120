#include "embed/train/hogwild.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(hogwild)

namespace data = boost::unit_test::data;
using namespace std::chrono_literals;

const auto kThreads = data::make({1, 2, 3, 8});

void ignore(std::size_t, const Tally&) {}

// Workers that all do the same.
auto workers(const Worker& work) {
  return [work] { return work; };
}

// Waits until `happened`, but not for ever.
void wait_for(const std::atomic<bool>& happened) {
  for (int i = 0; i < 20'000 && !happened; ++i) std::this_thread::sleep_for(1ms);
  if (!happened) throw std::runtime_error("a thread has not come in 20 seconds");
}

BOOST_DATA_TEST_CASE(every_unit_is_done_once_and_reported_with_its_tally, kThreads, threads) {
  constexpr std::size_t kUnits = 5000;
  std::vector<std::atomic<int>> done(kUnits);
  std::vector<Tally> tallies(kUnits);
  const auto work = [&](std::size_t unit) {
    ++done[unit];
    return Tally{unit, 2 * unit, 0.5};
  };
  const auto on_unit = [&](std::size_t unit, const Tally& tally) { tallies[unit] += tally; };
  run_hogwild({.units = kUnits, .threads = threads}, workers(work), on_unit);
  for (std::size_t unit = 0; unit < kUnits; ++unit) {
    BOOST_CHECK_EQUAL(done[unit], 1);
    BOOST_CHECK_EQUAL(tallies[unit].words, unit);
    BOOST_CHECK_EQUAL(tallies[unit].pairs, 2 * unit);
    BOOST_CHECK_EQUAL(tallies[unit].loss, 0.5);
  }
}

BOOST_AUTO_TEST_CASE(one_thread_takes_the_units_in_order) {
  std::vector<std::size_t> order;
  const auto on_unit = [&](std::size_t unit, const Tally&) { order.push_back(unit); };
  run_hogwild({.units = 100, .threads = 1}, workers([](std::size_t) { return Tally{}; }), on_unit);
  BOOST_CHECK_EQUAL(order.size(), 100);
  BOOST_CHECK(std::ranges::is_sorted(order));
}

BOOST_AUTO_TEST_CASE(nothing_happens_without_units) {
  const auto work = [](std::size_t) -> Tally { throw std::logic_error("a unit"); };
  BOOST_CHECK_NO_THROW(run_hogwild({.units = 0, .threads = 2}, workers(work), ignore));
}

BOOST_DATA_TEST_CASE(as_many_threads_as_asked_for_work_at_the_same_time, data::make({1, 2, 3, 8}),
                     threads) {
  // Each of the first units waits until all of them are under way.
  std::atomic<int> under_way = 0;
  std::atomic<bool> all = false;
  const auto work = [&](std::size_t) {
    if (++under_way == threads) all = true;
    wait_for(all);
    return Tally{};
  };
  run_hogwild({.units = static_cast<std::size_t>(threads), .threads = threads}, workers(work),
              ignore);
  BOOST_CHECK(all);
}

BOOST_DATA_TEST_CASE(units_are_reported_by_one_thread_at_a_time, kThreads, threads) {
  std::atomic<int> inside = 0;
  std::atomic<int> most_inside = 0;
  std::size_t reports = 0;  // not atomic: the thread sanitizer would see two threads here
  const auto on_unit = [&](std::size_t, const Tally&) {
    most_inside = std::max(most_inside.load(), ++inside);
    ++reports;
    std::this_thread::yield();
    --inside;
  };
  run_hogwild({.units = 3000, .threads = threads}, workers([](std::size_t) { return Tally{}; }),
              on_unit);
  BOOST_CHECK_EQUAL(reports, 3000);
  BOOST_CHECK_EQUAL(most_inside, 1);
}

BOOST_DATA_TEST_CASE(every_thread_makes_a_worker_of_its_own, kThreads, threads) {
  std::atomic<int> made = 0;
  const auto make_worker = [&] {
    ++made;
    // Not atomic: the thread sanitizer would see two threads in one worker.
    return Worker([count = 0](std::size_t) mutable {
      ++count;
      return Tally{};
    });
  };
  run_hogwild({.units = 1000, .threads = threads}, make_worker, ignore);
  BOOST_CHECK_GE(made, 1);
  BOOST_CHECK_LE(made, threads);
}

// A run of so many units of a millisecond that, if it were not stopped, it would do them all.
constexpr std::size_t kEndless = 5000;

Tally dawdle() {
  std::this_thread::sleep_for(1ms);
  return {};
}

BOOST_DATA_TEST_CASE(what_a_worker_throws_comes_out_and_stops_the_others, kThreads, threads) {
  std::atomic<std::size_t> done = 0;
  const auto work = [&](std::size_t unit) {
    if (unit == 7) throw NumericError("unit 7 failed");
    ++done;
    return dawdle();
  };
  BOOST_CHECK_EXCEPTION(run_hogwild({.units = kEndless, .threads = threads}, workers(work), ignore),
                        NumericError, test::says("unit 7 failed"));
  BOOST_CHECK_LT(done, kEndless / 2);
  if (threads == 1) BOOST_CHECK_EQUAL(done, 7);
}

BOOST_DATA_TEST_CASE(what_a_report_throws_comes_out_and_stops_the_others, kThreads, threads) {
  std::size_t reports = 0;
  const auto on_unit = [&](std::size_t, const Tally&) {
    if (++reports == 5) throw FormatError("report 5 failed");
  };
  BOOST_CHECK_EXCEPTION(run_hogwild({.units = kEndless, .threads = threads},
                                    workers([](std::size_t) { return dawdle(); }), on_unit),
                        FormatError, test::says("report 5 failed"));
  BOOST_CHECK_LT(reports, kEndless / 2);
}

BOOST_AUTO_TEST_CASE(what_the_making_of_a_worker_throws_comes_out_and_stops_the_others) {
  std::atomic<int> made = 0;
  std::atomic<bool> second_made = false;
  std::atomic<std::size_t> done = 0;
  const auto make_worker = [&]() -> Worker {
    if (++made == 2) {
      second_made = true;
      throw Error("no memory for a worker");
    }
    return [&](std::size_t) {
      wait_for(second_made);
      ++done;
      return dawdle();
    };
  };
  BOOST_CHECK_EXCEPTION(run_hogwild({.units = kEndless, .threads = 2}, make_worker, ignore), Error,
                        test::says("no memory for a worker"));
  BOOST_CHECK_LT(done, kEndless / 2);
}

BOOST_DATA_TEST_CASE(a_stop_that_was_requested_before_does_no_unit, kThreads, threads) {
  std::stop_source stop;
  stop.request_stop();
  std::atomic<int> done = 0;
  const auto work = [&](std::size_t) {
    ++done;
    return Tally{};
  };
  BOOST_CHECK_THROW(run_hogwild({.units = 10, .threads = threads, .stop = stop.get_token()},
                                workers(work), ignore),
                    Interrupted);
  BOOST_CHECK_EQUAL(done, 0);
}

BOOST_DATA_TEST_CASE(a_stop_interrupts_the_run, kThreads, threads) {
  std::stop_source stop;
  std::size_t reports = 0;
  const auto on_unit = [&](std::size_t, const Tally&) {
    if (++reports == 6) stop.request_stop();
  };
  BOOST_CHECK_THROW(run_hogwild({.units = kEndless, .threads = threads, .stop = stop.get_token()},
                                workers([](std::size_t) { return dawdle(); }), on_unit),
                    Interrupted);
  // The others finish the units that they have begun.
  BOOST_CHECK_LT(reports, kEndless / 2);
  if (threads == 1) BOOST_CHECK_EQUAL(reports, 6);
}

BOOST_DATA_TEST_CASE(a_run_that_pauses_can_go_on_where_it_ended, kThreads, threads) {
  constexpr std::size_t kUnits = 500;
  std::vector<std::atomic<int>> done(kUnits);
  const auto work = [&](std::size_t unit) {
    ++done[unit];
    return Tally{};
  };
  std::size_t reports = 0;
  std::size_t next = 0;
  for (int runs = 0; next < kUnits; ++runs) {
    const auto first = next;
    next = run_hogwild({.units = kUnits,
                        .first = first,
                        .threads = threads,
                        .pause = [&] { return reports % 7 == 0; }},
                       workers(work), [&](std::size_t, const Tally&) { ++reports; });
    BOOST_CHECK_GT(next, first);
    // The units before are done, those after are not begun.
    for (std::size_t unit = 0; unit < kUnits; ++unit) {
      BOOST_REQUIRE_EQUAL(done[unit], unit < next ? 1 : 0);
    }
    BOOST_CHECK_EQUAL(reports, next);
  }
  BOOST_CHECK_EQUAL(next, kUnits);
}

BOOST_AUTO_TEST_CASE(tallies_add_up_and_have_a_mean_loss) {
  Tally tally{10, 4, 6.0};
  tally += {5, 8, 3.0};
  BOOST_CHECK_EQUAL(tally.words, 15);
  BOOST_CHECK_EQUAL(tally.pairs, 12);
  BOOST_CHECK_EQUAL(tally.mean_loss(), 0.75);
  BOOST_CHECK_EQUAL(Tally{}.mean_loss(), 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
