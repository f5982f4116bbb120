#include "datasets/sentences.h"

#include <algorithm>

namespace wordkin::datasets {
namespace {

std::vector<std::uint32_t> shares() {
  std::vector<std::uint32_t> result;
  for (const auto* kind : kKinds) result.push_back(kind->share);
  return result;
}

std::vector<std::string> all_names() {
  std::vector<std::string> result;
  for (const auto ending : split(kNameEndings)) {
    for (const auto beginning : split(kNameBeginnings)) {
      result.push_back(std::string(beginning).append(ending));
    }
  }
  return result;
}

bool is_symbol(std::string_view token) { return token[0] >= 'A' && token[0] <= 'Z'; }

bool sounds_like_vowel(std::string_view word) {
  if (word.starts_with("uni") || word.starts_with("use")) return false;
  return std::string_view("aeiou").find(word[0]) != std::string_view::npos ||
         word.starts_with("heir");
}

void append(std::string_view word, Words& sentence) {
  if (!sentence.empty() && sentence.back() == "a" && sounds_like_vowel(word)) {
    sentence.back() = "an";
  }
  sentence.push_back(word);
}

}  // namespace

std::uint32_t below(RandomStream& random, std::size_t n) {
  return random.below(static_cast<std::uint32_t>(n));
}

Words split(std::string_view text, char separator) {
  Words result;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    result.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

WeightedChoice::WeightedChoice(const std::vector<std::uint32_t>& weights) {
  std::uint32_t total = 0;
  for (const auto weight : weights) cumulative_.push_back(total += weight);
}

WeightedChoice WeightedChoice::zipf(std::size_t size, std::size_t offset) {
  std::vector<std::uint32_t> weights;
  for (std::size_t i = 0; i < size; ++i) {
    weights.push_back(static_cast<std::uint32_t>(100'000'000 / (i + offset)));
  }
  return WeightedChoice(weights);
}

std::size_t WeightedChoice::draw(RandomStream& random) const {
  const auto ticket = random.below(cumulative_.back());
  const auto winner = std::ranges::upper_bound(cumulative_, ticket);
  return static_cast<std::size_t>(winner - cumulative_.begin());
}

Sentences::Sentences(std::uint64_t seed)
    : seed_(seed),
      topic_choice_(shares()),
      names_(all_names()),
      name_choice_(WeightedChoice::zipf(names_.size(), 1)) {
  for (const auto* kind : kKinds) topics_.push_back(make_topic(*kind));
  for (const auto& rule : grammar()) {
    for (const auto phrase : split(rule.alternatives, '|')) {
      rules_[rule.symbol].push_back(split(phrase));
    }
  }
}

Words Sentences::make(std::uint64_t index) const {
  auto random = stream(seed_, "sentences", index);
  const auto& topic = topics_[topic_choice_.draw(random)];
  const auto& subject = topic.subjects[topic.choice.draw(random)];
  const auto first = below(random, subject.words.size());
  Draft draft{subject, random, first, {}};
  for (const auto symbol :
       {std::string_view("OPENING"), topic.symbol, std::string_view("CLOSING")}) {
    expand(symbol, draft);
  }
  return draft.words;
}

Sentences::Topic Sentences::make_topic(const Kind& kind) {
  std::vector<Subject> subjects;
  for (const auto& group : kind.groups) {
    for (const auto& entity : group.entities) {
      subjects.push_back({split(entity.forms), split(entity.words), split(group.words)});
    }
  }
  // Common subjects are about twice as frequent as the rare ones at the end of the table.
  return {kind.symbol, subjects, WeightedChoice::zipf(subjects.size(), subjects.size())};
}

void Sentences::expand(std::string_view symbol, Draft& draft) const {
  const auto& alternatives = rules_.at(symbol);
  for (const auto token : alternatives[below(draft.random, alternatives.size())]) {
    if (is_symbol(token) && token != "NAME") {
      expand(token, draft);
    } else {
      append(resolve(token, draft), draft.words);
    }
  }
}

std::string_view Sentences::resolve(std::string_view token, Draft& draft) const {
  const auto& [forms, words, group_words] = draft.subject;
  if (token[0] == '$') return forms[static_cast<std::size_t>(token[1] - '0')];
  if (token == "NAME") return names_[name_choice_.draw(draft.random)];
  if (token == "+") return group_words[below(draft.random, group_words.size())];
  if (token != "*") return token;
  const auto step = 1 + below(draft.random, words.size() - 1);
  draft.last_word = (draft.last_word + step) % words.size();
  return words[draft.last_word];
}

}  // namespace wordkin::datasets
