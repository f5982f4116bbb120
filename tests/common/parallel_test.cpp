#include "common/parallel.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/task_arena.h>

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

// What a pipeline may hand on: nothing that can be copied.
using Item = std::unique_ptr<int>;

// Gives 0 .. count-1, then nothing.
auto numbers(int count) {
  return [count, next = 0]() mutable -> std::optional<Item> {
    if (next == count) return std::nullopt;
    return std::make_unique<int>(next++);
  };
}

BOOST_AUTO_TEST_CASE(a_pipeline_writes_the_result_of_every_item_in_order) {
  for (const int count : {0, 1, 2, 1000}) {
    for (const int threads : {1, 2, 8}) {
      for (const std::size_t in_flight : {1, 3, 16}) {
        BOOST_TEST_CONTEXT(count << " items, " << threads << " threads, " << in_flight) {
          std::vector<int> results;
          with_threads(threads, [&] {
            parallel_pipeline(
                in_flight, numbers(count),
                [](const Item& item) { return std::make_unique<int>(2 * *item); },
                [&](const Item& result) { results.push_back(*result); });
          });
          std::vector<int> expected;
          for (int i = 0; i < count; ++i) expected.push_back(2 * i);
          BOOST_TEST(results == expected);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_pipeline_holds_no_more_items_than_allowed) {
  constexpr int kInFlight = 3;
  std::atomic<int> held = 0;
  int most = 0;  // changed by `read` alone
  with_threads(8, [&] {
    parallel_pipeline(
        kInFlight,
        [&, read = numbers(1000)]() mutable {
          auto item = read();
          if (item) most = std::max(most, ++held);
          return item;
        },
        [](Item item) { return item; }, [&](const Item&) { --held; });
  });
  BOOST_TEST(held == 0);
  BOOST_TEST(most <= kInFlight);
}

// Each waits until the other has begun, which it never does where there is one thread.
BOOST_AUTO_TEST_CASE(a_pipeline_works_on_items_at_the_same_time) {
  std::mutex mutex;
  std::condition_variable both_here;
  int here = 0;
  const auto work = [&](Item item) {
    std::unique_lock lock(mutex);
    ++here;
    both_here.notify_all();
    both_here.wait_for(lock, std::chrono::seconds(20), [&] { return here == 2; });
    BOOST_TEST(here == 2);
    return item;
  };
  with_threads(2, [&] { parallel_pipeline(4, numbers(2), work, [](const Item&) {}); });
}

BOOST_AUTO_TEST_CASE(a_pipeline_lets_the_exception_of_any_stage_out) {
  const auto fail_at = [](int stage, int where, int item) {
    if (stage == where && item == 50) throw FormatError("item 50 is damaged");
  };
  for (const int where : {0, 1, 2}) {
    for (const int threads : {1, 2, 8}) {
      const auto run = [&] {
        with_threads(threads, [&] {
          parallel_pipeline(
              4,
              [&, read = numbers(100)]() mutable {
                auto item = read();
                if (item) fail_at(0, where, **item);
                return item;
              },
              [&](Item item) {
                fail_at(1, where, *item);
                return item;
              },
              [&](const Item& item) { fail_at(2, where, *item); });
        });
      };
      BOOST_CHECK_EXCEPTION(run(), FormatError, test::says("item 50 is damaged"));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin
