#include "tools/train_report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/answers.h"
#include "tools/display.h"
#include "tools/output.h"

namespace wordkin {
namespace {

// "2.5 epochs".
std::string epochs_text(double epochs) {
  return fmt::format("{:.4g} epoch{}", epochs, epochs == 1 ? "" : "s");
}

std::string_view unit_of(const TrainOptions& options) {
  return options.model == TrainedModel::kGlove ? "entries" : "words";
}

// So much may be chance.
constexpr double kMaxRise = 1.01;

void warn_of_high_loss(const TrainReport& report) {
  const auto& losses = report.losses;
  if (!report.untrained_loss) {
    if (losses.back() <= kMaxRise * losses.front()) return;
    print_error("wordkin: the loss rose from {:.4g} to {:.4g}: try a lower --eta\n", losses.front(),
                losses.back());
  } else if (losses.back() > kMaxRise * *report.untrained_loss) {
    print_error(
        "wordkin: the loss is {:.4g}, that of vectors that learned nothing {:.4g}: try a lower "
        "--alpha\n",
        losses.back(), *report.untrained_loss);
  }
}

// Less than a pair for so many words of text is hardly what was meant.
constexpr double kMostWordsPerPair = 100;

void warn_of_few_pairs(const TrainReport& report) {
  const auto found = report.metadata.find("positive_pairs");
  if (found == report.metadata.end()) return;
  const auto pairs = std::stod(found->second);
  const auto words =
      static_cast<double>(report.corpus_words) * static_cast<double>(report.losses.size());
  if (words <= kMostWordsPerPair * pairs) return;
  print_error(
      "wordkin: learned from {} only: give longer sentences, a lower --min-count, or "
      "--sample 0, which keeps all words\n",
      counted(static_cast<std::uint64_t>(pairs), "pair of words", "pairs of words"));
}

}  // namespace

void print_train_summary(const TrainOptions& options, const TrainReport& report) {
  warn_of_high_loss(report);
  warn_of_few_pairs(report);
  if (report.corpus_words > 0) {
    print_error("text      {}, {} of them in the vocabulary of {}; {}\n",
                counted(report.text.tokens, "token"), format_count(report.corpus_words),
                counted(report.vocabulary, "word"), format_duration(report.read_seconds));
  }
  if (report.start_words) {
    print_error("start     {} of the words are in {}\n", format_count(*report.start_words),
                options.init.string());
  }
  if (report.growth) print_growth(*report.growth);
  if (report.cooccurrences) {
    print_error(
        "counts    {}; {}\n", counted(report.cooccurrences->nonzeros, "co-occurrence"),
        format_duration(report.corpus_words > 0 ? report.count_seconds : report.read_seconds));
  }
  if (report.resumed_epochs) {
    print_error("resumed   after {}, {}\n", epochs_text(*report.resumed_epochs),
                options.checkpoint.resume.string());
  }
  const auto epochs = options.epochs() - report.resumed_epochs.value_or(0);
  print_error("training  {}, {}, loss {:.4f} in the last; {}\n", epochs_text(epochs),
              format_rate(report.rate, unit_of(options)), report.losses.back(),
              format_duration(report.train_seconds));
  print_error("saved     {}, {}; {}; peak memory {}\n", options.output.string(),
              format_bytes(report.output_bytes), format_duration(report.save_seconds),
              format_bytes(peak_memory()));
}

void print_train_json(const TrainOptions& options, const TrainReport& report) {
  nlohmann::ordered_json json = {{"output", options.output.string()},
                                 {"bytes", report.output_bytes},
                                 {"vocabulary", report.vocabulary},
                                 {"tokens", report.text.tokens},
                                 {"types", report.text.types},
                                 {"invalid_utf8_tokens", report.text.invalid_tokens},
                                 {"corpus_words", report.corpus_words},
                                 {"epochs", options.epochs()},
                                 {fmt::format("{}_per_second", unit_of(options)), report.rate},
                                 {"mean_loss", report.losses},
                                 {"metadata", report.metadata},
                                 {"seconds", report.seconds()},
                                 {"read_seconds", report.read_seconds},
                                 {"train_seconds", report.train_seconds},
                                 {"save_seconds", report.save_seconds},
                                 {"peak_memory", peak_memory()}};
  if (report.start_words) json["start_words"] = *report.start_words;
  if (report.cooccurrences) {
    json["nonzeros"] = report.cooccurrences->nonzeros;
    json["count_seconds"] = report.count_seconds;
    json["temporary_bytes"] = report.cooccurrences->temporary_bytes;
  }
  if (report.growth) json.update(growth_json(*report.growth));
  if (report.resumed_epochs) json["resumed_epochs"] = *report.resumed_epochs;
  print_json(json, JsonLayout::kIndented);
}

Report train_page(const TrainOptions& options, const TrainReport& report) {
  std::vector<std::vector<std::string>> figures{
      {"words in the vocabulary", format_count(report.vocabulary)}};
  const auto add = [&](std::string name, std::string value) {
    figures.push_back({std::move(name), std::move(value)});
  };
  if (report.corpus_words > 0) {
    add("tokens in the text", format_count(report.text.tokens));
    add("of them in the vocabulary", format_count(report.corpus_words));
  }
  if (report.start_words) add("of the words in --init", format_count(*report.start_words));
  if (report.resumed_epochs) {
    add("resumed after", epochs_text(*report.resumed_epochs));
  }
  if (report.cooccurrences) add("co-occurrences", format_count(report.cooccurrences->nonzeros));
  add("training", format_rate(report.rate, unit_of(options)));
  add("time of training", format_duration(report.train_seconds));
  add("time in all", format_duration(report.seconds()));
  add("peak memory", format_bytes(peak_memory()));
  return {
      .title = options.output.string(),
      .details = fmt::format("Word vectors by {}, {}.", enum_name(options.model),
                             counted(options.epochs(), "epoch")),
      .charts = {{.title = "Mean loss", .curves = {{"training", report.losses}}}},
      .tables = {figures_table("Figures", std::move(figures)), metadata_table(report.metadata)}};
}

}  // namespace wordkin
