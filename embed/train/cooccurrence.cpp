#include "embed/train/cooccurrence.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <oneapi/tbb/enumerable_thread_specific.h>

#include "common/error.h"
#include "common/output.h"
#include "common/parallel.h"
#include "common/quantities.h"
#include "embed/train/check_range.h"
#include "embed/train/cooccurrence_runs.h"
#include "embed/train/row_accumulator.h"
#include "embed/train/word_positions.h"

namespace wordkin {
namespace {

// At most so many runs are merged into one.
constexpr std::uint64_t kMaxFanIn = 64;
// A range of words is counted by one thread: about so many contexts, or one word.
constexpr std::uint64_t kRangeContexts = std::uint64_t{1} << 17;
// Places whose surroundings are fetched ahead.
constexpr std::size_t kAhead = 8;
// Bytes of a context and its units.
constexpr std::uint64_t kEntry = sizeof(WordId) + sizeof(std::uint64_t);
constexpr std::uint64_t kLeastSegment = std::uint64_t{1} << 16;
constexpr std::uint64_t kMostSegment = std::uint64_t{1} << 31;

// The weights of distances 1 .. window in units of 1 / scale, at [distance].
struct Weights {
  std::uint64_t scale = 1;
  std::vector<std::uint64_t> units;
};

// `ids` are those of the corpus: no sum of theirs must exceed 64 bits.
Weights make_weights(const CooccurrenceOptions& options, std::uint64_t ids) {
  const auto window = static_cast<std::uint64_t>(options.window);
  Weights weights;
  if (options.distance_weight == DistanceWeight::kFlat) {
    weights.units.assign(window + 1, 1);
    return weights;
  }
  // An id adds to both sides at most twice 1 + 1/2 + ... + 1/window.
  const auto most_added = 2 * (1 + std::log(static_cast<double>(window)));
  const auto fitting =
      static_cast<std::uint64_t>(0x1p63 / most_added / static_cast<double>(ids + 1));
  const auto most_scale = std::bit_floor(std::min(std::uint64_t{1} << 30, fitting));
  for (std::uint64_t d = 1; d <= window && weights.scale <= most_scale; ++d) {
    weights.scale = std::lcm(weights.scale, d);
  }
  weights.scale = std::min(weights.scale, most_scale);
  weights.units.push_back(0);
  for (std::uint64_t d = 1; d <= window; ++d) {
    weights.units.push_back((weights.scale + d / 2) / d);
  }
  return weights;
}

// Consecutive rows, as one thread has counted them.
struct CountedRows {
  WordId first = 0;
  std::vector<std::size_t> ends;  // of the rows of first, first + 1, ...
  std::vector<WordId> contexts;
  std::vector<std::uint64_t> units;

  template <class F>
  void for_each(F&& on_row) const {
    std::size_t begin = 0;
    for (std::size_t i = 0; i < ends.size(); begin = ends[i++]) {
      if (begin == ends[i]) continue;
      const auto size = ends[i] - begin;
      on_row(UnitRow{first + static_cast<WordId>(i), std::span(contexts).subspan(begin, size),
                     std::span(units).subspan(begin, size)});
    }
  }
};

struct WordRange {
  WordId begin;
  WordId end;
};

std::size_t ranges_in_flight(const CooccurrenceOptions& options) {
  return 2 * static_cast<std::size_t>(thread_count(options.threads));
}

std::uint64_t accumulator_memory(WordId words, const CooccurrenceOptions& options) {
  return static_cast<std::uint64_t>(thread_count(options.threads)) *
         RowAccumulator::bytes_for(words);
}

// How many runs are merged into one: they and the sum of their rows are in memory.
std::size_t fan_in(WordId words, const CooccurrenceOptions& options) {
  const auto sum = RowAccumulator::bytes_for(words) + 2 * kEntry * words;
  const auto left = options.memory - std::min(options.memory, sum);
  return std::clamp<std::uint64_t>(left / CooccurrenceRun::reading_memory(words), 2, kMaxFanIn);
}

class Counter {
 public:
  Counter(const EncodedCorpus& corpus, WordId words, const CooccurrenceOptions& options,
          const Monitor& monitor)
      : corpus_(corpus),
        ids_(corpus.ids()),
        words_(words),
        options_(options),
        monitor_(monitor),
        weights_(make_weights(options, corpus.ids().size())),
        segment_size_(segment_size()),
        fan_in_(fan_in(words, options)) {}

  CooccurrenceStatistics count(const OnCooccurrenceRow& on_row) {
    std::vector<double> counts;
    const auto to_counts = [&](const UnitRow& row) {
      statistics_.nonzeros += row.contexts.size();
      counts.resize(row.units.size());
      std::ranges::transform(row.units, counts.begin(), [&](std::uint64_t units) {
        return static_cast<double>(units) / static_cast<double>(weights_.scale);
      });
      on_row({row.word, row.contexts, counts});
    };
    if (segments() <= 1) {
      count_segment(0, to_counts);
    } else {
      check_disk();
      merge(count_runs(), to_counts);
    }
    return statistics_;
  }

 private:
  // How many ids are counted at once.
  std::uint64_t segment_size() const {
    const auto least = least_counting_memory(words_, options_);
    if (options_.memory < least) {
      throw UsageError(fmt::format("counting {} needs {} of memory at least, found {}",
                                   counted(words_, "word"), format_bytes(least),
                                   format_bytes(options_.memory)));
    }
    // A place, and the id itself where it comes from a file.
    const auto bytes = sizeof(std::uint32_t) + (corpus_.in_memory() ? 0 : sizeof(WordId));
    return std::min(kMostSegment, kLeastSegment + (options_.memory - least) / bytes);
  }

  std::size_t segments() const { return (ids_.size() + segment_size_ - 1) / segment_size_; }

  // Calls on_row for each row of segment i, in order.
  template <class F>
  void count_segment(std::size_t i, F&& on_row) {
    const auto begin = i * segment_size_;
    const auto ids = ids_.subspan(begin, std::min(segment_size_, ids_.size() - begin));
    const WordPositions positions(ids, words_);
    oneapi::tbb::enumerable_thread_specific<RowAccumulator> accumulators(
        [&] { return RowAccumulator(words_); });
    WordId next = 0;
    std::uint64_t done = 0;
    const auto stage =
        segments() == 1 ? std::string("counting co-occurrences")
                        : fmt::format("counting co-occurrences, part {} of {}", i + 1, segments());
    StageReporter reporter(monitor_, stage, "words", ids.size());
    const auto read = [&]() -> std::optional<WordRange> {
      monitor_.throw_if_stopped();
      reporter.report(done);
      if (next == words_) return {};
      const auto first = next;
      const auto limit = kRangeContexts / (2 * static_cast<std::uint64_t>(options_.window)) + 1;
      for (std::uint64_t found = 0; next < words_ && (next == first || found < limit); ++next) {
        found += positions.of(next).size();
        done += positions.of(next).size();
      }
      return WordRange{first, next};
    };
    const auto work = [&](WordRange range) {
      return count_range(range, begin, positions, accumulators.local());
    };
    const auto write = [&](const CountedRows& rows) { rows.for_each(on_row); };
    with_threads(options_.threads,
                 [&] { parallel_pipeline(ranges_in_flight(options_), read, work, write); });
    corpus_.drop_pages(begin, ids.size());
    reporter.finish({.done = ids.size()});
  }

  CountedRows count_range(WordRange range, std::size_t begin, const WordPositions& positions,
                          RowAccumulator& row) const {
    CountedRows rows{range.begin, {}, {}, {}};
    for (auto word = range.begin; word < range.end; ++word) {
      const auto places = positions.of(word);
      for (std::size_t i = 0; i < places.size(); ++i) {
        fetch(begin + places[std::min(i + kAhead, places.size() - 1)]);
        if (options_.side != ContextSide::kRight) add_left(begin + places[i], row);
        if (options_.side != ContextSide::kLeft) add_right(begin + places[i], row);
      }
      if (!places.empty()) row.take(rows.contexts, rows.units);
      rows.ends.push_back(rows.contexts.size());
    }
    return rows;
  }

  // Words occur all over the text: what lies around a place is fetched from memory beforehand.
  void fetch(std::size_t at) const {
    constexpr std::size_t kReach = 15;
    __builtin_prefetch(&ids_[at - std::min(at, kReach)]);
    __builtin_prefetch(&ids_[at]);
    __builtin_prefetch(&ids_[std::min(at + kReach, ids_.size() - 1)]);
  }

  void add_left(std::size_t at, RowAccumulator& row) const {
    const auto add = row.adder();
    const auto* id = &ids_[at];
    const auto* units = weights_.units.data();
    const auto reach = std::min(at, weights_.units.size() - 1);
    for (std::size_t d = 1; d <= reach && *--id != kSentenceEnd; ++d) add(*id, units[d]);
  }

  void add_right(std::size_t at, RowAccumulator& row) const {
    const auto add = row.adder();
    const auto* id = &ids_[at];
    const auto* units = weights_.units.data();
    const auto reach = std::min(ids_.size() - 1 - at, weights_.units.size() - 1);
    for (std::size_t d = 1; d <= reach && *++id != kSentenceEnd; ++d) add(*id, units[d]);
  }

  std::filesystem::path folder() const {
    return options_.temporary_folder.empty() ? temporary_folder() : options_.temporary_folder;
  }

  // Throws unless there is room for all runs.
  void check_disk() {
    std::error_code error;
    const auto space = std::filesystem::space(folder(), error);
    const auto most = ids_.size() * 2 * (weights_.units.size() - 1) * kEntry;
    if (error || space.available / 2 >= most) return;
    // The first segment is counted for its size alone.
    std::uint64_t first = 0;
    count_segment(0, [&](const UnitRow& row) { first += CooccurrenceRun::bytes_of(row); });
    const auto passes = segments() > fan_in_ ? 2 : 1;  // runs being merged, and what they become
    const auto need = first * segments() * passes;
    if (space.available >= need) return;
    throw IoError(fmt::format(
        "{}: counting needs about {} for temporary files, and {} are free; choose another --tmp, "
        "or more --memory than {}",
        folder().string(), format_bytes(need), format_bytes(space.available),
        format_bytes(options_.memory)));
  }

  // A run for each segment; fan_in_ of them become one of the next level, and so on.
  std::vector<CooccurrenceRun> count_runs() {
    std::vector<std::vector<CooccurrenceRun>> levels(1);
    for (std::size_t i = 0; i < segments(); ++i) {
      CooccurrenceRun run(folder());
      count_segment(i, [&](const UnitRow& row) { run.append(row); });
      finish(run);
      levels[0].push_back(std::move(run));
      for (std::size_t level = 0; levels[level].size() == fan_in_; ++level) {
        if (level + 1 == levels.size()) levels.emplace_back();
        CooccurrenceRun merged(folder());
        merge(std::exchange(levels[level], {}), [&](const UnitRow& row) { merged.append(row); });
        finish(merged);
        levels[level + 1].push_back(std::move(merged));
      }
    }
    std::vector<CooccurrenceRun> runs;
    for (auto& level : levels) std::ranges::move(level, std::back_inserter(runs));
    return runs;
  }

  void finish(CooccurrenceRun& run) {
    run.finish();
    statistics_.temporary_bytes += run.bytes();
  }

  template <class F>
  void merge(std::vector<CooccurrenceRun> runs, F&& on_row) {
    for (auto& run : runs) run.start_reading();
    RowAccumulator sum(words_);
    std::vector<WordId> contexts;
    std::vector<std::uint64_t> units;
    StageReporter reporter(monitor_, "merging counts", "words", words_);
    for (WordId word = 0; word < words_; ++word) {
      if (word % 256 == 0) {
        monitor_.throw_if_stopped();
        reporter.report(word);
      }
      bool found = false;
      for (auto& run : runs) {
        if (!run.has_row() || run.row().word != word) continue;
        found = true;
        const auto row = run.row();
        const auto add = sum.adder();
        for (std::size_t i = 0; i < row.contexts.size(); ++i) add(row.contexts[i], row.units[i]);
        run.pop();
      }
      if (!found) continue;
      contexts.clear();
      units.clear();
      sum.take(contexts, units);
      on_row(UnitRow{word, contexts, units});
    }
    reporter.finish({.done = words_});
  }

  const EncodedCorpus& corpus_;
  std::span<const WordId> ids_;
  WordId words_;
  const CooccurrenceOptions& options_;
  const Monitor& monitor_;
  Weights weights_;
  std::uint64_t segment_size_;
  std::size_t fan_in_;
  CooccurrenceStatistics statistics_;
};

}  // namespace

void CooccurrenceOptions::validate() const {
  check_range("--window", window, 1, 10'000);
  check_range("--threads", threads, 0, 4096);
}

std::uint64_t least_counting_memory(WordId words, const CooccurrenceOptions& options) {
  const auto range = kEntry * std::max<std::uint64_t>(kRangeContexts, words);
  return accumulator_memory(words, options) +
         2 * ranges_in_flight(options) * range +  // vectors grow by doubling
         WordPositions::bytes_for(kLeastSegment, words);
}

std::uint64_t usual_counting_memory(std::uint64_t ids, WordId words,
                                    const CooccurrenceOptions& options) {
  constexpr auto kUsualRange = kEntry * kRangeContexts / 2;
  return accumulator_memory(words, options) + ranges_in_flight(options) * kUsualRange +
         WordPositions::bytes_for(ids, words);
}

CooccurrenceStatistics count_cooccurrences(const EncodedCorpus& corpus, WordId words,
                                           const CooccurrenceOptions& options,
                                           const OnCooccurrenceRow& on_row,
                                           const Monitor& monitor) {
  options.validate();
  return Counter(corpus, words, options, monitor).count(on_row);
}

}  // namespace wordkin
