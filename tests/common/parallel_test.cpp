#include "common/parallel.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "common/error.h"
#include "tests/support/support.h"

namespace wordkin {
namespace {

BOOST_AUTO_TEST_SUITE(parallel)

// Each task waits until all have begun, which they never do where fewer threads are allowed.
BOOST_AUTO_TEST_CASE(allows_more_threads_than_there_are_processors) {
  constexpr std::size_t kThreads = 8;
  std::mutex mutex;
  std::condition_variable all_here;
  std::set<std::thread::id> threads;
  with_threads(kThreads, [&] {
    parallel_for_ranges(kThreads, 1, [&](std::size_t, std::size_t) {
      std::unique_lock lock(mutex);
      threads.insert(std::this_thread::get_id());
      all_here.notify_all();
      all_here.wait_for(lock, std::chrono::seconds(20), [&] { return threads.size() == kThreads; });
    });
  });
  BOOST_TEST(threads.size() == kThreads);
}

BOOST_AUTO_TEST_CASE(allows_no_more_threads_than_asked_for) {
  for (const int allowed : {1, 2, 3}) {
    std::mutex mutex;
    std::set<int> places;
    with_threads(allowed, [&] {
      parallel_for_ranges(10'000, 1, [&](std::size_t, std::size_t) {
        const std::lock_guard lock(mutex);
        places.insert(oneapi::tbb::this_task_arena::current_thread_index());
      });
    });
    BOOST_TEST(*places.rbegin() < allowed);
  }
}

BOOST_AUTO_TEST_CASE(with_one_thread_all_runs_in_the_caller) {
  const auto caller = std::this_thread::get_id();
  with_threads(1, [&] {
    parallel_for_ranges(1000, 10, [&](std::size_t, std::size_t) {
      BOOST_TEST((std::this_thread::get_id() == caller));
    });
  });
}

BOOST_AUTO_TEST_CASE(lets_the_exception_of_a_task_out) {
  for (const int threads : {1, 2, 8}) {
    const auto run = [&] {
      with_threads(threads, [] {
        parallel_for_ranges(1000, 1, [](std::size_t i, std::size_t) {
          if (i == 500) throw FormatError("row 500 is damaged");
        });
      });
    };
    BOOST_CHECK_EXCEPTION(run(), FormatError, test::says("row 500 is damaged"));
  }
}

BOOST_AUTO_TEST_CASE(returns_what_the_function_returns) {
  BOOST_TEST(with_threads(2, [] { return 42; }) == 42);
}

BOOST_AUTO_TEST_CASE(zero_threads_means_all) {
  BOOST_TEST(thread_count(0) >= 1);
  BOOST_TEST(thread_count(0) == oneapi::tbb::info::default_concurrency());
  BOOST_TEST(thread_count(5) == 5);
}

BOOST_AUTO_TEST_CASE(ranges_cover_everything_once_and_do_not_depend_on_the_threads) {
  struct Case {
    std::size_t n, grain;
    std::vector<std::pair<std::size_t, std::size_t>> ranges;
  };
  const Case cases[] = {
      {0, 3, {}},
      {1, 3, {{0, 1}}},
      {3, 3, {{0, 3}}},
      {4, 3, {{0, 3}, {3, 4}}},
      {9, 4, {{0, 4}, {4, 8}, {8, 9}}},
  };
  for (const auto& [n, grain, expected] : cases) {
    for (const int threads : {1, 2, 8}) {
      BOOST_TEST_CONTEXT(n << " by " << grain << " with " << threads << " threads") {
        std::mutex mutex;
        std::set<std::pair<std::size_t, std::size_t>> ranges;
        with_threads(threads, [&, step = grain, count = n] {
          parallel_for_ranges(count, step, [&](std::size_t begin, std::size_t end) {
            const std::lock_guard lock(mutex);
            BOOST_TEST(ranges.emplace(begin, end).second);
          });
        });
        BOOST_TEST((std::vector(ranges.begin(), ranges.end()) == expected));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
