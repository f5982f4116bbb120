#include "tools/test_sets.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/error.h"
#include "tools/display.h"
#include "tools/output.h"

namespace wordkin {

const std::string_view kTestSetForms =
    "Analogies: lines \": section\" and \"a b c d\" (Google), four words and a tag or a pair of "
    "files\n"
    ".questions and .answers (MSR), a folder of files of \"word answer1/answer2\" (BATS). "
    "Similarities:\n"
    "two words and a score, separated by tabs, commas (CSV) or spaces, with a header or without.\n"
    "Questions with unknown words are skipped and counted; the three words of a question are no\n"
    "answer to it.\n";

void add_test_set_options(CommandLine& line, TestSetOptions& options) {
  line.option("analogies", options.analogies, "FILE",
              "analogy questions, or a folder of them; may be given several times");
  line.option("similarities", options.similarities, "FILE",
              "pairs of words with scores; may be given several times");
  line.option("method", options.method, "METHOD",
              "how analogies are answered: 3cosadd, 3cosmul or pairdirection");
  line.option("restrict", options.restrict_to, "N",
              "use the first N words only, the most frequent; 0: all");
  line.flag("ignore-case", options.ignore_case, "let words match in any case");
  line.option("resamples", options.bootstrap.resamples, "N",
              "draws of the bootstrap that finds intervals");
  line.option("seed", options.bootstrap.seed, "N", "of the random draws");
}

void check_test_set_options(const CommandLine& line, const TestSetOptions& options) {
  options.bootstrap.validate();
  if (options.analogies.empty()) line.refuse({"method"}, "a run without --analogies");
}

TestSets read_test_sets(const TestSetOptions& options) {
  TestSets sets;
  for (const auto& path : options.analogies) sets.analogies.push_back(read_analogies(path));
  for (const auto& path : options.similarities) {
    sets.similarities.push_back(read_similarities(path));
  }
  return sets;
}

void report_unknown(const CommonOptions& common, const std::string& file,
                    const UnknownWords& unknown, std::uint64_t known, std::uint64_t total,
                    std::string_view advice) {
  if (common.quiet || unknown.words == 0) return;
  std::vector<std::string> words;
  for (const auto& word : unknown.first) words.push_back(excerpt(word));
  std::vector<std::string> hints;
  if (unknown.in_another_case > 0) {
    hints.push_back(
        fmt::format("--ignore-case would find {}", format_count(unknown.in_another_case)));
  }
  if (unknown.beyond_size > 0) {
    hints.push_back(
        fmt::format("a higher --restrict would find {}", format_count(unknown.beyond_size)));
  }
  if (!advice.empty()) hints.emplace_back(advice);
  print_error("wordkin: {}: {} of {} skipped for {} unknown word{}: {}{}{}{}\n", file,
              format_count(total - known), format_count(total), format_count(unknown.words),
              unknown.words == 1 ? "" : "s", fmt::join(words, ", "),
              unknown.words > words.size() ? ", ..." : "", hints.empty() ? "" : "; ",
              fmt::join(hints, ", "));
}

}  // namespace wordkin
