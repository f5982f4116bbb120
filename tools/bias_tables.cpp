#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/bias_report.h"

namespace wordkin {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string figure(std::optional<double> value) { return figure_or(value, "-"); }

std::string joined(const std::vector<WordId>& words, const Vocabulary& vocabulary) {
  constexpr std::size_t kShown = 20;
  std::vector<std::string_view> shown;
  for (std::size_t i = 0; i < std::min(kShown, words.size()); ++i) {
    shown.push_back(vocabulary.word(words[i]));
  }
  return fmt::format("{}", fmt::join(shown, ", "));
}

ReportTable axis_table(const AxisAudit& axis, const Vocabulary& vocabulary) {
  const auto& [name, ends, direction, relation, sets, used, words] = axis.found;
  Rows rows{{fmt::format("from {} (+) to {} (-)", ends[0], ends[1])}};
  if (sets > 0) rows.push_back({"sets with vectors", fmt::format("{} of {}", used, sets)});
  for (std::size_t i = 0; i < std::min(kComponentsShown, direction.variance_shares.size()); ++i) {
    rows.push_back({fmt::format("variance of principal component {}", i + 1),
                    fmt::format("{:.1f} %", 100 * direction.variance_shares[i])});
  }
  rows.push_back({fmt::format("most biased, +: {}", joined(axis.biased.positive, vocabulary))});
  rows.push_back({fmt::format("most biased, -: {}", joined(axis.biased.negative, vocabulary))});
  if (const auto& hidden = axis.hidden) {
    rows.push_back({"whether these and more of them can be told apart (0.5 is chance)"});
    rows.push_back({fmt::format("accuracy of 2 clusters, {} words", hidden->clustered),
                    figure(hidden->cluster_accuracy)});
    if (hidden->classifier_accuracy) {
      rows.push_back({fmt::format("accuracy of a classifier, trained with {} words, on {} others",
                                  hidden->trained, hidden->tested),
                      figure(hidden->classifier_accuracy)});
    }
  } else {
    rows.push_back({"too few to tell whether bias is hidden"});
  }
  return figures_table(fmt::format("Axis: {}", name), std::move(rows));
}

ReportTable list_table(const std::string& axis, const ListAudit& list,
                       const Vocabulary& vocabulary) {
  Rows rows{{"direct bias", figure(list.direct_bias), ""},
            {"indirect bias", figure(list.indirect_bias), ""},
            {"mean |RIPA|", "", figure(list.mean_ripa)}};
  if (list.spearman) {
    rows.push_back({"spearman with the file's scores", figure(list.spearman), ""});
  }
  rows.push_back({fmt::format("{} of {} words", list.words.size(), list.listed)});
  for (const auto& [word, projection, ripa] : list.words) {
    rows.push_back({std::string(vocabulary.word(word)), fmt::format("{:+.4f}", projection),
                    fmt::format("{:+.4f}", ripa)});
  }
  if (!list.missing.empty()) {
    rows.push_back({fmt::format("without a vector: {}", fmt::join(list.missing, ", "))});
  }
  if (!list.zero.empty()) {
    rows.push_back({fmt::format("with a vector of zeros: {}", fmt::join(list.zero, ", "))});
  }
  return {.title = fmt::format("{}, along {}", list.name, axis),
          .columns = {"", "projection", "RIPA"},
          .rows = std::move(rows)};
}

ReportTable weat_table(const std::vector<WeatAudit>& tests) {
  Rows rows;
  for (const auto& test : tests) {
    const auto& [x, y, a, b] = test.categories;
    rows.push_back({fmt::format("{}: {}, {}; {}, {}", test.name, x, y, a, b)});
    if (!test.result) {
      rows.back().front() += fmt::format(": {}", test.failure);
      continue;
    }
    const auto& [effect_size, permutation] = *test.result;
    rows.push_back(
        {fmt::format("{} words of {}", fmt::join(test.used, ", "), fmt::join(test.listed, ", ")),
         figure(effect_size), fmt::format("{:.2g}", permutation.p_value),
         describe_test(permutation)});
  }
  return {.title = "Word embedding association tests",
          .columns = {"", "effect size", "p", "partitions"},
          .rows = std::move(rows)};
}

}  // namespace

std::vector<ReportTable> audit_tables(const BiasAudit& audit, const Vocabulary& vocabulary) {
  std::vector<ReportTable> tables;
  for (const auto& axis : audit.axes) {
    tables.push_back(axis_table(axis, vocabulary));
    for (const auto& list : axis.lists) {
      tables.push_back(list_table(axis.found.name, list, vocabulary));
    }
  }
  if (!audit.weat.empty()) tables.push_back(weat_table(audit.weat));
  return tables;
}

}  // namespace wordkin
