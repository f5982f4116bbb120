#include "common/saved_state.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include <fmt/format.h>

#include "common/error.h"
#include "common/quantities.h"

namespace wordkin {

namespace {

using EntryKind = SavedEntry::Kind;

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::string grouped(const std::string& text) {
  const auto number = whole_number(text);
  return number ? format_count(*number) : excerpt(text);
}

// "with --dim 100, found 50".
std::string difference(std::string key, const std::string& saved, const std::string& now,
                       const SavedEntry* entry) {
  if (key == "program") return fmt::format("with {}, found {}", excerpt(saved), excerpt(now));
  const bool is_flag = entry != nullptr && entry->kind == EntryKind::kFlag;
  if (entry == nullptr || (is_flag && saved != entry->given && now != entry->given)) {
    std::ranges::replace(key, '_', '-');
    return fmt::format("with --{} {}, found {}", key, excerpt(saved), excerpt(now));
  }
  switch (entry->kind) {
    case EntryKind::kFlag:
      return fmt::format("{} {}", saved == entry->given ? "with" : "without", entry->name);
    case EntryKind::kCount:
      return fmt::format("with {} {}, found {}", grouped(saved), entry->name, grouped(now));
    case EntryKind::kContent:
      break;
  }
  return fmt::format("with {}", entry->name);
}

// As many as make a line that can be read, and how many more there are.
std::string joined(std::span<const std::string> differences) {
  constexpr std::size_t kLongest = 600;
  auto text = differences.front();
  for (std::size_t i = 1; i < differences.size(); ++i) {
    if (text.size() + differences[i].size() > kLongest) {
      return fmt::format("{}; and {} more", text, differences.size() - i);
    }
    text += "; " + differences[i];
  }
  return text;
}

[[noreturn]] void refuse(const Safetensors& file, std::string_view differences) {
  throw UsageError(fmt::format("{}: was saved {}; resume with the same program, text and options",
                               file.name(), differences));
}

}  // namespace

void check_saved_options(const Safetensors& file, const std::map<std::string, std::string>& now,
                         std::span<const SavedEntry> entries) {
  // First, so that nobody is told of options that were never given.
  file.verify_any_checksum();
  const auto model = now.find("model");
  const auto saved_model = file.metadata().find("model");
  if (model != now.end() && saved_model != file.metadata().end() &&
      saved_model->second != model->second) {  // so much else differs too
    refuse(file, difference("model", saved_model->second, model->second, nullptr));
  }
  std::vector<std::string> differences;
  std::vector<std::string> of_content;
  bool counts_differ = false;
  for (const auto& [key, value] : now) {
    const auto saved = file.metadata().find(key);
    if (saved == file.metadata().end()) {
      throw FormatError(
          fmt::format("{}: is no saved state of such training: it has no '{}'; resume from a file "
                      "that this program's --save-state or --checkpoint-every wrote",
                      file.name(), key));
    }
    if (saved->second == value) continue;
    const auto found = std::ranges::find(entries, key, &SavedEntry::key);
    const auto* entry = found == entries.end() ? nullptr : &*found;
    const bool is_content = entry != nullptr && entry->kind == EntryKind::kContent;
    counts_differ = counts_differ || (entry != nullptr && entry->kind == EntryKind::kCount);
    (is_content ? of_content : differences).push_back(difference(key, saved->second, value, entry));
  }
  if (!counts_differ) std::ranges::move(of_content, std::back_inserter(differences));
  if (!differences.empty()) refuse(file, joined(differences));
  file.require_checksum();
}

std::optional<std::uint64_t> saved_number(const Safetensors& file, std::string_view key) {
  const auto found = file.metadata().find(std::string(key));
  return found == file.metadata().end() ? std::nullopt : whole_number(found->second);
}

void refuse_tensor(const Safetensors& file, std::string_view tensor, std::string_view what) {
  throw FormatError(
      fmt::format("{}: tensor '{}' {}; the file is damaged", file.name(), tensor, what));
}

}  // namespace wordkin
