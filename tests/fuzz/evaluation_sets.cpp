#include "embed/query/evaluation_sets.h"

#include <algorithm>
#include <cmath>

#include "tests/fuzz/fuzz.h"

namespace wordkin::fuzz {
namespace {

void check_question(const AnalogyQuestion& question) {
  check(!question.a.empty() && !question.b.empty() && !question.c.empty(), "words are not empty");
  check(!question.answers.empty() && std::ranges::none_of(question.answers, &std::string::empty),
        "a question has answers");
}

void run_evaluation_sets(std::string_view bytes) {
  const MemoryFile file(bytes);
  // All pairs of lines may be questions.
  const MemoryLimit of_pairs{.constant = std::size_t{8} << 20, .per_byte = 100 + 40 * bytes.size()};
  const auto sections = accepted(
      bytes.size(), [&] { return read_analogies(file.path()); }, of_pairs);
  if (sections) {
    std::size_t questions = 0;
    for (const auto& section : *sections) {
      check(!section.name.empty(), "sections have names");
      std::ranges::for_each(section.questions, check_question);
      questions += section.questions.size();
    }
    check(questions > 0, "there are questions");
  }
  const auto pairs = accepted(bytes.size(), [&] { return read_similarities(file.path()); });
  if (!pairs) return;
  check(!pairs->empty(), "there are pairs");
  for (const auto& [a, b, score] : *pairs) {
    check(!a.empty() && !b.empty() && std::isfinite(score), "a pair has two words and a score");
  }
}

std::vector<std::string> evaluation_sets_seeds() {
  return {": capital-common\nAthens Greece Berlin Germany\n: gram1-adverb\na b c d\n",
          "good better rough JJ_JJR rougher\nbig bigger bad worse JJ_JJR\n",
          "good\tbetter/finer\nbad\tworse\n",
          "a b c\n",
          "Word 1,Word 2,Human (mean)\nlove,sex,6.77\n\"a,\"\"b\",tiger,7.35\n",
          "# comment\ntiger\tcat\t7.35\t1\n\r\n#\tcat\t1\n",
          "old new 1.58\nx y -2e1\n"};
}

const Registration kEvaluationSets{{"evaluation_sets", run_evaluation_sets, evaluation_sets_seeds}};

}  // namespace
}  // namespace wordkin::fuzz
