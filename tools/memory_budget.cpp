#include "tools/memory_budget.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <malloc.h>

#include "tools/display.h"

namespace wordkin {
namespace {

// What the process takes up besides the ids.
std::uint64_t memory_besides(const EncodedCorpus& ids) {
  give_back_freed_memory();
  const auto used = resident_memory();
  return used - std::min(used, ids.in_memory() ? ids.ids().size_bytes() : 0);
}

void keep_within(std::uint64_t most, EncodedCorpus& ids, const TextOptions& text) {
  if (ids.in_memory() && ids.ids().size_bytes() > most) {
    ids.move_to_file(text.corpus.temporary_folder);
  }
}

}  // namespace

std::string needed_memory(std::string_view what, std::uint64_t least, double share) {
  const auto all = static_cast<double>(least + kMemoryToSpare) / share;
  return fmt::format("{} {} at least", what, format_bytes(static_cast<std::uint64_t>(all)));
}

UsageError too_little_memory(std::string_view what, std::uint64_t least, std::uint64_t limit,
                             std::string_view advice, double share) {
  return UsageError(fmt::format("--memory: {}, found {}; give more, or {}",
                                needed_memory(what, least, share), format_bytes(limit), advice));
}

void give_back_freed_memory() { ::malloc_trim(0); }

void fit_training(const TextOptions& text, MemoryNeeds needs, std::string_view advice,
                  EncodedCorpus& ids) {
  needs.push_back({"the program and its vocabulary", memory_besides(ids)});
  const auto limit = text.memory_limit();
  const auto least = total(needs);
  if (least > limit) {
    needs.push_back({"what varies from run to run", kMemoryToSpare});
    std::vector<std::string> parts;
    for (const auto& [what, bytes] : needs) {
      parts.push_back(fmt::format("{} for {}", format_bytes(bytes), what));
    }
    throw too_little_memory(fmt::format("training, with {}, needs", fmt::join(parts, ", ")), least,
                            limit, advice);
  }
  keep_within(limit - least, ids, text);
}

CooccurrenceOptions fit_counting(const TextOptions& text, CooccurrenceOptions options, double share,
                                 WordId words, EncodedCorpus& ids) {
  const auto memory = text.memory_limit();
  const auto limit = static_cast<std::uint64_t>(share * static_cast<double>(memory));
  const auto used = memory_besides(ids);
  const auto least = least_counting_memory(words, options);
  if (used + least > limit) {
    throw too_little_memory(fmt::format("counting {} needs", counted(words, "word")), used + least,
                            memory, "fewer --threads", share);
  }
  keep_within(std::min(memory / 4, limit - used - least), ids, text);
  options.memory = std::max(least, limit - std::min(limit, resident_memory()));
  return options;
}

}  // namespace wordkin
