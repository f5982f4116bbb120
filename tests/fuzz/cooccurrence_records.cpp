#include "embed/train/cooccurrence_records.h"

#include <algorithm>
#include <array>

#include "tests/fuzz/fuzz.h"

namespace wordkin::fuzz {
namespace {

constexpr WordId kRecordWords = 40;

void check_row(const CooccurrenceRow& row) {
  check(row.word < kRecordWords && row.contexts.size() == row.counts.size(),
        "rows belong to words");
  check(std::ranges::all_of(row.contexts, [](WordId word) { return word < kRecordWords; }),
        "contexts are words");
  check(std::ranges::all_of(row.counts, [](double x) { return x >= 1e-30 && x <= 1e30; }),
        "counts are numbers above 0");
}

void run_cooccurrence_records(std::string_view bytes) {
  const MemoryFile file(bytes);
  std::uint64_t entries = 0;
  bool accepted_file = false;
  const auto again = written([&](const std::filesystem::path& path) {
    OutputFile to(path);
    const auto statistics = accepted(bytes.size(), [&] {
      return read_cooccurrence_records(file.path(), kRecordWords, [&](const CooccurrenceRow& row) {
        check_row(row);
        entries += row.counts.size();
        write_cooccurrence_records(to, row);
      });
    });
    accepted_file = statistics.has_value();
    check(!statistics || statistics->nonzeros == entries, "all records are handed out");
    to.commit();
  });
  // Compressed files are none of records, but in them may be some.
  check(!accepted_file || again == bytes || again.size() != bytes.size(), "records are kept");
}

std::vector<std::string> cooccurrence_records_seeds() {
  return {written([](const std::filesystem::path& path) {
    OutputFile to(path);
    const std::array<WordId, 3> contexts{0, 7, kRecordWords - 1};
    const std::array counts{1.5, 1e-30, 1e30};
    write_cooccurrence_records(to, {0, contexts, counts});
    write_cooccurrence_records(to, {kRecordWords - 1, contexts, counts});
    to.commit();
  })};
}

const Registration kCooccurrenceRecords{
    {"cooccurrence_records", run_cooccurrence_records, cooccurrence_records_seeds}};

}  // namespace
}  // namespace wordkin::fuzz
