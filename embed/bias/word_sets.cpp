#include "embed/bias/word_sets.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/input.h"
#include "common/json_excerpt.h"

namespace wordkin {
namespace {

using Json = nlohmann::ordered_json;

// "line 3, column 7" of the byte with this number, counted from 1.
std::string place_of(std::string_view text, std::size_t byte) {
  const auto before = text.substr(0, byte == 0 ? 0 : std::min(byte - 1, text.size()));
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto newline = before.rfind('\n');
  const auto column = before.size() - (newline == before.npos ? 0 : newline + 1) + 1;
  return fmt::format("line {}, column {}", line, column);
}

Json parse(const FileContents& file) {
  const std::string_view text(file.bytes().data(), file.bytes().size());
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    // What the parser says, without its own number and place, and without the bytes that it read:
    // "...: syntax error while parsing value - invalid literal; last read: '...'".
    std::string_view what = error.what();
    if (const auto colon = what.find(": "); colon != what.npos) what.remove_prefix(colon + 2);
    throw FormatError(fmt::format("{}: {}: found broken JSON: {}", file.name(),
                                  place_of(text, error.byte),
                                  what.substr(0, what.find("; last read"))));
  } catch (const Json::out_of_range&) {
    throw FormatError(fmt::format("{}: found a number beyond all bounds", file.name()));
  }
}

// A value of a file and where it stands there: "targ1.examples, entry 3".
class Node {
 public:
  Node(const Json& value, std::string place) : value_(value), place_(std::move(place)) {}

  const Json& operator*() const { return value_; }
  bool has(std::string_view key) const { return value_.is_object() && value_.contains(key); }

  Node member(std::string_view key) const {
    if (!has(key)) fail(fmt::format("an object with \"{}\"", key));
    return {value_.at(std::string(key)), fmt::format("{}, {}", place_, excerpt(key))};
  }

  std::vector<Node> entries(std::string_view expected) const {
    if (!value_.is_array()) fail(expected);
    if (value_.empty()) fail(fmt::format("{} that is not empty", expected));
    std::vector<Node> nodes;
    for (std::size_t i = 0; i < value_.size(); ++i) {
      nodes.emplace_back(value_[i], fmt::format("{}, entry {}", place_, i + 1));
    }
    return nodes;
  }

  std::string word() const {
    if (!value_.is_string() || value_.get_ref<const std::string&>().empty()) fail("a word");
    return value_.get<std::string>();
  }

  std::vector<std::string> words() const {
    std::vector<std::string> words;
    for (const auto& entry : entries("a list of words")) words.push_back(entry.word());
    return words;
  }

  [[noreturn]] void fail(std::string_view expected) const {
    throw FormatError(
        fmt::format("{}: found {}, expected {}", place_, json_excerpt(value_), expected));
  }

 private:
  const Json& value_;
  std::string place_;
};

// A file's JSON, and what it holds under `key`: all of it, where it is no object with that member.
class File {
 public:
  explicit File(const std::filesystem::path& path)
      : file_(path),
        json_(parse(file_)),
        name_(path == "-" ? "standard input" : path.stem().string()) {
    if (root().has("name")) name_ = root().member("name").word();
  }

  const std::string& name() const { return name_; }
  Node root() const { return {json_, file_.name()}; }
  Node part(std::string_view key) const { return root().has(key) ? root().member(key) : root(); }

 private:
  FileContents file_;
  Json json_;
  std::string name_;
};

std::vector<WordSet> word_sets(const Node& node) {
  std::vector<WordSet> sets;
  for (const auto& entry : node.entries("a list of pairs of words")) {
    sets.push_back(entry.words());
    if (sets.back().size() < 2) entry.fail("two words or more");
  }
  return sets;
}

// Words, or lists of a word and numbers, the last of which is its score.
WordList word_list(std::string name, const Node& node) {
  WordList list{.name = std::move(name), .words = {}, .scores = {}};
  for (const auto& entry : node.entries("a list of words")) {
    if ((*entry).is_string()) {
      list.words.push_back(entry.word());
      continue;
    }
    const auto parts = entry.entries("a word, or a list of a word and its scores");
    list.words.push_back(parts.front().word());
    if (parts.size() == 1) continue;
    const auto& score = *parts.back();
    if (!score.is_number() || !std::isfinite(score.get<double>())) parts.back().fail("a number");
    list.scores.push_back(score.get<double>());
  }
  if (list.scores.size() != list.words.size()) list.scores.clear();
  return list;
}

WeatWords weat_words(std::string name, const Node& node) {
  const auto list = [&](std::string_view key) {
    const auto member = node.member(key);
    return WordList{.name = member.member("category").word(),
                    .words = member.member("examples").words(),
                    .scores = {}};
  };
  return {.name = std::move(name),
          .x = list("targ1"),
          .y = list("targ2"),
          .a = list("attr1"),
          .b = list("attr2")};
}

}  // namespace

AxisWords read_axis(const std::filesystem::path& path) {
  const File file(path);
  const auto pairs = file.part("pairs");
  AxisWords axis{.name = file.name(), .sets = {}, .ends = {}};
  if (!(*pairs).is_object()) {
    axis.sets = word_sets(pairs);
    return axis;
  }
  if ((*pairs).size() != 2) pairs.fail("pairs of words, or an object of two lists of words");
  const auto end = [&](const std::string& name) {
    return WordList{.name = name, .words = pairs.member(name).words(), .scores = {}};
  };
  axis.ends = {end((*pairs).begin().key()), end((++(*pairs).begin()).key())};
  return axis;
}

std::vector<WordSet> read_equality_sets(const std::filesystem::path& path) {
  return word_sets(File(path).part("equalize"));
}

std::vector<std::string> read_specific_words(const std::filesystem::path& path) {
  return File(path).part("specific").words();
}

std::vector<WordList> read_word_lists(const std::filesystem::path& path) {
  const File file(path);
  const auto words = file.part("words");
  if (!(*words).is_object()) return {word_list(file.name(), words)};
  std::vector<WordList> lists;
  for (const auto& item : (*words).items()) {
    lists.push_back(word_list(item.key(), words.member(item.key())));
  }
  if (lists.empty()) words.fail("lists of words");
  return lists;
}

std::vector<WeatWords> read_weat(const std::filesystem::path& path) {
  const File file(path);
  const auto weat = file.part("weat");
  if (!(*weat).is_array()) return {weat_words(file.name(), weat)};
  std::vector<WeatWords> tests;
  for (const auto& entry : weat.entries("a list of tests")) {
    tests.push_back(weat_words(fmt::format("{} {}", file.name(), tests.size() + 1), entry));
  }
  return tests;
}

}  // namespace wordkin
