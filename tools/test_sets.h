#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "embed/query/evaluation.h"
#include "tools/command_line.h"

namespace wordkin {

// What `evaluate` and `compare` measure vectors by, and how.
struct TestSetOptions {
  std::vector<std::filesystem::path> analogies;
  std::vector<std::filesystem::path> similarities;
  AnalogyMethod method = AnalogyMethod::k3CosAdd;
  std::size_t restrict_to = 0;
  bool ignore_case = false;
  BootstrapOptions bootstrap;

  bool empty() const { return analogies.empty() && similarities.empty(); }
  Case letter_case() const { return ignore_case ? Case::kIgnored : Case::kSensitive; }
};

// The forms of the sets, for the help.
extern const std::string_view kTestSetForms;

void add_test_set_options(CommandLine& line, TestSetOptions& options);
// Throws UsageError for values out of range, and for options of sets that are not given.
void check_test_set_options(const CommandLine& line, const TestSetOptions& options);

struct TestSets {
  std::vector<std::vector<AnalogySection>> analogies;     // by file
  std::vector<std::vector<SimilarityPair>> similarities;  // by file
};

TestSets read_test_sets(const TestSetOptions& options);

// Says on standard error, unless --quiet, how many words of a set are not known, how many of its
// `total` questions or pairs are skipped for that, and which options would find more; `advice` is
// more of that, if there is any.
void report_unknown(const CommonOptions& common, const std::string& file,
                    const UnknownWords& unknown, std::uint64_t known, std::uint64_t total,
                    std::string_view advice = "");

}  // namespace wordkin
