#include <filesystem>

#include <nlohmann/json.hpp>

#include "common/output.h"
#include "common/parallel.h"
#include "embed/train/cooccurrence.h"
#include "embed/train/cooccurrence_records.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/cooccurrence_options.h"
#include "tools/memory_budget.h"
#include "tools/output.h"
#include "tools/text_options.h"

namespace wordkin {
namespace {

struct CooccurOptions {
  CommonOptions common;
  TextOptions text;
  CooccurrenceOptions counting;
  std::filesystem::path output;
  std::filesystem::path vocabulary;
  std::filesystem::path save_vocabulary;
};

void parse(const Arguments& arguments, CooccurOptions& options) {
  CommandLine line(
      "cooccur CORPUS... -o FILE [OPTIONS]",
      "Counts how often words occur near each other, as GloVe's cooccur does, and writes records "
      "of\n"
      "16 bytes: int32 word, int32 context (both from 1, in the order of the vocabulary), float64 "
      "count;\n"
      "sorted, and the same bytes for any --threads and --memory. wordkin train --model glove "
      "counts by\n"
      "itself; this is for other programs, and for training several times.\n",
      "  wordkin cooccur text.txt -o cooccurrence.bin --save-vocab vocab.txt\n"
      "  wordkin train --model glove --cooccurrences cooccurrence.bin --vocab vocab.txt -o "
      "v.safetensors\n"
      "  wordkin cooccur text.txt -o - --window 5 --context right | od -A d -t d4 -t f8 | head\n");
  line.option("output,o", options.output, "FILE", "where the records go; - is standard output");
  line.option("window", options.counting.window, "N", "the widest context to either side");
  add_cooccurrence_options(line, options.counting);
  options.text.add_memory_to(line);
  options.text.add_temporary_folder_to(line);
  options.text.add_to(line);
  line.option(
      "vocab", options.vocabulary, "FILE",
      "take the words, all of them and in their order, from this file of lines \"word count\"");
  line.option("save-vocab", options.save_vocabulary, "FILE", "write the vocabulary here");
  line.common(options.common);
  line.parse(arguments);
  if (!options.vocabulary.empty()) {
    line.refuse({"min-count", "max-vocab"}, "--vocab, all of whose words are counted");
  }
}

void validate(CooccurOptions& options) {
  if (options.output.empty())
    throw UsageError("cooccur: expected -o FILE; see: wordkin cooccur --help");
  options.counting.threads = options.common.threads;
  options.counting.validate();
  options.text.corpus.threads = options.common.threads;
  options.text.corpus.validate();
  check_temporary_folder(options.text);
  options.counting.temporary_folder = options.text.corpus.temporary_folder;
  auto inputs = options.text.paths();
  inputs.push_back(options.vocabulary);
  check_output(options.output, inputs, options.common);
  inputs.push_back(options.output);
  if (!options.save_vocabulary.empty()) {
    if (options.save_vocabulary == "-" && options.output == "-") {
      throw UsageError("--save-vocab: standard output holds the counts; choose a file");
    }
    check_output(options.save_vocabulary, inputs, options.common);
  }
}

}  // namespace

void cooccur_command(const Arguments& arguments, const std::stop_token& stop) {
  CooccurOptions options;
  parse(arguments, options);
  validate(options);
  const Stopwatch watch;
  OutputFile file(options.output);
  const auto [vocabulary, text, counted] = [&] {
    const CommandMonitor monitor(options.common, stop);
    const auto paths = options.text.paths();
    auto corpus = options.vocabulary.empty()
                      ? read_corpus(paths, options.text.for_reading(), monitor.monitor())
                      : read_corpus(paths, read_vocabulary_in_order(options.vocabulary),
                                    options.text.for_reading(), monitor.monitor());
    const auto words = corpus.vocabulary.size();
    const auto counting = fit_counting(options.text, options.counting, 1, words, corpus.ids);
    const auto statistics = count_cooccurrences(
        corpus.ids, words, counting,
        [&](const CooccurrenceRow& row) { write_cooccurrence_records(file, row); },
        monitor.monitor());
    return std::tuple(corpus.vocabulary, corpus.statistics, statistics);
  }();
  file.commit();
  if (!options.save_vocabulary.empty()) {
    OutputFile words(options.save_vocabulary);
    write_vocabulary(words, vocabulary);
    words.commit();
  }
  const auto seconds = watch.seconds();
  if (options.common.json) {
    print_json({{"output", options.output.string()},
                {"bytes", file.bytes_written()},
                {"vocabulary", vocabulary.size()},
                {"tokens", text.tokens},
                {"nonzeros", counted.nonzeros},
                {"temporary_bytes", counted.temporary_bytes},
                {"seconds", seconds},
                {"peak_memory", peak_memory()}},
               JsonLayout::kIndented);
  }
  if (options.common.quiet) return;
  warn_of_invalid_text(text, options.text.corpus.invalid_utf8);
  print_error("{} of {}; {}, peak memory {}\n", wordkin::counted(counted.nonzeros, "co-occurrence"),
              wordkin::counted(vocabulary.size(), "word"), format_duration(seconds),
              format_bytes(peak_memory()));
}

}  // namespace wordkin
