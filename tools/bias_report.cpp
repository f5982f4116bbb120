#include "tools/bias_report.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/answers.h"
#include "tools/display.h"
#include "tools/output.h"

namespace wordkin {
namespace {

using Json = nlohmann::ordered_json;

void print_axis(const FoundAxis& axis) {
  print_out("{}: {} (+) to {} (-)", axis.name, axis.ends[0], axis.ends[1]);
  if (axis.axis.variance_shares.empty()) {
    print_out(", the difference of the means of two lists\n");
    return;
  }
  print_out(", {} of {} sets\n  variance of its principal components:", axis.used, axis.sets);
  const auto& shares = axis.axis.variance_shares;
  for (std::size_t i = 0; i < std::min(kComponentsShown, shares.size()); ++i) {
    print_out("  {:.1f} %", 100 * shares[i]);
  }
  print_out("\n");
}

void print_list(const ListAudit& list, const Vocabulary& vocabulary, std::size_t top) {
  print_out("  {}, {} of {} words\n", list.name, list.words.size(), list.listed);
  print_out("    direct bias {:.4f}  indirect bias {}  mean |RIPA| {:.4f}", list.direct_bias,
            figure_or(list.indirect_bias, "-"), list.mean_ripa);
  if (list.spearman) print_out("  spearman with the file's scores {:.4f}", *list.spearman);
  print_out("\n    {:>10} {:>8}\n", "projection", "RIPA");
  const auto shown = std::min(top, (list.words.size() + 1) / 2);
  for (std::size_t i = 0; i < list.words.size(); ++i) {
    const auto from_end = list.words.size() - i;
    if (i >= shown && from_end > shown) continue;
    const auto& [word, projection, ripa] = list.words[i];
    print_out("    {:>+10.4f} {:>+8.4f}  {}\n", projection, ripa, vocabulary.word(word));
    if (i + 1 == shown && list.words.size() > 2 * shown) print_out("    {:>10}\n", "...");
  }
}

std::string joined(const std::vector<WordId>& words, const Vocabulary& vocabulary,
                   std::size_t top) {
  std::string text;
  for (std::size_t i = 0; i < std::min(top, words.size()); ++i) {
    text += fmt::format(" {}", vocabulary.word(words[i]));
  }
  return text;
}

void print_hidden(const AxisAudit& axis, const Vocabulary& vocabulary, std::size_t top) {
  print_out("  most biased words\n    +{}\n    -{}\n",
            joined(axis.biased.positive, vocabulary, top),
            joined(axis.biased.negative, vocabulary, top));
  if (!axis.hidden) return print_out("    too few to tell whether bias is hidden\n");
  const auto& hidden = *axis.hidden;
  print_out("    {} words in 2 clusters: accuracy {:.4f}\n", hidden.clustered,
            hidden.cluster_accuracy);
  if (!hidden.classifier_accuracy) return;
  print_out("    classifier of {} words, on {} others: accuracy {:.4f}\n", hidden.trained,
            hidden.tested, *hidden.classifier_accuracy);
}

void print_weat(const std::vector<WeatAudit>& tests) {
  print_out("{:<12} {:>11} {:>9}  {:<28} {}\n", "WEAT", "effect size", "p", "partitions",
            "x, y; a, b (words used)");
  for (const auto& test : tests) {
    const auto& [x, y, a, b] = test.categories;
    const auto& used = test.used;
    const auto lists =
        fmt::format("{} {}, {} {}; {} {}, {} {}", x, used[0], y, used[1], a, used[2], b, used[3]);
    if (!test.result) {
      print_out("{:<12} {:>11} {:>9}  {:<28} {}\n", test.name, "-", "-", "-", lists);
      continue;
    }
    print_out("{:<12} {:>11.4f} {:>9.2g}  {:<28} {}\n", test.name, test.result->effect_size,
              test.result->test.p_value, describe_test(test.result->test), lists);
  }
}

Json list_json(const ListAudit& list, const Vocabulary& vocabulary) {
  auto words = Json::array();
  for (const auto& [word, projection, ripa] : list.words) {
    words.push_back({{"word", vocabulary.word(word)}, {"projection", projection}, {"ripa", ripa}});
  }
  return {{"name", list.name},
          {"direct_bias", list.direct_bias},
          {"indirect_bias", or_null(list.indirect_bias)},
          {"mean_ripa", list.mean_ripa},
          {"spearman", or_null(list.spearman)},
          {"listed", list.listed},
          {"missing", list.missing},
          {"zero", list.zero},
          {"words", words}};
}

Json words_json(const std::vector<WordId>& words, const Vocabulary& vocabulary) {
  auto json = Json::array();
  for (const auto word : words) json.push_back(vocabulary.word(word));
  return json;
}

Json hidden_json(const AxisAudit& axis, const Vocabulary& vocabulary) {
  constexpr std::size_t kListed = 20;
  const auto first = [&](std::vector<WordId> words) {
    words.resize(std::min(kListed, words.size()));
    return words_json(words, vocabulary);
  };
  Json json = {{"positive", first(axis.biased.positive)},
               {"negative", first(axis.biased.negative)}};
  if (!axis.hidden) return json;
  json["clustered"] = axis.hidden->clustered;
  json["cluster_accuracy"] = axis.hidden->cluster_accuracy;
  json["trained"] = axis.hidden->trained;
  json["tested"] = axis.hidden->tested;
  json["classifier_accuracy"] = or_null(axis.hidden->classifier_accuracy);
  return json;
}

Json axis_json(const AxisAudit& axis, const Vocabulary& vocabulary) {
  const auto& found = axis.found;
  Json json = {{"name", found.name},        {"positive", found.ends[0]},
               {"negative", found.ends[1]}, {"sets", found.sets},
               {"used", found.used},        {"missing", found.words.missing},
               {"zero", found.words.zero},  {"variance_shares", found.axis.variance_shares},
               {"words", Json::array()},    {"most_biased", hidden_json(axis, vocabulary)}};
  for (const auto& list : axis.lists) json["words"].push_back(list_json(list, vocabulary));
  return json;
}

Json weat_json(const WeatAudit& test) {
  Json json = {{"name", test.name}};
  constexpr std::array kKeys{"targ1", "targ2", "attr1", "attr2"};
  for (std::size_t i = 0; i < kKeys.size(); ++i) {
    json[kKeys[i]] = {
        {"category", test.categories[i]}, {"used", test.used[i]}, {"listed", test.listed[i]}};
  }
  json["missing"] = test.missing;
  json["zero"] = test.zero;
  if (!test.result) {
    json["error"] = test.failure;
    return json;
  }
  const auto& [effect_size, permutation] = *test.result;
  json["effect_size"] = effect_size;
  json["p_value"] = permutation.p_value;
  json["p_standard_error"] = permutation.standard_error;
  json["exact"] = permutation.count == PermutationCount::kExact;
  json["partitions"] = permutation.permutations;
  return json;
}

}  // namespace

std::string describe_test(const PermutationTest& test) {
  if (test.count == PermutationCount::kExact) {
    return fmt::format("all {}", format_count(test.permutations));
  }
  return fmt::format("{} drawn, +-{:.1g}", format_count(test.permutations), test.standard_error);
}

void print_audit(const BiasAudit& audit, const Vocabulary& vocabulary, std::size_t top) {
  for (const auto& axis : audit.axes) {
    print_axis(axis.found);
    for (const auto& list : axis.lists) print_list(list, vocabulary, top);
    print_hidden(axis, vocabulary, top);
  }
  if (!audit.weat.empty()) print_weat(audit.weat);
}

nlohmann::ordered_json audit_json(const BiasAudit& audit, const Vocabulary& vocabulary) {
  Json json = {{"axes", Json::array()}, {"weat", Json::array()}};
  for (const auto& axis : audit.axes) json["axes"].push_back(axis_json(axis, vocabulary));
  for (const auto& test : audit.weat) json["weat"].push_back(weat_json(test));
  return json;
}

}  // namespace wordkin
