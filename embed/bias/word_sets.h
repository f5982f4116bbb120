#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace wordkin {

// Words that stand for each other at the ends of an axis of bias, in the same order in every set:
// he, she. As a rule two; more where an axis has more ends (Manzini et al. 2019).
using WordSet = std::vector<std::string>;

struct WordList {
  std::string name;
  std::vector<std::string> words;
  std::vector<double> scores;  // of each word, as a file gives them; or empty
};

// What defines an axis: sets of words, or the words of its two ends.
struct AxisWords {
  std::string name;
  std::vector<WordSet> sets;
  std::optional<std::array<WordList, 2>> ends;
};

// The words of a word embedding association test (Caliskan et al. 2017): targets x and y,
// attributes a and b.
struct WeatWords {
  std::string name;
  WordList x, y, a, b;
};

// Readers of JSON files. Each takes a list by itself, as published sets have it, or an object
// that holds it as a member, so that one file can hold all that belongs to an axis:
//
//   {"name": "gender",
//    "pairs":    [["she", "he"], ...],        or {"female": ["she", ...], "male": ["he", ...]}
//    "equalize": [["queen", "king"], ...],
//    "specific": ["queen", "beard", ...],
//    "words":    ["nurse", ["actor", 0.8, 0.0], ...]    or {"professions": [...], ...}
//    "weat":     {"targ1": {"category": "...", "examples": ["..."]}, "targ2": ..., "attr1": ...,
//                 "attr2": ...}               or a list of such tests}
//
// They throw IoError, and FormatError for broken JSON, with line and column, for anything that is
// not as above, with its place in the file, and for empty lists. "-" is standard input.

AxisWords read_axis(const std::filesystem::path& path);                           // pairs
std::vector<WordSet> read_equality_sets(const std::filesystem::path& path);       // equalize
std::vector<std::string> read_specific_words(const std::filesystem::path& path);  // specific
std::vector<WordList> read_word_lists(const std::filesystem::path& path);         // words
std::vector<WeatWords> read_weat(const std::filesystem::path& path);              // weat

}  // namespace wordkin
