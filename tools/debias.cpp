#include "embed/bias/debias.h"

#include <array>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/parallel.h"
#include "embed/vectors/vector_file.h"
#include "tools/answers.h"
#include "tools/bias_options.h"
#include "tools/bias_report.h"
#include "tools/command.h"
#include "tools/debias_receipt.h"
#include "tools/output.h"
#include "tools/sentiment_train_options.h"

namespace wordkin {
namespace {

enum class DebiasMethod { kHard, kSoft };

}  // namespace

template <>
inline constexpr std::array<std::string_view, 2> kEnumNames<DebiasMethod>{"hard", "soft"};

namespace {

struct DebiasCommand {
  CommonOptions common;
  Arguments vectors;
  std::filesystem::path output;
  std::optional<VectorFormat> format;
  DebiasMethod method = DebiasMethod::kHard;
  std::filesystem::path equalize;
  double tradeoff = SoftDebiasOptions{}.tradeoff;
  BiasOptions bias;
  UsefulnessFiles use;
  std::filesystem::path report;
};

void add_options(CommandLine& line, DebiasCommand& options) {
  line.option("output,o", options.output, "FILE", "the vectors to write");
  line.option("format", options.format, "FORMAT",
              "safetensors, word2vec-text, word2vec-binary or glove, whatever FILE is named");
  line.option("method", options.method, "METHOD",
              "hard: neutral words lose the axis; soft: as far as inner products stay the same");
  line.option("equalize", options.equalize, "FILE",
              "sets of words to make alike but for the axis, in their case variants too (hard)");
  line.option("tradeoff", options.tradeoff, "X",
              "how much neutrality counts against inner products, above 0 (soft)");
  line.group("Bias to measure and to remove");
  options.bias.add_to(line);
  line.group("What it costs");
  line.option("analogies", options.use.analogies, "FILE",
              "analogy questions; may be given several times");
  line.option("similarities", options.use.similarities, "FILE",
              "pairs of words with scores; may be given several times");
  line.option("sentiment", options.use.sentiment, "MODEL",
              "a classifier: its word vectors are replaced by these, at their lengths");
  line.option("data", options.use.data, "DATA", "labelled texts for it");
  add_column_options(line, options.use.columns);
  line.option("report", options.report, "FILE", "write the receipt as an HTML page");
}

void check(const CommandLine& line, const DebiasCommand& options) {
  if (options.output.empty()) throw UsageError("debias: expected -o FILE");
  if (options.bias.pairs.empty()) throw UsageError("debias: expected --pairs FILE");
  if (options.method == DebiasMethod::kHard) {
    line.refuse({"tradeoff"}, "hard debiasing", "leave it off, or choose --method soft");
  } else {
    line.refuse({"equalize"}, "soft debiasing", "leave it off, or choose --method hard");
  }
  if (options.use.sentiment.empty() != options.use.data.empty()) {
    throw UsageError("debias: --sentiment MODEL and --data DATA go together");
  }
  SoftDebiasOptions{.tradeoff = options.tradeoff, .specific = {}}.validate();
  options.bias.audit.validate();
}

void parse(const Arguments& arguments, DebiasCommand& options) {
  CommandLine line(
      "debias VECTORS -o OUT --pairs FILE [--method hard|soft]",
      "Removes the axis that pairs such as she - he share from word vectors, several axes at once "
      "with\n"
      "several --pairs, and shows what that changed (Bolukbasi et al. 2016). The words of the "
      "pairs, of\n"
      "--specific and of --equalize keep their part along the axis. All vectors of OUT have length "
      "1.\n"
      "Debiasing can hide a bias rather than remove it: look at the accuracies of clusters and\n"
      "classifier, where 0.5 is chance.\n",
      "  wordkin debias vectors.safetensors -o neutral.safetensors --pairs gender-en.json "
      "--equalize gender-en.json --specific gender-en.json\n"
      "  wordkin debias vectors.bin -o soft.bin --pairs gender-en.json --method soft --tradeoff "
      "0.5\n"
      "  wordkin debias vectors.safetensors -o fair.safetensors --pairs gender-en.json --pairs "
      "age-en.json --words gender-en.json --analogies questions-words.txt --report receipt.html\n");
  add_options(line, options);
  line.arguments(options.vectors, 1, 1);
  line.common(options.common);
  line.parse(arguments);
  check(line, options);
  options.bias.audit.hidden.seed = options.bias.audit.permutations.seed;
  options.bias.audit.ripa = RipaVectors::kUnit;
  if (!options.format) options.format = format_for(options.output);
  auto inputs = options.bias.paths();
  for (const auto& path : {std::filesystem::path(options.vectors.front()), options.equalize,
                           options.use.sentiment, options.use.data}) {
    inputs.push_back(path);
  }
  for (const auto* paths : {&options.use.analogies, &options.use.similarities}) {
    inputs.insert(inputs.end(), paths->begin(), paths->end());
  }
  check_report(options.report, inputs, options.common);
  inputs.push_back(options.report);
  check_output(options.output, inputs, options.common);
}

// What was done, and the vectors that came of it.
struct Debiased {
  Embeddings embeddings;
  std::string details;
  nlohmann::ordered_json json;
};

class Debiaser {
 public:
  Debiaser(const DebiasCommand& options, const Embeddings& embeddings)
      : options_(options),
        embeddings_(embeddings),
        finder_(embeddings, options.bias.letter_case()) {}

  Debiased run(const AuditWords& words, const BiasAudit& before) const {
    std::vector<BiasAxis> axes;
    auto specific = find_specific(finder_, words.specific);
    if (!words.specific.empty()) require_known(specific, options_.bias.specific.string());
    warn(options_.bias.specific, specific.missing, specific.zero);
    for (const auto& axis : before.axes) {
      axes.push_back(axis.found.axis);
      specific.add(axis.found.words);
    }
    const auto basis = joint_basis(axes);
    return options_.method == DebiasMethod::kHard ? hard(basis, specific.ids)
                                                  : soft(basis, specific.ids);
  }

 private:
  Debiased hard(const DenseVectors& basis, const std::vector<WordId>& specific) const {
    const auto sets =
        options_.equalize.empty() ? std::vector<WordSet>{} : read_equality_sets(options_.equalize);
    const auto known = find_equality_sets(finder_, sets);
    warn(options_.equalize, known.missing, known.zero);
    if (!sets.empty() && known.sets.empty()) {
      throw Error(fmt::format("{}: no set has two words with vectors", options_.equalize.string()));
    }
    auto result = hard_debias(embeddings_, basis, {.specific = specific, .equalized = known.sets});
    warn_of_sets(result.overlapping, known, "has a word of an earlier set, and was left out");
    warn_of_sets(result.not_different, known, "does not differ along the axis, and was left out");
    if (!result.emptied.empty() && !options_.common.quiet) {
      print_error("wordkin: {} words had nothing but the axis, and are zero now\n",
                  result.emptied.size());
    }
    return {.embeddings = with_vectors(std::move(result.vectors)),
            .details = fmt::format("{} words neutralised, {} specific, {} sets equalised",
                                   result.neutralized, specific.size(), result.equalized),
            .json = {{"neutralized", result.neutralized},
                     {"specific", specific.size()},
                     {"equalized", result.equalized},
                     {"overlapping", result.overlapping.size()},
                     {"not_different", result.not_different.size()},
                     {"emptied", result.emptied.size()},
                     {"missing", known.missing}}};
  }

  Debiased soft(const DenseVectors& basis, const std::vector<WordId>& specific) const {
    auto result =
        soft_debias(embeddings_, basis, {.tradeoff = options_.tradeoff, .specific = specific});
    return {.embeddings = with_vectors(std::move(result.vectors)),
            .details = fmt::format("trade-off {}: inner products changed by {:.4f}, neutral words "
                                   "are {:.4f} along the axis (root mean squares)",
                                   options_.tradeoff, result.inner_product_change,
                                   result.neutral_projection),
            .json = {{"tradeoff", options_.tradeoff},
                     {"specific", specific.size()},
                     {"inner_product_change", result.inner_product_change},
                     {"neutral_projection", result.neutral_projection}}};
  }

  Embeddings with_vectors(Matrix vectors) const {
    std::vector<std::string> axes;
    for (const auto& path : options_.bias.pairs) axes.push_back(path.filename().string());
    auto metadata = embeddings_.metadata();
    metadata["debias"] = fmt::format("{}, {}", enum_name(options_.method), fmt::join(axes, ", "));
    return {embeddings_.vocabulary(), std::move(vectors), {}, std::move(metadata)};
  }

  void warn(const std::filesystem::path& file, const std::vector<std::string>& missing,
            const std::vector<std::string>& zero) const {
    if (options_.common.quiet) return;
    warn_of_missing(file.string(), missing, zero, embeddings_.vocabulary());
  }

  void warn_of_sets(const std::vector<std::size_t>& places, const KnownSets& known,
                    std::string_view what) const {
    if (options_.common.quiet) return;
    for (const auto place : places) {
      std::vector<std::string_view> words;
      for (const auto word : known.sets[place]) {
        words.push_back(embeddings_.vocabulary().word(word));
      }
      print_error("wordkin: {}: {} {}\n", options_.equalize.string(), fmt::join(words, ", "), what);
    }
  }

  const DebiasCommand& options_;
  const Embeddings& embeddings_;
  WordFinder finder_;
};

void warn_of_tuning(const UsefulnessSets& sets, const Usefulness& before, const Monitor& monitor) {
  const auto as_is = sentiment_accuracy(*sets.model, sets.texts, monitor);
  if (std::abs(as_is - *before.sentiment_accuracy) < 5e-5) return;
  print_error(
      "wordkin: the classifier has learned word vectors of its own, with accuracy {:.4f}; the "
      "receipt compares these vectors in their place, before and after\n",
      as_is);
}

void run(const DebiasCommand& options, const Monitor& monitor) {
  const auto words = options.bias.read();
  const auto sets = read_usefulness_sets(options.use);
  const auto embeddings = load_embeddings(options.vectors.front());
  const auto& vocabulary = embeddings.vocabulary();
  const auto letter_case = options.bias.letter_case();
  const auto use_of = [&](const Embeddings& vectors) {
    return measure_usefulness(vectors, sets, options.bias.audit.hidden.restrict_to, letter_case,
                              monitor);
  };
  BeforeAndAfter measured;
  measured.bias_before =
      audit_bias(WordFinder(embeddings, letter_case), words, options.bias.audit, {}, monitor);
  if (!options.common.quiet) warn_of_missing(measured.bias_before, vocabulary);
  const auto debiased = Debiaser(options, embeddings).run(words, measured.bias_before);
  AuditReference before;
  for (const auto& axis : measured.bias_before.axes) {
    before.axes.push_back(axis.found);
    before.biased.push_back(axis.biased);
  }
  const WordFinder finder(debiased.embeddings, letter_case);
  measured.bias_after = audit_bias(finder, words, options.bias.audit, before, monitor);
  measured.anew = audit_anew(finder, words, options.bias.audit);
  measured.use_before = use_of(embeddings);
  measured.use_after = use_of(debiased.embeddings);
  if (sets.model && !options.common.quiet) warn_of_tuning(sets, measured.use_before, monitor);

  const Receipt receipt{.title = fmt::format("{}, debiased ({}) as {}", options.vectors.front(),
                                             enum_name(options.method), options.output.string()),
                        .details = debiased.details,
                        .rows = receipt_rows(measured, options.use)};
  const auto bytes = save_embeddings(options.output, debiased.embeddings, *options.format, monitor);
  if (options.common.json) {
    nlohmann::ordered_json json = {{"output", options.output.string()},
                                   {"bytes", bytes},
                                   {"method", enum_name(options.method)}};
    json.update(debiased.json);
    json["receipt"] = receipt_json(receipt);
    json["before"] = audit_json(measured.bias_before, vocabulary);
    json["after"] = audit_json(measured.bias_after, vocabulary);
    print_json(json, JsonLayout::kIndented);
  } else if (options.output != "-") {
    print_receipt(receipt);
  }
  flush_out();
  if (!options.report.empty()) write_report(options.report, receipt_report(receipt));
}

}  // namespace

void debias_command(const Arguments& arguments, const std::stop_token& stop) {
  DebiasCommand options;
  parse(arguments, options);
  const CommandMonitor monitor(options.common, stop);
  with_threads(options.common.threads, [&] { run(options, monitor.monitor()); });
}

}  // namespace wordkin
