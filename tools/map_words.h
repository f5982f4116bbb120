#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "embed/text/vocabulary.h"

namespace wordkin {

// Where the words of a map come from.
struct WordSources {
  // Words, one a line; a line ": name" begins a group. What comes before, or all, is a group with
  // the name of the file.
  std::vector<std::filesystem::path> files;
  std::vector<std::string> words;  // a group too
  std::size_t top = 0;             // the first words of the vocabulary, behind all others
};

// Each word once, under the first group that has it.
struct ChosenWords {
  std::vector<WordId> ids;
  std::vector<std::size_t> groups;        // of each word
  std::vector<std::string> names;         // of the groups that have words
  std::optional<std::size_t> background;  // the group of `top`
  std::vector<std::string> unknown;       // words that the vocabulary does not have
};

// Throws IoError, and FormatError for a file without words.
ChosenWords choose_words(const Vocabulary& vocabulary, const WordSources& sources);

}  // namespace wordkin
