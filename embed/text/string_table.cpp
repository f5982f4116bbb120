#include "embed/text/string_table.h"

#include <functional>

#include <fmt/format.h>

#include "common/error.h"

namespace wordkin {
namespace {

constexpr std::size_t kFirstSlots = 64;

std::uint64_t hash_of(std::string_view text) { return std::hash<std::string_view>{}(text); }

constexpr std::uint32_t tag_of(std::uint64_t hash) {
  return static_cast<std::uint32_t>(hash >> 32);
}

}  // namespace

std::size_t StringTable::probe(std::string_view text, std::uint64_t hash) const {
  const auto mask = slots_.size() - 1;
  for (auto i = hash & mask;; i = (i + 1) & mask) {
    const auto& slot = slots_[i];
    if (slot.id == kFree || (slot.tag == tag_of(hash) && (*this)[slot.id] == text)) return i;
  }
}

std::uint32_t StringTable::insert(std::string_view text) {
  if (2 * offsets_.size() > slots_.size()) grow();
  const auto hash = hash_of(text);
  auto& slot = slots_[probe(text, hash)];
  if (slot.id == kFree) {
    if (size() == kMaxSize) {
      throw Error(fmt::format("more than {} different words; raise --min-count", kMaxSize));
    }
    slot = {tag_of(hash), size()};
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    offsets_.push_back(bytes_.size());
  }
  return slot.id;
}

std::optional<std::uint32_t> StringTable::find(std::string_view text) const {
  if (slots_.empty()) return std::nullopt;
  const auto id = slots_[probe(text, hash_of(text))].id;
  if (id == kFree) return std::nullopt;
  return id;
}

void StringTable::grow() {
  const auto size_after = slots_.empty() ? kFirstSlots : 2 * slots_.size();
  slots_ = {};  // gives its memory back before there is more
  slots_.resize(size_after);
  const auto mask = slots_.size() - 1;
  for (std::uint32_t id = 0; id < size(); ++id) {
    const auto hash = hash_of((*this)[id]);
    auto i = hash & mask;
    while (slots_[i].id != kFree) i = (i + 1) & mask;
    slots_[i] = {tag_of(hash), id};
  }
}

}  // namespace wordkin
