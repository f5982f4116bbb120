// Two threads of Hogwild that change a shared row, as they may, and a shared counter, as they must
// not: the thread sanitizer has to report the counter, and nothing else. So we know that what
// tsan.supp and common/scheduler.cpp keep from it does not hide a mistake beside them.

#include <atomic>
#include <latch>
#include <thread>

#include "common/matrix.h"
#include "embed/train/hogwild.h"
#include "embed/train/hogwild_kernels.h"

int main() {
  constexpr int kThreads = 2;
  wordkin::Matrix rows(1, 16);
  int counter = 0;
  std::latch all_here(kThreads);
  std::atomic<bool> first_has_counted = false;
  const auto make_worker = [&] {
    const wordkin::FloatVector delta(wordkin::padded(16), 1.0f);
    return [&, delta](std::size_t unit) {
      all_here.arrive_and_wait();  // so that each thread has a unit
      const float* step = delta.data();
      wordkin::add_rows({&step, 1}, 1.0f, rows.padded_row(0));
      // One after the other, for the sanitizer may miss what happens in the same moment; relaxed,
      // because that makes nothing known to the other thread.
      while (unit != 0 && !first_has_counted.load(std::memory_order_relaxed)) {
        std::this_thread::yield();
      }
      ++counter;
      if (unit == 0) first_has_counted.store(true, std::memory_order_relaxed);
      return wordkin::Tally{};
    };
  };
  wordkin::run_hogwild({.units = kThreads, .threads = kThreads}, make_worker,
                       [](std::size_t, const wordkin::Tally&) {});
  return counter == 0;
}
