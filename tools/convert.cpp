#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "common/error.h"
#include "common/output.h"
#include "common/parallel.h"
#include "embed/text/unicode.h"
#include "embed/vectors/vector_file.h"
#include "tools/answers.h"
#include "tools/command.h"
#include "tools/output.h"

namespace wordkin {
namespace {

// Counts the words that are not valid UTF-8; fails on the first one where that is asked for.
std::size_t check_words(const Vocabulary& vocabulary, InvalidUtf8 policy) {
  std::size_t invalid = 0;
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    if (is_valid_utf8(vocabulary.word(id))) continue;
    ++invalid;
    if (policy == InvalidUtf8::kFail) {
      throw FormatError(
          fmt::format("word {} is not valid UTF-8; choose --invalid-utf8 replace or keep", id + 1));
    }
  }
  return invalid;
}

Embeddings with_valid_words(const Embeddings& embeddings) {
  const auto& vocabulary = embeddings.vocabulary();
  StringTable words;
  for (WordId id = 0; id < vocabulary.size(); ++id) {
    if (words.insert(replace_invalid_utf8(vocabulary.word(id))) != id) {
      throw FormatError(
          fmt::format("word {} would be the same as an earlier one with its invalid UTF-8 "
                      "replaced; choose --invalid-utf8 keep",
                      id + 1));
    }
  }
  const auto counts = vocabulary.counts();
  return {Vocabulary(std::move(words), {counts.begin(), counts.end()}), embeddings.vectors(),
          embeddings.context(), embeddings.metadata()};
}

}  // namespace

void convert_command(const Arguments& arguments, const std::stop_token& stop) {
  CommonOptions common;
  Arguments files;
  std::optional<VectorFormat> format;
  auto invalid_utf8 = InvalidUtf8::kKeep;
  CommandLine line("convert IN OUT [--format FORMAT]",
                   "Reads vectors in any known format, compressed or not, and writes them in "
                   "another: safetensors,\n"
                   "word2vec text or binary, GloVe text. - is standard input or output. Values "
                   "stay exactly the\n"
                   "same; counts, context vectors and metadata are in safetensors only.\n",
                   "  wordkin convert GoogleNews-vectors-negative300.bin.gz news.safetensors\n"
                   "  wordkin convert vectors.safetensors - --format glove | head\n");
  line.option("format", format, "FORMAT",
              "safetensors, word2vec-text, word2vec-binary or glove, whatever OUT is named");
  line.option("invalid-utf8", invalid_utf8, "WHAT",
              "words that are not UTF-8: fail, replace (by U+FFFD) or keep");
  line.arguments(files, 2, 2);
  line.common(common);
  line.parse(arguments);
  const std::filesystem::path output = files[1];
  if (!format) format = format_for(output);
  check_output(output, {}, common);

  const CommandMonitor monitor(common, stop);
  with_threads(common.threads, [&] {
    auto embeddings = load_embeddings(files[0]);
    const auto invalid = check_words(embeddings.vocabulary(), invalid_utf8);
    if (invalid > 0 && invalid_utf8 == InvalidUtf8::kReplace)
      embeddings = with_valid_words(embeddings);
    const auto bytes = save_embeddings(output, embeddings, *format, monitor.monitor());
    if (common.json) {
      print_json({{"output", output.string()},
                  {"bytes", bytes},
                  {"words", embeddings.size()},
                  {"dim", embeddings.dim()},
                  {"invalid_utf8_words", invalid}});
    }
    if (!common.quiet) {
      print_error("{} of {}, {}{}\n", counted(embeddings.size(), "word"),
                  counted(embeddings.dim(), "dimension"), format_bytes(bytes),
                  invalid == 0 ? "" : fmt::format("; {} words are not valid UTF-8", invalid));
    }
  });
}

}  // namespace wordkin
