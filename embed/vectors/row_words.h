#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "embed/text/string_table.h"

namespace wordkin {

// Collects the words of a vectors file, one for each row. Throws FormatError, naming the file and
// the row, for a word that is empty or that occurred before.
class RowWords {
 public:
  explicit RowWords(std::string file) : file_(std::move(file)) {}

  void add(std::string_view word);
  StringTable take() { return std::move(words_); }

 private:
  std::string file_;
  StringTable words_;
};

}  // namespace wordkin
