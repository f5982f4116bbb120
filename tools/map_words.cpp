#include "tools/map_words.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "common/error.h"
#include "common/input.h"
#include "common/lines.h"

namespace wordkin {
namespace {

struct Group {
  std::string name;
  std::vector<std::string> words;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t";
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

std::vector<Group> read_groups(const std::filesystem::path& path) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  const FileContents file(path);
  std::string_view text(file.bytes().data(), file.bytes().size());
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<Group> groups{{path.stem().string(), {}}};
  std::size_t words = 0;
  for (const auto line : split_lines(text)) {
    const auto word = trimmed(line);
    if (word.starts_with(": ")) {
      groups.push_back({std::string(trimmed(word.substr(2))), {}});
    } else if (!word.empty()) {
      groups.back().words.emplace_back(word);
      ++words;
    }
  }
  if (words == 0) throw FormatError(fmt::format("{}: holds no words, one a line", file.name()));
  return groups;
}

class Chooser {
 public:
  explicit Chooser(const Vocabulary& vocabulary)
      : vocabulary_(vocabulary), chosen_(vocabulary.size()) {}

  void add(const Group& group) {
    for (const auto& word : group.words) {
      if (const auto id = vocabulary_.find(word)) {
        add(*id, group.name);
      } else if (unknown_.insert(word).second) {
        result_.unknown.push_back(word);
      }
    }
  }

  void add_first(std::size_t count) {
    constexpr std::string_view kName = "most frequent";
    const auto before = result_.ids.size();
    for (WordId id = 0; id < std::min<std::size_t>(count, vocabulary_.size()); ++id) {
      add(id, std::string(kName));
    }
    if (before > 0 && result_.ids.size() > before) result_.background = result_.groups.back();
  }

  ChosenWords take() { return std::move(result_); }

 private:
  void add(WordId id, const std::string& group) {
    if (chosen_[id]) return;
    chosen_[id] = true;
    const auto name = std::ranges::find(result_.names, group);
    const auto number = static_cast<std::size_t>(name - result_.names.begin());
    if (name == result_.names.end()) result_.names.push_back(group);
    result_.ids.push_back(id);
    result_.groups.push_back(number);
  }

  const Vocabulary& vocabulary_;
  std::vector<bool> chosen_;
  std::set<std::string> unknown_;
  ChosenWords result_;
};

}  // namespace

ChosenWords choose_words(const Vocabulary& vocabulary, const WordSources& sources) {
  Chooser chooser(vocabulary);
  for (const auto& path : sources.files) {
    for (const auto& group : read_groups(path)) chooser.add(group);
  }
  chooser.add({.name = "words", .words = sources.words});
  chooser.add_first(sources.top);
  return chooser.take();
}

}  // namespace wordkin
