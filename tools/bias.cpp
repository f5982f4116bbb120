#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/parallel.h"
#include "embed/bias/measures.h"
#include "embed/vectors/vector_file.h"
#include "tools/answers.h"
#include "tools/bias_options.h"
#include "tools/bias_report.h"
#include "tools/command.h"
#include "tools/output.h"

namespace wordkin {
namespace {

struct BiasCommand {
  CommonOptions common;
  Arguments vectors;
  BiasOptions bias;
  std::filesystem::path original;
  std::vector<std::string> indirect;
  std::size_t top = 10;
  std::filesystem::path report;
};

void parse(const Arguments& arguments, BiasCommand& options) {
  CommandLine line(
      "bias VECTORS [--pairs FILE] [--weat FILE]... [--words FILE]...",
      "How far word vectors carry a bias. From pairs such as she - he: the axis that they share,\n"
      "and along it the projections of words, direct and indirect bias (Bolukbasi et al. 2016),\n"
      "RIPA (Ethayarajh et al. 2019), and whether the most biased words can be told apart by\n"
      "their vectors (Gonen and Goldberg 2019), where 0.5 is chance. From lists of words: the\n"
      "word embedding association test, WEAT (Caliskan et al. 2017). Files are JSON; see\n"
      "datasets/README.md.\n",
      "  wordkin bias vectors.safetensors --pairs gender-en.json --words gender-en.json\n"
      "  wordkin bias vectors.safetensors --pairs gender-en.json --indirect softball --indirect "
      "football\n"
      "  wordkin bias vectors.safetensors --weat weat1.jsonl --weat weat6.jsonl --ignore-case "
      "--json\n"
      "  wordkin bias vectors.safetensors --pairs gender-en.json --words gender-en.json --report "
      "bias.html\n"
      "  wordkin bias debiased.safetensors --pairs gender-en.json --original "
      "vectors.safetensors\n");
  options.bias.add_to(line);
  line.option("original", options.original, "VECTORS",
              "the vectors before debiasing: the most biased words are theirs");
  line.option("indirect", options.indirect, "WORD",
              "the indirect bias of each two of these words; may be given several times");
  line.option("top", options.top, "N", "how many words to show of each end");
  line.option("report", options.report, "FILE", "write the tables as an HTML page too");
  line.arguments(options.vectors, 1, 1);
  line.common(options.common);
  line.parse(arguments);
  options.bias.audit.hidden.seed = options.bias.audit.permutations.seed;
  options.bias.audit.validate();
  if (options.bias.pairs.empty() && options.bias.weat.empty()) {
    throw UsageError("bias: expected --pairs FILE or --weat FILE");
  }
  if (options.bias.pairs.empty()) {
    line.refuse({"words", "specific", "original", "indirect", "components", "exponent",
                 "most-biased", "restrict"},
                "bias without an axis", "give --pairs FILE too");
  }
  if (options.indirect.size() == 1) {
    throw UsageError("--indirect: expected at least two words, found one");
  }
  auto inputs = options.bias.paths();
  inputs.insert(inputs.end(), {options.vectors.front(), options.original});
  check_report(options.report, inputs, options.common);
}

// The indirect bias of two words along an axis.
struct IndirectPair {
  std::string axis, a, b;
  double similarity = 0;
  std::optional<double> indirect_bias;
};

std::vector<IndirectPair> indirect_pairs(const Embeddings& embeddings, const BiasAudit& audit,
                                         const std::vector<std::string>& words) {
  DenseVectors vectors;
  for (const auto& word : words) {
    vectors.push_back(unit_vector_of(embeddings, require_word(embeddings.vocabulary(), word)));
  }
  std::vector<IndirectPair> pairs;
  for (const auto& axis : audit.axes) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      for (auto j = i + 1; j < words.size(); ++j) {
        pairs.push_back({axis.found.name, words[i], words[j], dot(vectors[i], vectors[j]),
                         indirect_bias(vectors[i], vectors[j], axis.found.axis.direction())});
      }
    }
  }
  return pairs;
}

// The most biased words of the original vectors along each axis, as words of these vectors.
std::vector<BiasedWords> biased_in(const std::filesystem::path& original,
                                   const BiasCommand& options, const AuditWords& words,
                                   const Vocabulary& vocabulary) {
  const auto embeddings = load_embeddings(original);
  const WordFinder finder(embeddings, options.bias.letter_case());
  std::vector<BiasedWords> result;
  for (const auto& axis : words.axes) {
    const auto found = find_axis(finder, axis, options.bias.audit);
    const auto own = find_biased_words(finder, words, found, options.bias.audit.hidden);
    const auto here = [&](const std::vector<WordId>& ids) {
      std::vector<WordId> there;
      for (const auto id : ids) {
        if (const auto word = vocabulary.find(embeddings.vocabulary().word(id))) {
          there.push_back(*word);
        }
      }
      return there;
    };
    result.push_back(balanced({here(own.positive), here(own.negative)}));
  }
  return result;
}

void print_indirect(const std::vector<IndirectPair>& pairs) {
  if (!pairs.empty()) print_out("indirect bias\n");
  for (const auto& [axis, a, b, similarity, share] : pairs) {
    print_out("  {}: {} and {}, cosine {:.4f}: {}\n", axis, a, b, similarity,
              figure_or(share, "undefined"));
  }
}

nlohmann::ordered_json indirect_json(const std::vector<IndirectPair>& pairs) {
  auto json = nlohmann::ordered_json::array();
  for (const auto& [axis, a, b, similarity, share] : pairs) {
    json.push_back({{"axis", axis},
                    {"a", a},
                    {"b", b},
                    {"similarity", similarity},
                    {"indirect_bias", or_null(share)}});
  }
  return json;
}

Report bias_page(const BiasCommand& options, const BiasAudit& audit,
                 const std::vector<IndirectPair>& indirect, const Vocabulary& vocabulary) {
  Report report{.title = fmt::format("Bias of {}", options.vectors.front()),
                .details = fmt::format("Vectors of {}.", counted(vocabulary.size(), "word")),
                .charts = {},
                .tables = audit_tables(audit, vocabulary)};
  if (indirect.empty()) return report;
  ReportTable table{"Indirect bias", {"", "cosine", "indirect bias"}, {}};
  for (const auto& [axis, a, b, similarity, share] : indirect) {
    table.rows.push_back({fmt::format("{}: {} and {}", axis, a, b),
                          fmt::format("{:.4f}", similarity), figure_or(share, "undefined")});
  }
  report.tables.push_back(std::move(table));
  return report;
}

// Throws when tests had no result.
void require_results(const BiasAudit& audit) {
  std::size_t without = 0;
  for (const auto& test : audit.weat) {
    if (test.result) continue;
    ++without;
    print_error("wordkin: {}: {}\n", test.name, test.failure);
  }
  if (without > 0) {
    throw Error(fmt::format("no result of {} of {} WEAT tests", without, audit.weat.size()));
  }
}

void run(const BiasCommand& options, const Monitor& monitor) {
  const auto words = options.bias.read();
  const auto embeddings = load_embeddings(options.vectors.front());
  const auto& vocabulary = embeddings.vocabulary();
  const WordFinder finder(embeddings, options.bias.letter_case());
  AuditReference before;
  if (!options.original.empty()) {
    before.biased = biased_in(options.original, options, words, vocabulary);
  }
  const auto audit = audit_bias(finder, words, options.bias.audit, before, monitor);
  const auto indirect = indirect_pairs(embeddings, audit, options.indirect);
  if (options.common.json) {
    nlohmann::ordered_json json = {{"vectors", options.vectors.front()}};
    json.update(audit_json(audit, vocabulary));
    json["indirect"] = indirect_json(indirect);
    print_json(json, JsonLayout::kIndented);
  } else {
    print_audit(audit, vocabulary, options.top);
    print_indirect(indirect);
  }
  flush_out();
  if (!options.report.empty()) {
    write_report(options.report, bias_page(options, audit, indirect, vocabulary));
  }
  if (!options.common.quiet) warn_of_missing(audit, vocabulary);
  require_results(audit);
}

}  // namespace

void bias_command(const Arguments& arguments, const std::stop_token& stop) {
  BiasCommand options;
  parse(arguments, options);
  const CommandMonitor monitor(options.common, stop);
  with_threads(options.common.threads, [&] { run(options, monitor.monitor()); });
}

}  // namespace wordkin
