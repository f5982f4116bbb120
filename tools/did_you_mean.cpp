#include "tools/did_you_mean.h"

#include <fmt/format.h>

#include "embed/query/spelling.h"

namespace wordkin {

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  StringTable table;
  for (const auto& name : known) table.insert(name);
  const Vocabulary names(std::move(table), {});
  const auto nearest = nearest_spellings(names, word, 1);
  return nearest.empty() ? "" : fmt::format(" (did you mean '{}'?)", names.word(nearest.front()));
}

}  // namespace wordkin
