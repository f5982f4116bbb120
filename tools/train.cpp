#include <filesystem>
#include <iterator>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/output.h"
#include "common/parallel.h"
#include "embed/train/word2vec.h"
#include "embed/vectors/vector_file.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/output.h"
#include "tools/text_options.h"

namespace wordkin {
namespace {

struct TrainOptions {
  CommonOptions common;
  TextOptions text;
  ByteSize memory{CorpusOptions{}.memory};
  std::filesystem::path output;
  std::optional<VectorFormat> format;
  std::filesystem::path vocabulary;
  std::filesystem::path init;
  bool save_context = false;
  bool fixed_window = false;
  bool deterministic = false;
  Word2VecOptions training;
};

void add_model_options(CommandLine& line, TrainOptions& options) {
  auto& training = options.training;
  line.group("Model");
  line.option("model", training.model, "MODEL", "skipgram or cbow");
  line.option("loss", training.loss, "LOSS", "ns (negative sampling) or hs (hierarchical softmax)");
  line.option("dim", training.dim, "N", "dimensions of the vectors");
  line.option("window", training.window, "N",
              "the widest context to either side; each word draws its own from 1 to N");
  line.flag("fixed-window", options.fixed_window, "always use the widest context");
  line.option("negative", training.negative, "N", "noise words for each pair");
  line.option(
      "sharing", training.sharing, "HOW",
      "block: neighbouring words share noise words and work, many times faster; none: every "
      "pair on its own");
  line.option("block", training.block, "N",
              "words in a block [16, fewer where training would become unstable]");
  line.option("shared-negatives", training.shared_negatives, "N",
              "noise words that a block shares [24, more where training would become unstable]");
  line.option("noise-exponent", training.noise_exponent, "X",
              "draw noise words in proportion to their count to this power");
  line.option("sample", training.sample, "X",
              "subsampling threshold for frequent words; 0 keeps all");
  line.option("epochs", training.epochs, "N", "passes over the text");
  line.option("alpha", training.alpha, "X",
              "learning rate at the start, falling linearly [0.025; cbow 0.05]");
  line.option("seed", training.seed, "N", "another seed draws other samples");
  line.flag("deterministic", options.deterministic,
            "the same vectors bit for bit for any number of threads; somewhat slower");
  line.option("init", options.init, "VECTORS", "start from these vectors for the words they have");
}

// False when help was asked for.
bool parse(const Arguments& arguments, TrainOptions& options) {
  CommandLine line("train CORPUS... -o VECTORS [OPTIONS]",
                   "Learns word vectors from text by word2vec. CORPUS is a text file, compressed "
                   "or not, or - for\n"
                   "standard input. White space separates words, a newline ends a sentence.\n",
                   "  wordkin train text.txt -o vectors.safetensors\n"
                   "  wordkin train a.txt b.txt.gz -o vectors.vec --model cbow --min-count 10\n"
                   "  cat *.txt | wordkin train - -o vectors.bin --dim 300 --epochs 3\n");
  line.option(
      "output,o", options.output, "VECTORS",
      "where the vectors go; the name chooses the format: .bin word2vec binary, .vec or .txt "
      "word2vec text, .glove GloVe text, all others safetensors");
  line.option("format", options.format, "FORMAT",
              "safetensors, word2vec-text, word2vec-binary or glove, whatever the name");
  line.flag("save-context", options.save_context,
            "save the context vectors too (safetensors; not with --loss hs)");
  add_model_options(line, options);
  options.text.add_to(line);
  line.option("vocab", options.vocabulary, "FILE",
              "take words and counts from this file, as wordkin vocab writes it, and "
              "leave out the rare ones");
  line.option("memory", options.memory, "SIZE",
              "memory for the encoded text; beyond it, a temporary file in TMPDIR");
  line.common(options.common);
  return line.parse(arguments);
}

// Everything that can be found wrong before hours of work.
void validate(TrainOptions& options) {
  if (options.output.empty())
    throw UsageError("train: expected -o VECTORS; see: wordkin train --help");
  if (!options.format) options.format = format_for(options.output);
  if (options.save_context && *options.format != VectorFormat::kSafetensors) {
    throw UsageError(
        "--save-context: only safetensors holds context vectors; choose --format safetensors");
  }
  if (options.save_context && options.training.loss == Loss::kHierarchicalSoftmax) {
    throw UsageError("--save-context: --loss hs has no context vectors; choose --loss ns");
  }
  if (options.fixed_window) options.training.window_size = WindowSize::kFixed;
  if (options.deterministic) options.training.updates = Updates::kLockstep;
  options.training.threads = options.common.threads;
  options.training.validate();
  options.text.corpus.threads = options.common.threads;
  options.text.corpus.memory = options.memory.bytes;
  options.text.corpus.validate();
  check_writable(options.output);
  auto inputs = options.text.paths();
  inputs.push_back(options.vocabulary);
  check_not_replaced(inputs, options.output);
  check_json_has_place(options.common, options.output);
}

// What happened, for the summary.
struct Report {
  WordId vocabulary = 0;
  std::uint64_t corpus_words = 0;
  TextStatistics text;
  double read_seconds = 0;
  double train_seconds = 0;
  double save_seconds = 0;
  double words_per_second = 0;
  Metadata metadata;
  std::optional<WordId> start_words;  // of the vocabulary, found in --init
  std::uint64_t output_bytes = 0;
};

WordId count_common(const Vocabulary& vocabulary, const Vocabulary& other) {
  WordId common = 0;
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    if (other.find(vocabulary.word(id))) ++common;
  }
  return common;
}

// What train_word2vec cannot know of how the vectors were made.
Metadata describe_text_options(const TrainOptions& options) {
  const auto& text = options.text.corpus;
  Metadata metadata{{"min_count", fmt::to_string(text.vocabulary.min_count)},
                    {"max_vocab", fmt::to_string(text.vocabulary.max_words)},
                    {"invalid_utf8", std::string(enum_name(text.invalid_utf8))}};
  if (!options.vocabulary.empty()) metadata["vocab"] = options.vocabulary.string();
  if (!options.init.empty()) metadata["init"] = options.init.string();
  return metadata;
}

Report run(const TrainOptions& options, const Monitor& monitor) {
  Report report;
  const Stopwatch reading;
  std::optional<Embeddings> start;
  if (!options.init.empty()) {
    start = load_embeddings(options.init);
    check_start(*start, options.training);
  }
  const auto paths = options.text.paths();
  const auto& corpus_options = options.text.corpus;
  const auto corpus =
      options.vocabulary.empty()
          ? read_corpus(paths, corpus_options, monitor)
          : read_corpus(paths, read_vocabulary(options.vocabulary, corpus_options.vocabulary),
                        corpus_options, monitor);
  report.vocabulary = corpus.vocabulary.size();
  report.corpus_words = corpus.ids.words();
  report.text = corpus.statistics;
  report.read_seconds = reading.seconds();

  if (start) report.start_words = count_common(corpus.vocabulary, start->vocabulary());

  const Stopwatch training;
  auto embeddings = train_word2vec(corpus.ids, corpus.vocabulary, options.training, monitor,
                                   start ? &*start : nullptr);
  report.train_seconds = training.seconds();
  report.words_per_second =
      static_cast<double>(report.corpus_words) * options.training.epochs / report.train_seconds;

  const Stopwatch saving;
  if (!options.save_context) embeddings = std::move(embeddings).without_context();
  embeddings = std::move(embeddings).with_metadata(describe_text_options(options));
  report.metadata = embeddings.metadata();
  report.output_bytes = save_embeddings(options.output, embeddings, *options.format, monitor);
  report.save_seconds = saving.seconds();
  return report;
}

// The mean loss of each epoch.
std::vector<double> losses_of(const Report& report) {
  std::istringstream stream(report.metadata.at("mean_loss"));
  return {std::istream_iterator<double>(stream), {}};
}

void print_summary(const TrainOptions& options, const Report& report) {
  print_error("text      {} tokens, {} of them in the vocabulary of {} words; {}\n",
              format_count(report.text.tokens), format_count(report.corpus_words),
              format_count(report.vocabulary), format_duration(report.read_seconds));
  if (report.start_words) {
    print_error("start     {} of the words are in {}\n", format_count(*report.start_words),
                options.init.string());
  }
  print_error("training  {} epochs, {}, loss {:.4f} in the last; {}\n", options.training.epochs,
              format_rate(report.words_per_second, "words"), losses_of(report).back(),
              format_duration(report.train_seconds));
  print_error("saved     {}, {}; {}; peak memory {}\n", options.output.string(),
              format_bytes(report.output_bytes), format_duration(report.save_seconds),
              format_bytes(peak_memory()));
}

void print_report(const TrainOptions& options, const Report& report) {
  nlohmann::ordered_json json = {
      {"output", options.output.string()},
      {"bytes", report.output_bytes},
      {"vocabulary", report.vocabulary},
      {"tokens", report.text.tokens},
      {"types", report.text.types},
      {"invalid_utf8_tokens", report.text.invalid_tokens},
      {"corpus_words", report.corpus_words},
      {"epochs", options.training.epochs},
      {"words_per_second", report.words_per_second},
      {"mean_loss", losses_of(report)},
      {"metadata", report.metadata},
      {"seconds", report.read_seconds + report.train_seconds + report.save_seconds},
      {"read_seconds", report.read_seconds},
      {"train_seconds", report.train_seconds},
      {"save_seconds", report.save_seconds},
      {"peak_memory", peak_memory()}};
  if (report.start_words) json["start_words"] = *report.start_words;
  print_json(json, JsonLayout::kIndented);
}

}  // namespace

void train_command(const Arguments& arguments, const std::stop_token& stop) {
  TrainOptions options;
  if (!parse(arguments, options)) return;
  validate(options);
  const auto report = [&] {
    const CommandMonitor monitor(options.common, stop);
    return with_threads(options.common.threads, [&] { return run(options, monitor.monitor()); });
  }();
  if (options.common.json) print_report(options, report);
  if (options.common.quiet) return;
  warn_of_invalid_text(report.text, options.text.corpus.invalid_utf8);
  print_summary(options, report);
}

}  // namespace wordkin
