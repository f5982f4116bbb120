#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>

namespace wordkin {

// What a unit of work did.
struct Tally {
  std::uint64_t words = 0;  // of the corpus, before subsampling
  std::uint64_t pairs = 0;  // positive examples
  double loss = 0;          // summed over them

  Tally& operator+=(const Tally& other) {
    words += other.words;
    pairs += other.pairs;
    loss += other.loss;
    return *this;
  }
  double mean_loss() const { return pairs == 0 ? 0 : loss / static_cast<double>(pairs); }
};

// Does a unit of work on the shared parameters, with scratch of its own.
using Worker = std::function<Tally(std::size_t unit)>;

// Which units a run does, and what ends it before all are done.
struct UnitRun {
  std::size_t units = 0;             // in all
  std::size_t first = 0;             // where the run begins
  int threads = 0;                   // 0: all
  std::stop_token stop = {};         // Interrupted comes out of the run
  std::function<bool()> pause = {};  // the run ends once the units that were begun are done
};

// Runs units first .. units-1. Threads take the units in order, each the next one that none has
// taken, so they work on neighbouring units at any moment. make_worker is called at most `threads`
// times, in the threads. on_unit(unit, tally) is called after each unit, and pause() after that, by
// one thread at a time. What workers or on_unit throw ends the run and comes out of here. Returns
// the first unit that was not done: `units`, or after a pause an earlier one, and all before it are
// done.
std::size_t run_hogwild(const UnitRun& run, const std::function<Worker()>& make_worker,
                        const std::function<void(std::size_t unit, const Tally&)>& on_unit);

}  // namespace wordkin
