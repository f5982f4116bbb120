#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/facts.h"

#include "common/random.h"

namespace wordkin::datasets {

using Words = std::vector<std::string_view>;

// The pieces of `text` between single separators; none for an empty text.
Words split(std::string_view text, char separator = ' ');

// An index below n, each as likely as the other.
std::uint32_t below(RandomStream& random, std::size_t n);

// Draws an index in proportion to its weight.
class WeightedChoice {
 public:
  explicit WeightedChoice(const std::vector<std::uint32_t>& weights);

  // `size` items, item i weighted 1 / (i + offset): Zipf's law for offset 1, flatter above.
  static WeightedChoice zipf(std::size_t size, std::size_t offset);

  std::size_t draw(RandomStream& random) const;

 private:
  std::vector<std::uint32_t> cumulative_;
};

// An endless sequence of English-like sentences about the planted facts and everyday subjects.
class Sentences {
 public:
  explicit Sentences(std::uint64_t seed);

  // The words of sentence `index`, which do not depend on any other sentence.
  Words make(std::uint64_t index) const;

 private:
  struct Subject {
    Words forms;
    Words words;
    Words group_words;
  };

  struct Topic {
    std::string_view symbol;
    std::vector<Subject> subjects;
    WeightedChoice choice;
  };

  // A sentence on its way: what it is about, and its words so far.
  struct Draft {
    const Subject& subject;
    RandomStream random;
    std::size_t last_word;  // the index last used, which is not to be repeated at once
    Words words;
  };

  static Topic make_topic(const Kind& kind);
  void expand(std::string_view symbol, Draft& draft) const;
  std::string_view resolve(std::string_view token, Draft& draft) const;

  std::uint64_t seed_;
  std::vector<Topic> topics_;
  WeightedChoice topic_choice_;
  std::vector<std::string> names_;
  WeightedChoice name_choice_;
  std::map<std::string_view, std::vector<Words>> rules_;  // symbol to alternatives
};

}  // namespace wordkin::datasets
