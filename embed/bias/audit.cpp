#include "embed/bias/audit.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "common/error.h"
#include "common/statistics.h"
#include "embed/bias/measures.h"

namespace wordkin {
namespace {

using Gather = DenseVectors (*)(const Embeddings&, std::span<const WordId>);

Gather ripa_vectors(const AuditOptions& options) {
  return options.ripa == RipaVectors::kUnit ? unit_vectors_of : vectors_of;
}

std::vector<DenseVectors> gather(const KnownSets& sets, Gather rows, const Embeddings& embeddings) {
  std::vector<DenseVectors> result;
  for (const auto& set : sets.sets) result.push_back(rows(embeddings, set));
  return result;
}

FoundAxis axis_of_sets(const WordFinder& finder, const AxisWords& words,
                       const AuditOptions& options) {
  const auto& embeddings = finder.embeddings();
  auto known = find_sets(finder, words.sets);
  if (known.sets.empty()) {
    throw Error(fmt::format("no set has two words with vectors, for example '{}' and '{}'",
                            words.sets.front().front(), words.sets.front().back()));
  }
  const auto& vocabulary = embeddings.vocabulary();
  const auto& shown = known.sets.front();
  FoundAxis found{
      .name = words.name,
      .ends = {std::string(vocabulary.word(shown.front())),
               std::string(vocabulary.word(shown.back()))},
      .axis = principal_axis(gather(known, unit_vectors_of, embeddings), options.components),
      .relation = principal_axis(gather(known, ripa_vectors(options), embeddings)).basis.front(),
      .sets = words.sets.size(),
      .used = known.sets.size(),
      .words = {.ids = {}, .places = {}, .missing = known.missing, .zero = known.zero}};
  for (const auto& set : known.sets) {
    found.words.ids.insert(found.words.ids.end(), set.begin(), set.end());
  }
  return found;
}

FoundAxis axis_of_lists(const WordFinder& finder, const AxisWords& words,
                        const AuditOptions& options) {
  if (options.components > 1) {
    throw UsageError("an axis between two lists has one component; leave off --components");
  }
  const auto& embeddings = finder.embeddings();
  const auto& [first, second] = *words.ends;
  const auto known = finder.find(first.words);
  const auto others = finder.find(second.words);
  require_known(known, first.name);
  require_known(others, second.name);
  const auto rows = ripa_vectors(options);
  FoundAxis found{
      .name = words.name,
      .ends = {first.name, second.name},
      .axis = mean_difference_axis(unit_vectors_of(embeddings, known.ids),
                                   unit_vectors_of(embeddings, others.ids)),
      .relation = mean_difference_axis(rows(embeddings, known.ids), rows(embeddings, others.ids))
                      .basis.front(),
      .sets = 0,
      .used = 0,
      .words = known};
  found.words.add(others);
  return found;
}

WeatAudit audit_weat(const WordFinder& finder, const WeatWords& words,
                     const PermutationOptions& options) {
  const std::array lists{&words.x, &words.y, &words.a, &words.b};
  WeatAudit audit{
      .name = words.name, .categories = {}, .missing = {}, .zero = {}, .result = {}, .failure = {}};
  std::array<DenseVectors, 4> vectors;
  KnownWords all;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const auto known = finder.find(lists[i]->words);
    audit.categories[i] = lists[i]->name;
    audit.used[i] = known.ids.size();
    audit.listed[i] = lists[i]->words.size();
    all.add(known);
    if (known.ids.empty() && audit.failure.empty()) {
      audit.failure = fmt::format("none of the words of {} has a vector", lists[i]->name);
    }
    vectors[i] = unit_vectors_of(finder.embeddings(), known.ids);
  }
  audit.missing = std::move(all.missing);
  audit.zero = std::move(all.zero);
  if (!audit.failure.empty()) return audit;
  try {
    audit.result = weat(vectors[0], vectors[1], vectors[2], vectors[3], options);
  } catch (const NumericError& error) {
    audit.failure = error.what();
  }
  return audit;
}

}  // namespace

void AuditOptions::validate() const {
  if (components == 0) throw UsageError("components: expected at least 1, found 0");
  if (!(exponent >= 0)) {
    throw UsageError(fmt::format("exponent: expected at least 0, found {}", exponent));
  }
  hidden.validate();
  permutations.validate();
}

FoundAxis find_axis(const WordFinder& finder, const AxisWords& words, const AuditOptions& options) {
  const auto message = [&](const Error& error) {
    return fmt::format("{}: {}", words.name, error.what());
  };
  try {
    return words.ends ? axis_of_lists(finder, words, options)
                      : axis_of_sets(finder, words, options);
  } catch (const UsageError& error) {
    throw UsageError(message(error));
  } catch (const NumericError& error) {
    throw NumericError(message(error));
  } catch (const Error& error) {
    throw Error(message(error));
  }
}

ListAudit audit_list(const WordFinder& finder, const FoundAxis& axis, const WordList& list,
                     const AuditOptions& options) {
  const auto& embeddings = finder.embeddings();
  auto known = finder.find(list.words);
  require_known(known, list.name);
  const auto units = unit_vectors_of(embeddings, known.ids);
  const auto direction = axis.axis.direction();
  const auto cosines = projections(units, direction);
  const auto ripa = projections(ripa_vectors(options)(embeddings, known.ids), axis.relation);
  ListAudit audit{.name = list.name,
                  .words = {},
                  .listed = list.words.size(),
                  .missing = std::move(known.missing),
                  .zero = std::move(known.zero),
                  .direct_bias = direct_bias(cosines, options.exponent),
                  .indirect_bias = nearest_indirect_bias(units, direction),
                  .mean_ripa = direct_bias(ripa, 1),
                  .spearman = {}};
  for (std::size_t i = 0; i < known.ids.size(); ++i) {
    audit.words.push_back({known.ids[i], cosines[i], ripa[i]});
  }
  std::ranges::stable_sort(audit.words, std::greater<>(), &MeasuredWord::projection);
  if (!list.scores.empty()) {
    std::vector<double> scores;
    for (const auto place : known.places) scores.push_back(list.scores[place]);
    audit.spearman = spearman(scores, cosines);
  }
  return audit;
}

BiasedWords find_biased_words(const WordFinder& finder, const AuditWords& words,
                              const FoundAxis& axis, const HiddenBiasOptions& options) {
  auto excluded = find_specific(finder, words.specific).ids;
  excluded.insert(excluded.end(), axis.words.ids.begin(), axis.words.ids.end());
  return most_biased_words(finder.embeddings(), axis.axis.direction(), excluded, options);
}

BiasAudit audit_bias(const WordFinder& finder, const AuditWords& words, const AuditOptions& options,
                     const AuditReference& before, const Monitor& monitor) {
  options.validate();
  BiasAudit audit;
  StageReporter reporter(monitor, "bias", "measures", words.axes.size() + words.weat.size());
  std::uint64_t done = 0;
  const auto step = [&] {
    reporter.report(++done);
    monitor.throw_if_stopped();
  };
  for (std::size_t i = 0; i < words.axes.size(); ++i) {
    AxisAudit axis{.found = i < before.axes.size() ? before.axes[i]
                                                   : find_axis(finder, words.axes[i], options),
                   .lists = {},
                   .biased = {},
                   .hidden = {}};
    for (const auto& list : words.lists) {
      axis.lists.push_back(audit_list(finder, axis.found, list, options));
    }
    axis.biased = i < before.biased.size()
                      ? before.biased[i]
                      : find_biased_words(finder, words, axis.found, options.hidden);
    axis.hidden = hidden_bias(finder.embeddings(), axis.biased, options.hidden);
    audit.axes.push_back(std::move(axis));
    step();
  }
  for (const auto& test : words.weat) {
    audit.weat.push_back(audit_weat(finder, test, options.permutations));
    step();
  }
  reporter.finish({.done = done});
  return audit;
}

}  // namespace wordkin
