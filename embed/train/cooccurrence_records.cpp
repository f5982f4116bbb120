#include "embed/train/cooccurrence_records.h"

#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "common/error.h"
#include "common/input.h"

namespace wordkin {
namespace {

struct Record {
  std::int32_t word;
  std::int32_t context;
  double count;
};
static_assert(sizeof(Record) == 16);

constexpr double kLeastCount = 1e-30;
constexpr double kMostCount = 1e30;
constexpr std::size_t kRecordsAtATime = std::size_t{1} << 12;

class RecordReader {
 public:
  RecordReader(const std::filesystem::path& path, WordId words, const OnCooccurrenceRow& on_row)
      : input_(path), words_(words), on_row_(on_row), buffer_(kRecordsAtATime * sizeof(Record)) {}

  // False at the end.
  bool read_some() {
    const auto size = input_.read(buffer_);
    for (std::size_t at = 0; at + sizeof(Record) <= size; at += sizeof(Record)) {
      Record record;
      std::memcpy(&record, buffer_.data() + at, sizeof(Record));
      add(record);
    }
    if (const auto rest = size % sizeof(Record); rest != 0) {
      throw FormatError(fmt::format(
          "{}: ends with {} bytes of record {}, expected 16; the file is cut short or is no file "
          "of co-occurrences",
          input_.name(), rest, records_ + 1));
    }
    return size == buffer_.size();
  }

  CooccurrenceStatistics finish() {
    flush();
    if (records_ == 0) throw FormatError(input_.name() + ": is empty, expected co-occurrences");
    return {.nonzeros = records_};
  }

  std::uint64_t consumed() const { return input_.consumed(); }

 private:
  void add(const Record& record) {
    ++records_;
    check_word(record.word);
    check_word(record.context);
    // What training can take the logarithm of, as a float.
    if (!(record.count >= kLeastCount && record.count <= kMostCount)) {
      throw FormatError(fmt::format("{}: record {}: expected a count from {} to {}, found {}",
                                    input_.name(), records_, kLeastCount, kMostCount,
                                    record.count));
    }
    const auto word = static_cast<WordId>(record.word - 1);
    if (word != word_ || contexts_.size() == kRecordsAtATime) flush();
    word_ = word;
    contexts_.push_back(static_cast<WordId>(record.context - 1));
    counts_.push_back(record.count);
  }

  void check_word(std::int32_t word) const {
    if (word >= 1 && static_cast<WordId>(word) <= words_) return;
    throw FormatError(fmt::format(
        "{}: record {}: expected a word from 1 to {}, the size of the vocabulary, found {}; give "
        "the --vocab that the co-occurrences were counted with",
        input_.name(), records_, words_, word));
  }

  void flush() {
    if (!contexts_.empty()) on_row_({word_, contexts_, counts_});
    contexts_.clear();
    counts_.clear();
  }

  Input input_;
  WordId words_;
  const OnCooccurrenceRow& on_row_;
  std::vector<char> buffer_;
  std::uint64_t records_ = 0;
  WordId word_ = 0;
  std::vector<WordId> contexts_;
  std::vector<double> counts_;
};

}  // namespace

void write_cooccurrence_records(OutputFile& file, const CooccurrenceRow& row) {
  for (std::size_t i = 0; i < row.contexts.size(); ++i) {
    const Record record{static_cast<std::int32_t>(row.word + 1),
                        static_cast<std::int32_t>(row.contexts[i] + 1), row.counts[i]};
    file.write_values(std::span(&record, 1));
  }
}

CooccurrenceStatistics read_cooccurrence_records(const std::filesystem::path& path, WordId words,
                                                 const OnCooccurrenceRow& on_row,
                                                 const Monitor& monitor) {
  RecordReader reader(path, words, on_row);
  StageReporter reporter(monitor, "reading co-occurrences", "bytes", input_size(path));
  while (reader.read_some()) {
    monitor.throw_if_stopped();
    reporter.report(reader.consumed());
  }
  reporter.finish({.done = reader.consumed()});
  return reader.finish();
}

}  // namespace wordkin
