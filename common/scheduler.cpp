#include "common/scheduler.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <vector>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include "common/machine_limits.h"

// oneTBB synchronises its threads inside a library that the thread sanitizer does not see into: it
// would take what oneTBB's headers do for races, and what one task hands to another. So this file
// is compiled without the sanitizer where all else is compiled with it, and tells it here what
// comes before what. Told is no more than oneTBB promises, so that races between tasks are found.
#ifdef WORDKIN_TELL_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#endif

namespace wordkin::internal {
namespace {

// What threads do before release() comes before what others do after a later acquire().
class Order {
 public:
#ifdef WORDKIN_TELL_THREAD_SANITIZER
  void acquire() { __tsan_acquire(this); }
  void release() { __tsan_release(this); }
#else
  void acquire() {}
  void release() {}
#endif
};

// Comes after all earlier turns of the same order.
class Turn {
 public:
  explicit Turn(Order& order) : order_(order) { order_.acquire(); }
  ~Turn() { order_.release(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Order& order_;
};

// Tasks come after what the caller did before, and before what it does afterwards; they have no
// order among themselves.
class ForkJoin {
 public:
  ForkJoin() { fork_.release(); }
  ~ForkJoin() { join_.acquire(); }
  ForkJoin(const ForkJoin&) = delete;
  ForkJoin& operator=(const ForkJoin&) = delete;

  class Task {
   public:
    explicit Task(ForkJoin& region) : region_(region) { region_.fork_.acquire(); }
    ~Task() { region_.join_.release(); }
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;

   private:
    ForkJoin& region_;
  };

 private:
  Order fork_;
  Order join_;
};

// Ends the threads of oneTBB before the process ends. The last of them would else free what oneTBB
// keeps while the process already ends, in an order that only oneTBB knows of.
void end_threads_with_process() {
#ifdef WORDKIN_TELL_THREAD_SANITIZER
  struct Handle {
    oneapi::tbb::task_scheduler_handle threads{oneapi::tbb::attach{}};
    ~Handle() { oneapi::tbb::finalize(threads, std::nothrow); }
  };
  static Handle handle;
#endif
}

}  // namespace

int default_threads() {
  static const int threads = [] {
    const double all = oneapi::tbb::info::default_concurrency();
    return static_cast<int>(
        std::ceil(std::min(all, control_group_limits().processors.value_or(all))));
  }();
  return threads;
}

void run_limited(int threads, const std::function<void()>& f) {
  end_threads_with_process();
  oneapi::tbb::global_control limit(oneapi::tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(std::max(threads, default_threads())));
  oneapi::tbb::task_arena arena(threads);
  ForkJoin region;
  arena.execute([&] {
    const ForkJoin::Task in_region(region);
    f();
  });
}

void run_tasks(std::size_t count, const std::function<void(std::size_t)>& task) {
  ForkJoin region;
  oneapi::tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
    const ForkJoin::Task in_region(region);
    task(i);
  });
}

void run_pipeline(std::size_t in_flight, const Stages& stages) {
  using oneapi::tbb::filter_mode;
  ForkJoin region;
  Order reading;
  Order writing;
  std::vector<Order> places(in_flight);  // of tickets, one after another
  std::size_t next = 0;
  const auto read = [&](oneapi::tbb::flow_control& control) {
    const auto ticket = next++;
    const ForkJoin::Task in_region(region);
    const Turn reader(reading);
    const Turn turn(places[ticket % in_flight]);
    if (!stages.read(ticket)) control.stop();
    return ticket;
  };
  const auto work = [&](std::size_t ticket) {
    const ForkJoin::Task in_region(region);
    const Turn turn(places[ticket % in_flight]);
    stages.work(ticket);
    return ticket;
  };
  const auto write = [&](std::size_t ticket) {
    const ForkJoin::Task in_region(region);
    const Turn writer(writing);
    const Turn turn(places[ticket % in_flight]);
    stages.write(ticket);
  };
  oneapi::tbb::parallel_pipeline(
      in_flight,
      oneapi::tbb::make_filter<void, std::size_t>(filter_mode::serial_in_order, read) &
          oneapi::tbb::make_filter<std::size_t, std::size_t>(filter_mode::parallel, work) &
          oneapi::tbb::make_filter<std::size_t, void>(filter_mode::serial_in_order, write));
}

}  // namespace wordkin::internal
