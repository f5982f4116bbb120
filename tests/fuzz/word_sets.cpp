#include "embed/bias/word_sets.h"

#include <algorithm>
#include <cmath>

#include "tests/fuzz/fuzz.h"

namespace wordkin::fuzz {
namespace {

void check_words(const std::vector<std::string>& words) {
  check(!words.empty(), "lists are not empty");
  check(std::ranges::none_of(words, &std::string::empty), "words are not empty");
}

void check_sets(const std::vector<WordSet>& sets) {
  check(!sets.empty(), "lists are not empty");
  for (const auto& set : sets) {
    check_words(set);
    check(set.size() >= 2, "a set has two words or more");
  }
}

void check_list(const WordList& list) {
  check_words(list.words);
  check(list.scores.empty() || list.scores.size() == list.words.size(), "each word has a score");
  check(std::ranges::all_of(list.scores, [](double x) { return std::isfinite(x); }),
        "scores are finite");
}

void check_axis(const AxisWords& axis) {
  if (!axis.ends) return check_sets(axis.sets);
  check(axis.sets.empty(), "an axis has sets or ends");
  for (const auto& end : *axis.ends) check_list(end);
}

void run_word_sets(std::string_view bytes) {
  const MemoryFile file(bytes);
  const auto read = [&](auto* reader) {
    return accepted(bytes.size(), [&] { return reader(file.path()); });
  };
  if (const auto axis = read(read_axis)) check_axis(*axis);
  if (const auto sets = read(read_equality_sets)) check_sets(*sets);
  if (const auto words = read(read_specific_words)) check_words(*words);
  if (const auto lists = read(read_word_lists)) std::ranges::for_each(*lists, check_list);
  if (const auto tests = read(read_weat)) {
    for (const auto& test : *tests) {
      for (const auto* list : {&test.x, &test.y, &test.a, &test.b}) check_list(*list);
    }
  }
}

std::vector<std::string> word_sets_seeds() {
  const std::string part = R"({"category": "c", "examples": ["x", "y"]})";
  const auto weat = R"({"targ1": )" + part + R"(, "targ2": )" + part + R"(, "attr1": )" + part +
                    R"(, "attr2": )" + part + "}";
  return {R"({"name": "gender", "pairs": [["she", "he"], ["woman", "man"]],
"equalize": [["queen", "king"]], "specific": ["beard"], "words": ["nurse", ["actor", 0.8, 0]]})",
          R"({"pairs": {"female": ["she"], "male": ["he"]}, "words": {"professions": ["nurse"]}})",
          R"([["she", "he"]])",
          R"(["queen", "\u00e9\ud83d\ude00"])",
          weat,
          R"({"weat": [)" + weat + "]}"};
}

const Registration kWordSets{{"word_sets", run_word_sets, word_sets_seeds}};

}  // namespace
}  // namespace wordkin::fuzz
