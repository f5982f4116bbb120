#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/output.h"
#include "common/parallel.h"
#include "embed/train/cooccurrence_records.h"
#include "embed/train/glove_state.h"
#include "tools/answers.h"
#include "tools/cooccurrence_options.h"
#include "tools/output.h"
#include "tools/train_options.h"

namespace wordkin {
namespace {

// What happened, for the summary.
struct TrainReport {
  WordId vocabulary = 0;
  std::uint64_t corpus_words = 0;  // 0 when there was no text
  TextStatistics text;
  std::optional<WordId> start_words;                    // of the vocabulary, found in --init
  std::optional<CooccurrenceStatistics> cooccurrences;  // with GloVe
  std::optional<std::size_t> resumed_epochs;
  double read_seconds = 0;
  double count_seconds = 0;
  double train_seconds = 0;
  double save_seconds = 0;
  double rate = 0;  // of words in a second, with GloVe of entries
  Metadata metadata;
  std::uint64_t output_bytes = 0;

  double seconds() const { return read_seconds + count_seconds + train_seconds + save_seconds; }
};

WordId count_common(const Vocabulary& vocabulary, const Vocabulary& other) {
  WordId common = 0;
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    if (other.find(vocabulary.word(id))) ++common;
  }
  return common;
}

Corpus read_text(const TrainOptions& options, const Monitor& monitor, TrainReport& report) {
  const Stopwatch reading;
  auto corpus = read_corpus_for(options.text, options.vocabulary, monitor);
  report.vocabulary = corpus.vocabulary.size();
  report.corpus_words = corpus.ids.words();
  report.text = corpus.statistics;
  report.read_seconds = reading.seconds();
  return corpus;
}

// What training cannot know of how the vectors were made.
Metadata describe_text_options(const TrainOptions& options) {
  const auto& text = options.text.corpus;
  if (!options.cooccurrences.empty()) return {{"vocab", options.vocabulary.string()}};
  Metadata metadata{{"min_count", fmt::to_string(text.vocabulary.min_count)},
                    {"max_vocab", fmt::to_string(text.vocabulary.max_words)},
                    {"invalid_utf8", std::string(enum_name(text.invalid_utf8))}};
  if (!options.vocabulary.empty()) metadata["vocab"] = options.vocabulary.string();
  if (!options.init.empty()) metadata["init"] = options.init.string();
  return metadata;
}

void save(const TrainOptions& options, Embeddings embeddings, const Monitor& monitor,
          TrainReport& report) {
  const Stopwatch saving;
  if (!options.save_context) embeddings = std::move(embeddings).without_context();
  embeddings = std::move(embeddings).with_metadata(describe_text_options(options));
  report.metadata = embeddings.metadata();
  report.output_bytes = save_embeddings(options.output, embeddings, *options.format, monitor);
  report.save_seconds = saving.seconds();
}

void run_word2vec(const TrainOptions& options, const Monitor& monitor, TrainReport& report) {
  std::optional<Embeddings> start;
  if (!options.init.empty()) {
    start = load_embeddings(options.init);
    check_start(*start, options.word2vec);
  }
  const auto corpus = read_text(options, monitor, report);
  if (start) report.start_words = count_common(corpus.vocabulary, start->vocabulary());
  const Stopwatch training;
  auto embeddings = train_word2vec(corpus.ids, corpus.vocabulary, options.word2vec, monitor,
                                   start ? &*start : nullptr);
  report.train_seconds = training.seconds();
  report.rate =
      static_cast<double>(report.corpus_words) * options.word2vec.epochs / report.train_seconds;
  save(options, std::move(embeddings), monitor, report);
}

// What GloVe learns from.
struct GloveInput {
  Vocabulary vocabulary;
  CooccurrenceTiles tiles;
};

// Empty tiles, with the memory that the vectors leave, and before them the text and counting. The
// bytes of the `corpus` are free again when the vectors are made.
CooccurrenceTiles make_tiles(const TrainOptions& options, WordId words, std::uint64_t corpus) {
  const auto dim = static_cast<std::size_t>(options.glove.dim);
  const auto parts = GloveModel::parts_for(words, dim);
  const auto overhead = CooccurrenceTiles::overhead(parts);
  const auto used = resident_memory();
  const auto vectors = GloveModel::bytes_for(words, dim) + used - std::min(used, corpus);
  const auto memory = options.memory.bytes;
  const auto least = std::max(vectors, 2 * overhead);
  if (least > memory) {
    throw UsageError(fmt::format("--memory: the vectors of {} words need {} at least, found {}",
                                 format_count(words), format_bytes(least), format_bytes(memory)));
  }
  const auto taken = std::max(vectors, memory / 2) + overhead;
  return {parts, memory - std::min(memory, taken), options.counting.temporary_folder};
}

GloveInput read_counts(const TrainOptions& options, const Monitor& monitor, TrainReport& report) {
  const Stopwatch reading;
  auto vocabulary = read_vocabulary_in_order(options.vocabulary);
  report.vocabulary = vocabulary.size();
  auto tiles = make_tiles(options, vocabulary.size(), 0);
  report.cooccurrences = read_cooccurrence_records(
      options.cooccurrences, vocabulary.size(), [&](const CooccurrenceRow& row) { tiles.add(row); },
      monitor);
  tiles.finish();
  report.read_seconds = reading.seconds();
  return {std::move(vocabulary), std::move(tiles)};
}

GloveInput count_text(const TrainOptions& options, const Monitor& monitor, TrainReport& report) {
  auto corpus = read_text(options, monitor, report);
  const Stopwatch counting;
  const auto words = corpus.vocabulary.size();
  // The rest is for the co-occurrences.
  const auto counting_options = with_memory(options.counting, options.memory, 0.5, words);
  auto tiles =
      make_tiles(options, words, corpus.ids.in_memory() ? corpus.ids.ids().size_bytes() : 0);
  report.cooccurrences = count_cooccurrences(
      corpus.ids, words, counting_options, [&](const CooccurrenceRow& row) { tiles.add(row); },
      monitor);
  tiles.finish();
  report.count_seconds = counting.seconds();
  return {std::move(corpus.vocabulary), std::move(tiles)};
}

Metadata describe_counting(const TrainOptions& options) {
  if (!options.cooccurrences.empty()) return {{"cooccurrences", options.cooccurrences.string()}};
  const auto& counting = options.counting;
  return {{"window", fmt::to_string(counting.window)},
          {"context", std::string(enum_name(counting.side))},
          {"distance_weight", std::string(enum_name(counting.distance_weight))}};
}

void run_glove(const TrainOptions& options, const Monitor& monitor, TrainReport& report) {
  const auto [vocabulary, tiles] = options.cooccurrences.empty()
                                       ? count_text(options, monitor, report)
                                       : read_counts(options, monitor, report);
  const Stopwatch training;
  auto model = options.resume.empty()
                   ? GloveModel::initial(tiles.parts(), static_cast<std::size_t>(options.glove.dim),
                                         options.glove.seed)
                   : load_glove_state(options.resume, tiles, vocabulary, options.glove);
  const auto epochs_before = model.losses.size();
  if (!options.resume.empty()) report.resumed_epochs = epochs_before;
  model = train_glove(tiles, vocabulary, options.glove, std::move(model), monitor);
  report.train_seconds = training.seconds();
  report.rate = static_cast<double>(tiles.entries()) *
                static_cast<double>(model.losses.size() - epochs_before) / report.train_seconds;
  auto metadata = describe_counting(options);
  metadata["nonzeros"] = fmt::to_string(tiles.entries());
  save(options,
       glove_embeddings(model, vocabulary, options.glove, options.vectors)
           .with_metadata(std::move(metadata)),
       monitor, report);
  if (!options.save_state.empty()) {
    save_glove_state(options.save_state, model, tiles, vocabulary, options.glove, monitor);
  }
}

TrainReport run(const TrainOptions& options, const Monitor& monitor) {
  TrainReport report;
  if (options.model == TrainedModel::kGlove) {
    run_glove(options, monitor, report);
  } else {
    run_word2vec(options, monitor, report);
  }
  return report;
}

// The mean loss of each epoch.
std::vector<double> losses_of(const TrainReport& report) {
  std::istringstream stream(report.metadata.at("mean_loss"));
  return {std::istream_iterator<double>(stream), {}};
}

std::string_view unit_of(const TrainOptions& options) {
  return options.model == TrainedModel::kGlove ? "entries" : "words";
}

void warn_of_rising_loss(const TrainReport& report) {
  const auto losses = losses_of(report);
  if (losses.back() <= losses.front()) return;
  print_error("wordkin: the loss rose from {:.4g} to {:.4g}: try a lower learning rate\n",
              losses.front(), losses.back());
}

void print_summary(const TrainOptions& options, const TrainReport& report) {
  if (report.corpus_words > 0) {
    print_error("text      {} tokens, {} of them in the vocabulary of {} words; {}\n",
                format_count(report.text.tokens), format_count(report.corpus_words),
                format_count(report.vocabulary), format_duration(report.read_seconds));
  }
  if (report.start_words) {
    print_error("start     {} of the words are in {}\n", format_count(*report.start_words),
                options.init.string());
  }
  if (report.cooccurrences) {
    print_error(
        "counts    {} co-occurrences; {}\n", format_count(report.cooccurrences->nonzeros),
        format_duration(report.corpus_words > 0 ? report.count_seconds : report.read_seconds));
  }
  if (report.resumed_epochs) {
    print_error("resumed   after {} epochs, {}\n", *report.resumed_epochs, options.resume.string());
  }
  const auto epochs =
      static_cast<std::size_t>(options.epochs()) - report.resumed_epochs.value_or(0);
  print_error("training  {} epochs, {}, loss {:.4f} in the last; {}\n", epochs,
              format_rate(report.rate, unit_of(options)), losses_of(report).back(),
              format_duration(report.train_seconds));
  print_error("saved     {}, {}; {}; peak memory {}\n", options.output.string(),
              format_bytes(report.output_bytes), format_duration(report.save_seconds),
              format_bytes(peak_memory()));
}

void print_report(const TrainOptions& options, const TrainReport& report) {
  nlohmann::ordered_json json = {{"output", options.output.string()},
                                 {"bytes", report.output_bytes},
                                 {"vocabulary", report.vocabulary},
                                 {"tokens", report.text.tokens},
                                 {"types", report.text.types},
                                 {"invalid_utf8_tokens", report.text.invalid_tokens},
                                 {"corpus_words", report.corpus_words},
                                 {"epochs", options.epochs()},
                                 {fmt::format("{}_per_second", unit_of(options)), report.rate},
                                 {"mean_loss", losses_of(report)},
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
  if (report.resumed_epochs) json["resumed_epochs"] = *report.resumed_epochs;
  print_json(json, JsonLayout::kIndented);
}

}  // namespace

void train_command(const Arguments& arguments, const std::stop_token& stop) {
  const auto options = parse_train_options(arguments);
  if (!options) return;
  const auto report = [&] {
    const CommandMonitor monitor(options->common, stop);
    return with_threads(options->common.threads, [&] { return run(*options, monitor.monitor()); });
  }();
  if (options->common.json) print_report(*options, report);
  if (options->common.quiet) return;
  warn_of_invalid_text(report.text, options->text.corpus.invalid_utf8);
  warn_of_rising_loss(report);
  print_summary(*options, report);
}

}  // namespace wordkin
