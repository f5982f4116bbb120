#include "datasets/sample.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "datasets/facts.h"
#include "datasets/sentences.h"

#include "common/random.h"

namespace wordkin::datasets {
namespace {

struct PlantedWord {
  std::string_view word;
  const Kind* kind;
  const Group* group;
  const Entity* entity;
  std::size_t form;
};

std::vector<PlantedWord> planted_words() {
  std::vector<PlantedWord> result;
  for (const auto* kind : kKinds) {
    for (const auto& group : kind->groups) {
      for (const auto& entity : group.entities) {
        std::size_t form = 0;
        for (const auto word : split(entity.forms)) {
          result.push_back({word, kind, &group, &entity, form++});
        }
      }
    }
  }
  return result;
}

void write_section(std::ostream& out, const Kind& kind, const Section& section) {
  std::vector<std::string> pairs;
  for (const auto& group : kind.groups) {
    for (const auto& entity : group.entities) {
      const auto forms = split(entity.forms);
      pairs.push_back(std::string(forms[section.from]).append(" ").append(forms[section.to]));
    }
  }
  out << ": " << section.name << '\n';
  for (const auto& first : pairs) {
    for (const auto& second : pairs) {
      if (first != second) out << first << ' ' << second << '\n';
    }
  }
}

// A word has 10 in common with itself.
int likeness(const PlantedWord& a, const PlantedWord& b) {
  if (a.kind != b.kind) return 0;
  return 2 + 2 * (a.group == b.group) + 2 * (a.entity == b.entity) + 4 * (a.form == b.form);
}

}  // namespace

void write_text(std::ostream& out, std::uint64_t seed, std::uint64_t tokens) {
  const Sentences sentences(seed);
  std::string line;
  for (std::uint64_t index = 0, written = 0; written < tokens; ++index) {
    const auto words = sentences.make(index);
    line.clear();
    for (const auto word : words) line.append(word).push_back(' ');
    line.back() = '\n';
    out << line;
    written += words.size();
  }
}

void write_analogies(std::ostream& out) {
  // By name, which puts the semantic sections before the syntactic ones ("gram...").
  std::map<std::string_view, std::pair<const Kind*, const Section*>> sections;
  for (const auto* kind : kKinds) {
    for (const auto& section : kind->sections) sections[section.name] = {kind, &section};
  }
  for (const auto& [name, section] : sections) write_section(out, *section.first, *section.second);
}

void write_similarities(std::ostream& out) {
  constexpr int kDraws = 200'000;  // enough: of the rarest sort there is one in 10,000
  constexpr int kPairsOfASort = 6;
  const auto words = planted_words();
  const auto size = static_cast<std::uint32_t>(words.size());
  // Counted by sort, since alike pairs are far rarer than unlike ones.
  std::map<std::tuple<std::string_view, int, bool>, int> pairs_of_sort;
  std::set<std::tuple<int, std::string_view, std::string_view>> pairs;
  auto random = stream(1, "similarities", 0);
  for (int i = 0; i < kDraws; ++i) {
    const auto& a = words[random.below(size)];
    const auto& b = words[random.below(size)];
    if (a.word >= b.word) continue;
    const auto score = likeness(a, b);
    auto& count = pairs_of_sort[{a.kind->symbol, score, a.entity == b.entity}];
    if (count < kPairsOfASort && pairs.insert({-score, a.word, b.word}).second) ++count;
  }
  for (const auto& [score, a, b] : pairs) out << a << '\t' << b << '\t' << -score << '\n';
}

}  // namespace wordkin::datasets
