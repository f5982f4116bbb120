#include "embed/vectors/row_words.h"

#include <fmt/format.h>

#include "common/error.h"

namespace wordkin {

void RowWords::add(std::string_view word) {
  const auto row = words_.size();
  if (word.empty()) {
    throw FormatError(
        fmt::format("{}: word {} is empty, expected a word before its vector", file_, row + 1));
  }
  if (const auto id = words_.insert(word); id != row) {
    throw FormatError(fmt::format("{}: word {}, '{}', is also word {}; remove one of the two",
                                  file_, row + 1, excerpt(word), id + 1));
  }
}

}  // namespace wordkin
