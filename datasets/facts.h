#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace wordkin::datasets {

// The tables behind the sample corpus. A list of words is one string, separated by single spaces.

// One thing that the corpus speaks about. All its forms occur among the same words, so a trained
// vector falls apart into "which entity" + "which form", and that is what an analogy asks for.
struct Entity {
  std::string_view forms;  // "france paris french franc": one for each role of its kind
  std::string_view words;  // occur with this entity only; two at least
};

// Entities with something in common: neighbouring countries, animals, kitchen work.
struct Group {
  std::string_view words;  // occur with every entity of the group
  std::span<const Entity> entities;
};

// Analogy questions: form `from` of one entity is to its form `to` as those of another.
struct Section {
  std::string_view name;
  std::uint32_t from;
  std::uint32_t to;
};

struct Kind {
  std::string_view symbol;  // of the grammar, for a sentence about such an entity
  std::uint32_t share;      // of the sentences, as a part of the sum over all kinds
  std::span<const Section> sections;
  std::span<const Group> groups;
};

// The planted facts. No form occurs twice, nor anywhere else in the tables or the grammar.
extern const Kind kCountries;
extern const Kind kFamily;
extern const Kind kNouns;
extern const Kind kVerbs;
extern const Kind kAdjectives;

// Everyday subjects without facts: an entity's words are its nouns, a group's are verbs.
extern const Kind kTopics;

inline constexpr std::array kKinds = {&kCountries, &kFamily,     &kNouns,
                                      &kVerbs,     &kAdjectives, &kTopics};

// What a symbol of the grammar may be replaced by: alternatives separated by '|', each a phrase
// in which
//   $0 .. $3  is that form of the entity that the sentence is about,
//   * and +   are a word of that entity and one of its group,
//   NAME      is the name of a village or a family,
//   CAPITALS  are another symbol, and anything else is a word.
struct Rule {
  std::string_view symbol;
  std::string_view alternatives;
};

std::span<const Rule> grammar();

// Each beginning with each ending makes a name.
extern const std::string_view kNameBeginnings;
extern const std::string_view kNameEndings;

}  // namespace wordkin::datasets
