#include "tools/text_options.h"

#include <algorithm>
#include <limits>

#include "common/machine_limits.h"
#include "common/output.h"
#include "tools/display.h"
#include "tools/memory_budget.h"
#include "tools/output.h"

namespace wordkin {
namespace {

constexpr std::uint64_t kLeastForWords = std::uint64_t{1} << 20;

}  // namespace

void TextOptions::add_to(CommandLine& line) {
  line.arguments(inputs, 1, std::numeric_limits<std::size_t>::max());
  line.group("Text");
  line.option("min-count", corpus.vocabulary.min_count, "N", "leave out words that are rarer");
  line.option("max-vocab", corpus.vocabulary.max_words, "N",
              "keep only the N most frequent words; 0: all");
  line.option("invalid-utf8", corpus.invalid_utf8, "WHAT",
              "tokens that are not UTF-8: fail, replace (by U+FFFD) or keep");
}

void TextOptions::add_memory_to(CommandLine& line) {
  line.option(
      "memory", memory, "SIZE",
      "memory that the program may take up in all: what exceeds it goes to temporary files, "
      "and what cannot is refused [three quarters of the machine's, or of its container's]");
}

void TextOptions::add_temporary_folder_to(CommandLine& line) {
  line.option("tmp", corpus.temporary_folder, "DIR",
              "where temporary files go, without a name and gone at the end [TMPDIR, or /tmp]");
}

std::vector<std::filesystem::path> TextOptions::paths() const {
  if (std::ranges::count(inputs, std::string()) > 0) {
    throw UsageError("CORPUS: expected a path, found nothing");
  }
  if (std::ranges::count(inputs, "-") > 1) {
    throw UsageError("CORPUS: standard input, '-', is given twice; give it once");
  }
  return {inputs.begin(), inputs.end()};
}

std::uint64_t TextOptions::memory_limit() const {
  return memory ? memory->bytes : wordkin::memory_limit() / 4 * 3;
}

std::uint64_t TextOptions::least_reading_memory() const {
  return reading_memory(corpus.threads) + kLeastForWords;
}

CorpusOptions TextOptions::for_reading() const {
  auto options = corpus;
  const auto limit = memory_limit();
  const auto least = resident_memory() + least_reading_memory();
  if (limit < least) {
    throw too_little_memory("reading text needs", least, limit, "fewer --threads");
  }
  options.memory = limit - least + kLeastForWords;
  return options;
}

void check_temporary_folder(const TextOptions& options) {
  const auto& folder = options.corpus.temporary_folder;
  if (folder.empty()) return;
  if (!std::filesystem::is_directory(folder)) {
    throw IoError(fmt::format("--tmp: {}: is no folder; create it first", folder.string()));
  }
  try {
    open_temporary_file(folder);
  } catch (const IoError& error) {
    throw IoError(fmt::format("--tmp: {}", error.what()));
  }
}

Corpus read_corpus_for(const TextOptions& options, const std::filesystem::path& vocabulary,
                       const Monitor& monitor) {
  const auto paths = options.paths();
  if (vocabulary.empty()) return read_corpus(paths, options.for_reading(), monitor);
  auto words = read_vocabulary(vocabulary, options.corpus.vocabulary);
  return read_corpus(paths, std::move(words), options.for_reading(), monitor);
}

void warn_of_invalid_text(const TextStatistics& text, InvalidUtf8 policy) {
  if (text.invalid_tokens == 0) return;
  print_error("wordkin: {} {}\n",
              counted(text.invalid_tokens, "token was not valid UTF-8 and was",
                      "tokens were not valid UTF-8 and were"),
              policy == InvalidUtf8::kKeep ? "kept unchanged" : "mended with U+FFFD");
}

}  // namespace wordkin
