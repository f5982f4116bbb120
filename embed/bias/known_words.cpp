#include "embed/bias/known_words.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/error.h"
#include "embed/text/unicode.h"

namespace wordkin {
namespace {

DenseVector vector_of(const Embeddings& embeddings, WordId word) {
  const auto row = embeddings.vector(word);
  return {row.begin(), row.end()};
}

template <class F>
DenseVectors gather(std::span<const WordId> words, F&& row) {
  DenseVectors rows;
  for (const auto word : words) rows.push_back(row(word));
  return rows;
}

void append(std::vector<std::string>& target, const std::vector<std::string>& more) {
  for (const auto& word : more) {
    if (std::ranges::find(target, word) == target.end()) target.push_back(word);
  }
}

// Adds a set unless it is there already.
void add_set(KnownSets& sets, std::vector<WordId> set) {
  if (std::ranges::find(sets.sets, set) == sets.sets.end()) sets.sets.push_back(std::move(set));
}

}  // namespace

DenseVector unit_vector_of(const Embeddings& embeddings, WordId word) {
  auto vector = vector_of(embeddings, word);
  const auto norm = length(vector);
  if (norm != 0) scale(vector, 1 / norm);
  return vector;
}

DenseVectors vectors_of(const Embeddings& embeddings, std::span<const WordId> words) {
  return gather(words, [&](WordId word) { return vector_of(embeddings, word); });
}

DenseVectors unit_vectors_of(const Embeddings& embeddings, std::span<const WordId> words) {
  return gather(words, [&](WordId word) { return unit_vector_of(embeddings, word); });
}

void KnownWords::add(const KnownWords& other) {
  for (const auto id : other.ids) {
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  }
  append(missing, other.missing);
  append(zero, other.zero);
}

WordFinder::WordFinder(const Embeddings& embeddings, Case letter_case)
    : embeddings_(embeddings),
      case_(letter_case),
      lookup_(embeddings.vocabulary(), embeddings.size(), letter_case) {}

std::optional<WordId> WordFinder::find(std::string_view word) const {
  const auto exact = embeddings_.vocabulary().find(word);
  return exact ? exact : lookup_.find(word);
}

KnownWords WordFinder::find(std::span<const std::string> words) const {
  KnownWords known;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto id = find(words[i]);
    if (!id) {
      append(known.missing, {words[i]});
    } else if (embeddings_.norms()[*id] == 0) {
      append(known.zero, {words[i]});
    } else if (std::ranges::find(known.ids, *id) == known.ids.end()) {
      known.ids.push_back(*id);
      known.places.push_back(i);
    }
  }
  return known;
}

KnownSets find_sets(const WordFinder& finder, std::span<const WordSet> sets) {
  KnownSets result;
  for (const auto& set : sets) {
    auto known = finder.find(set);
    append(result.missing, known.missing);
    append(result.zero, known.zero);
    if (known.ids.size() >= 2) add_set(result, std::move(known.ids));
  }
  return result;
}

KnownSets find_equality_sets(const WordFinder& finder, std::span<const WordSet> sets) {
  const WordFinder exact(finder.embeddings(), Case::kSensitive);
  KnownSets result;
  for (const auto& set : sets) {
    auto as_given = finder.find(set);
    bool found = as_given.ids.size() >= 2;
    if (found) add_set(result, as_given.ids);
    for (const auto& change : {to_lower, to_title, to_upper}) {
      WordSet changed;
      std::ranges::transform(set, std::back_inserter(changed), change);
      auto known = exact.find(changed);
      if (known.ids.size() < 2) continue;
      found = true;
      add_set(result, std::move(known.ids));
    }
    if (found) continue;
    append(result.missing, as_given.missing);
    append(result.zero, as_given.zero);
  }
  return result;
}

KnownWords find_specific(const WordFinder& finder, std::span<const std::string> words) {
  auto known = finder.find(words);
  if (finder.letter_case() == Case::kSensitive) return known;
  std::unordered_set<std::string> folded;
  for (const auto& word : words) folded.insert(fold_case(word));
  const auto& vocabulary = finder.embeddings().vocabulary();
  known.ids.clear();
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    if (folded.contains(fold_case(vocabulary.word(id)))) known.ids.push_back(id);
  }
  return known;
}

void require_known(const KnownWords& known, std::string_view list) {
  if (!known.ids.empty()) return;
  auto examples = known.missing;
  append(examples, known.zero);
  if (examples.size() > 3) examples.resize(3);
  throw Error(fmt::format("{}: none of its words has a vector, for example '{}'", list,
                          fmt::join(examples, "', '")));
}

}  // namespace wordkin
