#include "tools/memory_budget.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <malloc.h>

#include "common/error.h"
#include "tools/display.h"

namespace wordkin {
namespace {

std::uint64_t bytes_in_memory(const EncodedCorpus& ids) {
  return ids.in_memory() ? ids.ids().size_bytes() : 0;
}

}  // namespace

void keep_ids_within(std::uint64_t most, EncodedCorpus& ids, const TextOptions& text) {
  if (bytes_in_memory(ids) > most) ids.move_to_file(text.corpus.temporary_folder);
  ::malloc_trim(0);
}

void fit_into_memory(const TextOptions& text, MemoryNeeds needs, EncodedCorpus& ids) {
  ::malloc_trim(0);
  const auto used = resident_memory();
  needs.push_back({"the program and its vocabulary", used - std::min(used, bytes_in_memory(ids))});
  const auto limit = text.memory_limit();
  const auto least = total(needs);
  if (least > limit) {
    std::vector<std::string> parts;
    for (const auto& [what, bytes] : needs) {
      parts.push_back(fmt::format("{} for {}", format_bytes(bytes), what));
    }
    throw UsageError(fmt::format(
        "--memory: training needs {} at least, {}, and found {}; give more, or a lower --dim, a "
        "higher --min-count, or --max-vocab",
        format_bytes(least), fmt::join(parts, ", "), format_bytes(limit)));
  }
  keep_ids_within(limit - least, ids, text);
}

}  // namespace wordkin
