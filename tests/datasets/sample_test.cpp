#include "datasets/sample.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "datasets/facts.h"
#include "datasets/sentences.h"
#include <boost/test/unit_test.hpp>

#include "common/lines.h"
#include "embed/query/evaluation.h"
#include "tests/support/support.h"

namespace wordkin::datasets {
namespace {

std::string text_of(std::uint64_t seed, std::uint64_t tokens) {
  std::ostringstream text;
  write_text(text, seed, tokens);
  return text.str();
}

std::unordered_map<std::string_view, std::size_t> count_words(std::string_view text) {
  std::unordered_map<std::string_view, std::size_t> counts;
  for (const auto line : split_lines(text)) {
    for (const auto word : split(line)) ++counts[word];
  }
  return counts;
}

// The forms of all entities, with repetitions.
Words planted_forms() {
  Words forms;
  for (const auto* kind : kKinds) {
    for (const auto& group : kind->groups) {
      for (const auto& entity : group.entities) {
        for (const auto form : split(entity.forms)) forms.push_back(form);
      }
    }
  }
  return forms;
}

// The words of entities and groups, the literal words of the grammar, and names.
std::set<std::string> other_words() {
  std::set<std::string> words;
  const auto add = [&](const Words& more) { words.insert(more.begin(), more.end()); };
  for (const auto* kind : kKinds) {
    for (const auto& group : kind->groups) {
      add(split(group.words));
      for (const auto& entity : group.entities) add(split(entity.words));
    }
  }
  for (const auto& rule : grammar()) {
    for (const auto phrase : split(rule.alternatives, '|')) add(split(phrase));
  }
  for (const auto beginning : split(kNameBeginnings)) {
    for (const auto ending : split(kNameEndings)) {
      words.insert(std::string(beginning).append(ending));
    }
  }
  return words;
}

std::vector<AnalogySection> analogies() {
  std::ostringstream text;
  write_analogies(text);
  const test::TemporaryFolder folder;
  return read_analogies(folder.write("analogies", text.str()));
}

std::vector<SimilarityPair> similarities() {
  std::ostringstream text;
  write_similarities(text);
  const test::TemporaryFolder folder;
  return read_similarities(folder.write("similarities", text.str()));
}

BOOST_AUTO_TEST_SUITE(sample_text)

BOOST_AUTO_TEST_CASE(is_the_same_on_every_machine) {
  BOOST_CHECK_EQUAL(test::checksum(text_of(1, 100'000)), 0x62b4e5e8ea84dbf0);
}

BOOST_AUTO_TEST_CASE(begins_with_the_shorter_texts_of_its_seed) {
  const auto text = text_of(7, 20'000);
  for (const std::uint64_t tokens : {0, 1, 10, 5000, 19'999}) {
    BOOST_CHECK(text.starts_with(text_of(7, tokens)));
  }
  BOOST_CHECK(text_of(7, 0).empty());
}

BOOST_AUTO_TEST_CASE(differs_by_seed) { BOOST_CHECK_NE(text_of(1, 100), text_of(2, 100)); }

BOOST_AUTO_TEST_CASE(has_the_tokens_asked_for_and_ends_with_their_sentence) {
  for (const std::uint64_t tokens : {1, 100, 5000}) {
    const auto text = text_of(1, tokens);
    const auto lines = split_lines(text);
    std::size_t found = 0;
    for (const auto line : lines) found += split(line).size();
    BOOST_CHECK_GE(found, tokens);
    BOOST_CHECK_LT(found - split(lines.back()).size(), tokens);
  }
}

BOOST_AUTO_TEST_CASE(has_lower_case_words_single_spaces_and_a_sentence_a_line) {
  const auto text = text_of(3, 50'000);
  BOOST_CHECK(text.ends_with('\n'));
  for (const auto line : split_lines(text)) {
    for (const auto word : split(line)) {
      BOOST_REQUIRE(!word.empty());
      BOOST_REQUIRE(std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; }));
    }
  }
}

BOOST_AUTO_TEST_CASE(has_every_planted_word_often_enough_to_be_learned) {
  const auto text = text_of(1, 3'000'000);
  const auto counts = count_words(text);
  for (const auto* kind : kKinds) {
    for (const auto& group : kind->groups) {
      for (const auto& entity : group.entities) {
        for (const auto& list : {entity.forms, entity.words, group.words}) {
          for (const auto word : split(list)) {
            const auto found = counts.find(word);
            BOOST_TEST_CONTEXT(word) {
              BOOST_REQUIRE(found != counts.end());
              BOOST_CHECK_GE(found->second, 5);
            }
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(sample_facts)

BOOST_AUTO_TEST_CASE(no_form_occurs_twice) {
  auto forms = planted_forms();
  std::ranges::sort(forms);
  for (std::size_t i = 1; i < forms.size(); ++i) BOOST_CHECK_NE(forms[i - 1], forms[i]);
}

BOOST_AUTO_TEST_CASE(no_form_occurs_elsewhere) {
  const auto others = other_words();
  for (const auto form : planted_forms()) {
    BOOST_CHECK_MESSAGE(!others.contains(std::string(form)), form << " occurs elsewhere");
  }
}

BOOST_AUTO_TEST_CASE(entities_have_all_forms_of_their_kind_and_two_words) {
  for (const auto* kind : kKinds) {
    const auto forms = split(kind->groups[0].entities[0].forms).size();
    for (const auto& section : kind->sections) {
      BOOST_CHECK_LT(section.from, forms);
      BOOST_CHECK_LT(section.to, forms);
    }
    for (const auto& group : kind->groups) {
      BOOST_CHECK(!split(group.words).empty());
      for (const auto& entity : group.entities) {
        BOOST_CHECK_EQUAL(split(entity.forms).size(), forms);
        BOOST_CHECK_GE(split(entity.words).size(), 2);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(no_list_of_words_has_stray_spaces_or_repetitions) {
  const auto check = [](std::string_view list) {
    auto words = split(list);
    std::ranges::sort(words);
    BOOST_CHECK_MESSAGE(std::ranges::adjacent_find(words) == words.end(), list);
    BOOST_CHECK_MESSAGE(std::ranges::find(words, "") == words.end(), list);
    BOOST_CHECK_MESSAGE(!list.ends_with(' '), list);
  };
  for (const auto* kind : kKinds) {
    for (const auto& group : kind->groups) {
      check(group.words);
      for (const auto& entity : group.entities) {
        check(entity.forms);
        check(entity.words);
      }
    }
  }
  check(kNameBeginnings);
  check(kNameEndings);
}

BOOST_AUTO_TEST_CASE(the_grammar_defines_every_symbol_once_and_uses_all) {
  std::set<std::string_view> defined;
  std::set<std::string_view> used{"OPENING", "CLOSING", "NAME"};
  for (const auto* kind : kKinds) used.insert(kind->symbol);
  for (const auto& rule : grammar()) {
    BOOST_CHECK_MESSAGE(defined.insert(rule.symbol).second, rule.symbol << " is defined twice");
    for (const auto phrase : split(rule.alternatives, '|')) {
      for (const auto token : split(phrase)) {
        if (token[0] >= 'A' && token[0] <= 'Z') used.insert(token);
      }
    }
  }
  defined.insert("NAME");
  BOOST_TEST(defined == used, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(sample_questions)

BOOST_AUTO_TEST_CASE(pair_every_two_entities_of_a_section) {
  std::map<std::string, std::size_t> expected;
  for (const auto* kind : kKinds) {
    std::size_t entities = 0;
    for (const auto& group : kind->groups) entities += group.entities.size();
    for (const auto& section : kind->sections) {
      expected[std::string(section.name)] = entities * (entities - 1);
    }
  }
  const auto sections = analogies();
  BOOST_CHECK_EQUAL(sections.size(), expected.size());
  for (const auto& section : sections) {
    BOOST_CHECK_EQUAL(section.questions.size(), expected.at(section.name));
  }
}

BOOST_AUTO_TEST_CASE(come_by_name_and_so_about_meaning_first) {
  const auto sections = analogies();
  BOOST_CHECK(std::ranges::is_sorted(sections, {}, &AnalogySection::name));
  BOOST_CHECK(std::ranges::is_partitioned(
      sections, [](const auto& s) { return s.relation == Relation::kSemantic; }));
}

BOOST_AUTO_TEST_CASE(say_what_was_planted) {
  const auto sections = analogies();
  const auto capitals = std::ranges::find(sections, "capital-world", &AnalogySection::name);
  BOOST_REQUIRE(capitals != sections.end());
  const auto asked = [&](const AnalogyQuestion& question) {
    return std::ranges::count(capitals->questions, question);
  };
  BOOST_CHECK_EQUAL(asked({"france", "paris", "japan", {"tokyo"}}), 1);
  BOOST_CHECK_EQUAL(asked({"japan", "tokyo", "france", {"paris"}}), 1);
  BOOST_CHECK_EQUAL(asked({"france", "paris", "france", {"paris"}}), 0);
}

BOOST_AUTO_TEST_CASE(have_only_words_of_the_text) {
  const auto text = text_of(1, 300'000);
  const auto counts = count_words(text);
  const auto check = [&](std::string_view word) {
    const auto found = counts.find(word);
    BOOST_REQUIRE_MESSAGE(found != counts.end() && found->second >= 5, word << " is rare");
  };
  for (const auto& section : analogies()) {
    for (const auto& [a, b, c, answers] : section.questions) {
      for (const auto& word : {a, b, c}) check(word);
      std::ranges::for_each(answers, check);
    }
  }
  for (const auto& pair : similarities()) {
    check(pair.a);
    check(pair.b);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(sample_similarities)

BOOST_AUTO_TEST_CASE(are_the_same_every_time) {
  std::ostringstream first;
  std::ostringstream second;
  write_similarities(first);
  write_similarities(second);
  BOOST_CHECK_EQUAL(first.str(), second.str());
}

BOOST_AUTO_TEST_CASE(range_from_0_to_10_and_begin_with_the_most_alike) {
  const auto pairs = similarities();
  BOOST_CHECK_GE(pairs.size(), 100);
  BOOST_CHECK(std::ranges::is_sorted(pairs, std::greater<>(), &SimilarityPair::score));
  BOOST_CHECK_LE(pairs.front().score, 10);
  BOOST_CHECK_EQUAL(pairs.back().score, 0);
}

BOOST_AUTO_TEST_CASE(have_no_pair_twice_and_no_word_with_itself) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& [a, b, score] : similarities()) {
    BOOST_CHECK_NE(a, b);
    BOOST_CHECK(seen.insert(std::minmax(a, b)).second);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(weighted_choice)

void check_shares(const WeightedChoice& choice, const std::vector<double>& shares) {
  constexpr int kDraws = 200'000;
  auto random = stream(1, "weighted choice test", shares.size());
  std::vector<int> drawn(shares.size());
  for (int i = 0; i < kDraws; ++i) ++drawn.at(choice.draw(random));
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double sigma = std::sqrt(kDraws * shares[i] * (1 - shares[i]));
    BOOST_CHECK_LE(std::abs(drawn[i] - kDraws * shares[i]), 5 * sigma);
  }
}

BOOST_AUTO_TEST_CASE(draws_in_proportion_to_the_weights) {
  check_shares(WeightedChoice({1, 0, 3, 4}), {0.125, 0, 0.375, 0.5});
  check_shares(WeightedChoice({5}), {1});
}

BOOST_AUTO_TEST_CASE(draws_by_zipfs_law) {
  check_shares(WeightedChoice::zipf(4, 1), {12 / 25.0, 6 / 25.0, 4 / 25.0, 3 / 25.0});
  check_shares(WeightedChoice::zipf(2, 2), {3 / 5.0, 2 / 5.0});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace wordkin::datasets
