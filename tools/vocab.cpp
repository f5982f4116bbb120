#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/output.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/output.h"
#include "tools/text_options.h"

namespace wordkin {

void vocab_command(const Arguments& arguments, const std::stop_token& stop) {
  CommonOptions common;
  TextOptions text;
  std::filesystem::path output = "-";
  CommandLine line(
      "vocab CORPUS... [-o FILE] [OPTIONS]",
      "Counts the words of a text and writes lines \"word count\", the most frequent first,\n"
      "among equals in the order of their bytes.\n",
      "  wordkin vocab text.txt -o words.txt\n"
      "  wordkin vocab a.txt b.txt.xz --min-count 10 | head\n");
  line.option("output,o", output, "FILE", "where the lines go [-, standard output]");
  text.add_to(line);
  text.add_memory_to(line);
  line.common(common);
  line.parse(arguments);
  text.corpus.threads = common.threads;
  check_output(output, text.paths(), common);

  const auto counted = [&] {
    const CommandMonitor monitor(common, stop);
    return count_words(text.paths(), text.for_reading(), monitor.monitor());
  }();
  const auto& [vocabulary, statistics] = counted;
  OutputFile file(output);
  write_vocabulary(file, vocabulary);
  file.commit();
  if (common.json) {
    const nlohmann::ordered_json json = {
        {"output", output.string()},   {"words", vocabulary.size()},
        {"count", vocabulary.total()}, {"tokens", statistics.tokens},
        {"types", statistics.types},   {"invalid_utf8_tokens", statistics.invalid_tokens}};
    print_json(json, JsonLayout::kIndented);
  }
  if (!common.quiet) {
    warn_of_invalid_text(statistics, text.corpus.invalid_utf8);
    print_error("{} of {} different ones, {} of {}\n", wordkin::counted(vocabulary.size(), "word"),
                format_count(statistics.types), format_count(vocabulary.total()),
                wordkin::counted(statistics.tokens, "token"));
  }
}

}  // namespace wordkin
