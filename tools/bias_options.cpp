#include "tools/bias_options.h"

#include <algorithm>

#include "common/error.h"
#include "embed/bias/word_sets.h"
#include "tools/answers.h"
#include "tools/output.h"

namespace wordkin {
namespace {

// As many missing words are named for each list; JSON has them all.
constexpr std::size_t kNamed = 5;

std::string first_of(const std::vector<std::string>& words, const Vocabulary& vocabulary) {
  std::string text;
  for (std::size_t i = 0; i < std::min(kNamed, words.size()); ++i) {
    text += fmt::format("\n  '{}'{}", excerpt(words[i]), spelling_hint(vocabulary, words[i]));
  }
  return text + (words.size() > kNamed ? "\n  ..." : "");
}

}  // namespace

void BiasOptions::add_to(CommandLine& line) {
  line.option("pairs", pairs, "FILE",
              "an axis of bias: pairs of words that define it, or two lists of words; may be given "
              "several times");
  line.option("weat", weat, "FILE", "word embedding association tests; may be given several times");
  line.option("words", words, "FILE",
              "words to measure along each axis, such as professions; may be given several times");
  line.option("specific", specific, "FILE",
              "words that belong to an end of an axis by their meaning, such as mother");
  line.option("components", audit.components, "N", "principal components that make an axis");
  line.option("exponent", audit.exponent, "C", "direct bias is the mean of |cosine|^C");
  line.option("most-biased", audit.hidden.words, "N",
              "words of each end to cluster, to see whether bias is hidden; five times as many are "
              "classified");
  line.option("restrict", audit.hidden.restrict_to, "N",
              "take these from the first N words, the most frequent; 0: all");
  line.option("samples", audit.permutations.samples, "N",
              "partitions to draw for a p value, where they are too many to count");
  line.option("seed", audit.permutations.seed, "N", "of samples, clusters and classifiers");
  line.flag("ignore-case", ignore_case, "let words match in any case");
}

std::vector<std::filesystem::path> BiasOptions::paths() const {
  std::vector<std::filesystem::path> all{specific};
  for (const auto* files : {&pairs, &words, &weat}) {
    all.insert(all.end(), files->begin(), files->end());
  }
  return all;
}

AuditWords BiasOptions::read() const {
  AuditWords result;
  for (const auto& path : pairs) result.axes.push_back(read_axis(path));
  for (const auto& path : words) {
    for (auto& list : read_word_lists(path)) result.lists.push_back(std::move(list));
  }
  for (const auto& path : weat) {
    for (auto& test : read_weat(path)) result.weat.push_back(std::move(test));
  }
  if (!specific.empty()) result.specific = read_specific_words(specific);
  return result;
}

void warn_of_missing(std::string_view list, const std::vector<std::string>& missing,
                     const std::vector<std::string>& zero, const Vocabulary& vocabulary) {
  if (!missing.empty()) {
    print_error("wordkin: {}: {} word{} not in these vectors:{}\n", list, missing.size(),
                missing.size() == 1 ? " is" : "s are", first_of(missing, vocabulary));
  }
  if (!zero.empty()) {
    print_error("wordkin: {}: the vector{} of {} {} zero\n", list, zero.size() == 1 ? "" : "s",
                fmt::join(zero, ", "), zero.size() == 1 ? "is" : "are");
  }
}

void warn_of_missing(const BiasAudit& audit, const Vocabulary& vocabulary) {
  for (const auto& axis : audit.axes) {
    const auto& words = axis.found.words;
    warn_of_missing(axis.found.name, words.missing, words.zero, vocabulary);
  }
  // The same words are missing along each axis.
  if (!audit.axes.empty()) {
    for (const auto& list : audit.axes.front().lists) {
      warn_of_missing(list.name, list.missing, list.zero, vocabulary);
    }
  }
  for (const auto& test : audit.weat) {
    warn_of_missing(test.name, test.missing, test.zero, vocabulary);
  }
}

}  // namespace wordkin
