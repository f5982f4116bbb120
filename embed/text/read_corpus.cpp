#include "embed/text/read_corpus.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <oneapi/tbb/enumerable_thread_specific.h>

#include "common/error.h"
#include "common/parallel.h"
#include "common/quantities.h"
#include "common/spill_store.h"
#include "embed/text/block_reader.h"
#include "embed/text/tokenizer.h"

namespace wordkin {
namespace {

constexpr WordId kDropped = StringTable::kMaxSize;  // marks a word outside the vocabulary

// The words that one thread has seen, numbered in the order in which it met them.
struct LocalCounts {
  StringTable types;
  std::vector<std::uint64_t> counts;
  std::vector<WordId> final_ids;  // by local id, once the vocabulary is known
  std::uint64_t counted_memory = 0;

  std::uint64_t memory() const { return types.memory() + counts.capacity() * sizeof(counts[0]); }
};
using AllCounts = oneapi::tbb::enumerable_thread_specific<LocalCounts>;

// A block's ids, numbered by the thread that tokenised it.
struct LocalBlock {
  LocalCounts* numbering = nullptr;
  std::vector<WordId> ids;
  std::uint64_t bytes = 0;     // of its text
  std::uint64_t consumed = 0;  // of all inputs up to its end, before decompression
};

// Where the ids of a block begin in the store.
struct Segment {
  std::size_t begin;
  const LocalCounts* numbering;
};

enum class Keep { kCountsOnly, kIds };

// The tables of the threads, and the one that they are joined into.
constexpr std::uint64_t kTablesJoined = 2;

std::size_t blocks_in_flight(int threads) {
  return 2 * static_cast<std::size_t>(thread_count(threads));
}

// 0 when the size of one of them is not known.
std::uint64_t total_size(std::span<const std::filesystem::path> inputs) {
  std::vector<std::uint64_t> sizes;
  for (const auto& input : inputs) sizes.push_back(input_size(input));
  if (std::ranges::count(sizes, 0U) > 0) return 0;
  return std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
}

// One pass over the inputs. All threads tokenise, each with a table of words of its own, so none
// waits for another; the tables are joined at the end.
class TextPass {
 public:
  TextPass(std::span<const std::filesystem::path> inputs, const CorpusOptions& options, Keep keep,
           const Monitor& monitor);

  TextStatistics statistics() const { return statistics_; }
  Vocabulary vocabulary() const;
  // The words of `known` and those that are new, with the counts of both.
  Vocabulary vocabulary_beyond(const Vocabulary& known) const;
  // Replaces the threads' numbers by those of `vocabulary` and drops what it does not hold.
  EncodedCorpus encode(const Vocabulary& vocabulary);

 private:
  void run(std::span<const std::filesystem::path> inputs, const Monitor& monitor);
  LocalBlock tokenize_block(const TextBlock& block);
  void check_memory(std::uint64_t bytes, std::optional<double> share) const;
  void append(const LocalBlock& block);
  void join_counts();
  void check_not_empty() const;
  std::size_t compact(std::span<WordId> ids, const LocalCounts& numbering) const;

  const CorpusOptions& options_;
  Keep keep_;
  AllCounts local_;
  std::atomic<std::uint64_t> table_memory_ = 0;  // of all local_
  std::vector<Segment> segments_;
  std::optional<SpillStore> ids_;
  StringTable types_;
  std::vector<std::uint64_t> counts_;
  TextStatistics statistics_;
};

TextPass::TextPass(std::span<const std::filesystem::path> inputs, const CorpusOptions& options,
                   Keep keep, const Monitor& monitor)
    : options_(options), keep_(keep) {
  options.validate();
  if (keep == Keep::kIds)
    ids_.emplace(options.memory, "the encoded text", options.temporary_folder);
  with_threads(options.threads, [&] { run(inputs, monitor); });
  join_counts();
}

void TextPass::run(std::span<const std::filesystem::path> inputs, const Monitor& monitor) {
  const auto input_bytes = total_size(inputs);
  StageReporter reporter(monitor, "reading text", "bytes", input_bytes);
  BlockReader reader(inputs, options_.memory / 8);

  const auto read = [&]() -> std::optional<TextBlock> {
    monitor.throw_if_stopped();
    reporter.report(reader.consumed());
    if (options_.most_bytes > 0 && reader.consumed() >= options_.most_bytes) return {};
    return reader.next();
  };
  const auto tokenize = [&](const TextBlock& block) { return tokenize_block(block); };
  std::uint64_t bytes = 0;  // that came so far; the reader is ahead, in another thread
  const auto keep = [&](const LocalBlock& block) {
    bytes += block.bytes;
    std::optional<double> share;
    if (input_bytes > 0)
      share = static_cast<double>(block.consumed) / static_cast<double>(input_bytes);
    check_memory(bytes, share);
    if (keep_ == Keep::kIds) append(block);
  };
  parallel_pipeline(blocks_in_flight(options_.threads), read, tokenize, keep);
  statistics_.bytes = reader.bytes();
  statistics_.input_bytes = reader.consumed();
  statistics_.word_memory = kTablesJoined * table_memory_;
  reporter.finish({.done = reader.consumed()});
}

LocalBlock TextPass::tokenize_block(const TextBlock& block) {
  auto& numbering = local_.local();
  auto& counts = numbering.counts;
  LocalBlock result{&numbering, {}, block.text.size(), block.consumed};
  const bool keeps_ids = keep_ == Keep::kIds;
  if (keeps_ids) result.ids.reserve(block.text.size() / 4);
  tokenize(
      block.text,
      [&](std::string_view token, std::size_t offset) {
        const auto id = numbering.types.insert(token);
        if (id == counts.size()) {
          if (options_.invalid_utf8 == InvalidUtf8::kFail && !is_valid_utf8(token)) {
            throw FormatError(
                fmt::format("{}: invalid UTF-8 in the token at byte {}; choose "
                            "--invalid-utf8 replace or keep to go on",
                            block.input, block.offset + offset));
          }
          counts.push_back(0);
        }
        ++counts[id];
        if (keeps_ids) result.ids.push_back(id);
      },
      [&] {
        if (keeps_ids) result.ids.push_back(kSentenceEnd);
      });
  if (keeps_ids && block.ends_input) result.ids.push_back(kSentenceEnd);
  table_memory_ += numbering.memory() - std::exchange(numbering.counted_memory, numbering.memory());
  return result;
}

// Throws UsageError when there are too many different words in the first `bytes` of the text, which
// are that share of it where its size is known.
void TextPass::check_memory(std::uint64_t bytes, std::optional<double> share) const {
  const auto needed = kTablesJoined * table_memory_;
  if (needed <= options_.memory) return;
  std::string more = "more";
  if (share) {
    // By Heaps' law, of which this is a usual exponent.
    constexpr double kGrowth = 0.7;
    const auto all = static_cast<double>(needed) / std::pow(std::min(*share, 1.0), kGrowth);
    more = fmt::format("at least {} more",
                       format_bytes(static_cast<std::uint64_t>(all) - options_.memory));
  }
  throw UsageError(fmt::format(
      "--memory: counting the different words of the first {} of text takes up {}, and "
      "{} are left for that; give {}, or fewer --threads, each of which counts by itself",
      format_bytes(bytes), format_bytes(needed), format_bytes(options_.memory), more));
}

void TextPass::append(const LocalBlock& block) {
  const std::span ids(block.ids);
  if (kTablesJoined * table_memory_ + ids_->size() + ids.size_bytes() > options_.memory) {
    ids_->spill();
  }
  segments_.push_back({ids_->size() / sizeof(WordId), block.numbering});
  ids_->append(ids);
}

// Adds up the threads' counts. Afterwards final_ids lead from a thread's numbers to those of
// types_.
void TextPass::join_counts() {
  for (auto& local : local_) {
    for (WordId id = 0; id < local.types.size(); ++id) {
      const auto token = local.types[id];
      const bool valid = is_valid_utf8(token);
      if (!valid) statistics_.invalid_tokens += local.counts[id];
      const auto joined = valid || options_.invalid_utf8 == InvalidUtf8::kKeep
                              ? types_.insert(token)
                              : types_.insert(replace_invalid_utf8(token));
      if (joined == counts_.size()) counts_.push_back(0);
      counts_[joined] += local.counts[id];
      statistics_.tokens += local.counts[id];
      local.final_ids.push_back(joined);
    }
    local.types = {};
    local.counts = {};
  }
  statistics_.types = types_.size();
}

void TextPass::check_not_empty() const {
  if (types_.size() == 0) throw FormatError("the text is empty: it has no token to learn from");
}

Vocabulary TextPass::vocabulary() const {
  check_not_empty();
  auto vocabulary = Vocabulary::by_count(types_, counts_, options_.vocabulary);
  if (vocabulary.empty()) {
    throw FormatError(fmt::format(
        "none of the {} occurs at least {}; lower "
        "--min-count or give more text",
        counted(types_.size(), "different word"), counted(options_.vocabulary.min_count, "time")));
  }
  return vocabulary;
}

Vocabulary TextPass::vocabulary_beyond(const Vocabulary& known) const {
  check_not_empty();
  StringTable words;
  std::vector<std::uint64_t> counts(known.counts().begin(), known.counts().end());
  for (auto& count : counts) count = std::max<std::uint64_t>(count, 1);  // no known word is dropped
  for (WordId id = 0; id < known.size(); ++id) words.insert(known.word(id));
  for (WordId id = 0; id < types_.size(); ++id) {
    if (const auto found = words.find(types_[id])) counts[*found] += counts_[id];
  }
  const auto kept = Vocabulary::by_count(types_, counts_, options_.vocabulary);
  for (WordId id = 0; id < kept.size(); ++id) {
    if (words.insert(kept.word(id)) == counts.size()) counts.push_back(kept.count(id));
  }
  return Vocabulary::by_count(words, counts, {.min_count = 1});
}

EncodedCorpus TextPass::encode(const Vocabulary& vocabulary) {
  for (auto& local : local_) {
    for (auto& id : local.final_ids) id = vocabulary.find(types_[id]).value_or(kDropped);
  }
  const auto size = ids_->size() / sizeof(WordId);
  auto memory = ids_->release();
  const std::span all(reinterpret_cast<WordId*>(memory.data()), size);
  const auto segment_ids = [&](std::size_t i) {
    const auto end = i + 1 < segments_.size() ? segments_[i + 1].begin : size;
    return all.subspan(segments_[i].begin, end - segments_[i].begin);
  };
  const auto drop = [&](std::size_t i) {
    memory.drop_pages(segments_[i].begin * sizeof(WordId), segment_ids(i).size_bytes());
  };
  std::vector<std::size_t> kept(segments_.size());
  with_threads(options_.threads, [&] {
    parallel_for_ranges(segments_.size(), 1, [&](std::size_t i, std::size_t) {
      kept[i] = compact(segment_ids(i), *segments_[i].numbering);
      drop(i);
    });
  });

  std::size_t end = 0;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    auto ids = segment_ids(i).first(kept[i]);
    const bool after_end = end == 0 || all[end - 1] == kSentenceEnd;
    if (after_end && !ids.empty() && ids.front() == kSentenceEnd) ids = ids.subspan(1);
    std::memmove(all.data() + end, ids.data(), ids.size_bytes());
    drop(i);
    // The page before, too, which the last piece began to fill.
    constexpr std::size_t kPage = 4096;
    const auto begin = end * sizeof(WordId);
    const auto before = std::min(begin, kPage);
    end += ids.size();
    memory.drop_pages(begin - before, ids.size_bytes() + before);
  }
  if (end == 0) {
    throw FormatError(fmt::format("none of the {} of the text is in the vocabulary of {}",
                                  counted(statistics_.tokens, "token"),
                                  counted(vocabulary.size(), "word")));
  }
  memory.shrink(end * sizeof(WordId));
  return {std::move(memory), end};
}

// Renumbers `ids` in place, without dropped words and empty sentences; returns how many are left.
std::size_t TextPass::compact(std::span<WordId> ids, const LocalCounts& numbering) const {
  std::size_t kept = 0;
  for (const auto id : ids) {
    if (id == kSentenceEnd) {
      if (kept == 0 || ids[kept - 1] != kSentenceEnd) ids[kept++] = kSentenceEnd;
    } else if (const auto final_id = numbering.final_ids[id]; final_id != kDropped) {
      ids[kept++] = final_id;
    }
  }
  return kept;
}

}  // namespace

void CorpusOptions::validate() const { vocabulary.validate(); }

std::uint64_t reading_memory(int threads) {
  // A block of text and its ids, and what the threads keep of former ones.
  constexpr std::uint64_t kBlockAndIds = 5 << 19;
  return kBlockAndIds * blocks_in_flight(threads);
}

CountedText count_words(std::span<const std::filesystem::path> inputs, const CorpusOptions& options,
                        const Monitor& monitor) {
  const TextPass pass(inputs, options, Keep::kCountsOnly, monitor);
  return {pass.vocabulary(), pass.statistics()};
}

Corpus read_corpus(std::span<const std::filesystem::path> inputs, const CorpusOptions& options,
                   const Monitor& monitor) {
  TextPass pass(inputs, options, Keep::kIds, monitor);
  auto vocabulary = pass.vocabulary();
  auto ids = pass.encode(vocabulary);
  return {std::move(vocabulary), std::move(ids), pass.statistics()};
}

Corpus read_corpus(std::span<const std::filesystem::path> inputs, Vocabulary vocabulary,
                   const CorpusOptions& options, const Monitor& monitor) {
  TextPass pass(inputs, options, Keep::kIds, monitor);
  auto ids = pass.encode(vocabulary);
  return {std::move(vocabulary), std::move(ids), pass.statistics()};
}

Corpus read_more_corpus(std::span<const std::filesystem::path> inputs, const Vocabulary& known,
                        const CorpusOptions& options, const Monitor& monitor) {
  if (!known.has_counts()) throw UsageError("the words to add to have no counts");
  TextPass pass(inputs, options, Keep::kIds, monitor);
  auto vocabulary = pass.vocabulary_beyond(known);
  auto ids = pass.encode(vocabulary);
  return {std::move(vocabulary), std::move(ids), pass.statistics()};
}

}  // namespace wordkin
